import { DiskError } from '../base/disk.js';
import type { Io } from './io.js';
import { uncaught } from './tool-error.js';

/** The text of a file that the user named. @throws ToolError, an IOException in Java */
export function readTextFile(io: Io, path: string): string {
  try {
    return io.host.disk.readWhole(path).toString();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw uncaught('java.io.IOException', `Cannot read ${path}: ${error.message}`, `Unable to read file ${path}`);
  }
}
