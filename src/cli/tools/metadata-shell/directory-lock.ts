import { DiskError, type DiskLock } from '../../../base/disk.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';

const LOCK_FILE = '.lock';

/**
 * Takes the lock of the log directory that the file lies in, where it has a lock file: whoever reads what a node writes
 * could see half of it. Gives what lets go of it.
 *
 * @throws ToolError where a node has it
 */
export function lockDirectoryOf(io: Io, path: string): () => void {
  const { disk } = io.host;
  const directory = parentOf(parentOf(path));
  const file = `${directory}/${LOCK_FILE}`;
  if (disk.stat(directory)?.kind !== 'directory' || disk.stat(file) === null) return () => undefined;
  let lock: DiskLock | null;
  try {
    lock = disk.lock(file);
  } catch (error) {
    // Reading does no harm where nothing may be written.
    if (error instanceof DiskError && (error.code === 'EACCES' || error.code === 'EROFS')) return () => undefined;
    throw error;
  }
  if (lock === null) throw inUse(absolute(directory), io);
  const held = lock;
  return () => {
    held.release();
    // A node takes its file away when it stops; who only looked leaves it.
    if (disk.stat(file) === null) disk.writeWhole(file, '');
  };
}

function inUse(directory: string, io: Io): ToolError {
  const message = `Unable to lock ${directory}. Please ensure that no broker or controller process is using this directory before proceeding.`;
  const java = io.stderr.isTerminal ? '' : `\njava.lang.RuntimeException: ${message}`;
  return new ToolError(`Unexpected error: ${message}${java}`);
}

/** A path without a directory is its own. */
function parentOf(path: string): string {
  const slash = path.replace(/\/+$/, '').lastIndexOf('/');
  return slash < 0 ? path : path.slice(0, slash) || '/';
}

const absolute = (path: string): string => (path.startsWith('/') ? path : `${process.cwd()}/${path}`);
