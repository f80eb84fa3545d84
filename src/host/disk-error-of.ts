import { DiskError } from '../base/disk.js';

/** What Node threw as a {@link DiskError}, with the system's code and the path it was about. */
export function diskErrorOf(cause: unknown, path: string): DiskError {
  if (cause instanceof DiskError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new DiskError(code ?? 'EIO', path, message.includes(path) ? message : `${message}: ${path}`);
}
