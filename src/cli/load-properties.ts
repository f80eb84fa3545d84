import { DiskError } from '../base/disk.js';
import { parseProperties } from '../config/properties.js';
import type { Io } from './io.js';
import { ToolError } from './tool-error.js';

/** Reads a properties file that the user named. @throws ToolError that says what is wrong with it */
export function loadProperties(io: Io, path: string): Map<string, string> {
  let content: Buffer;
  try {
    content = io.host.disk.readWhole(path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new ToolError(`Cannot read the configuration file ${path}: ${REASONS[error.code] ?? error.message}`);
  }
  return parseProperties(content);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
};
