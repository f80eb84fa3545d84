import { DiskError } from '../base/disk.js';
import { resolveVariables } from '../config/config-providers.js';
import { parseProperties } from '../config/properties.js';
import type { Io } from './io.js';
import { uncaught } from './tool-error.js';

/**
 * Reads a properties file that the user named, with the values of its variables.
 *
 * @throws ToolError that says what is wrong with the file, ConfigException for its variables
 */
export function loadProperties(io: Io, path: string): Map<string, string> {
  return resolveVariables(readProperties(io, path), { disk: io.host.disk, env: io.env });
}

/** The file as it is. @throws ToolError */
export function readProperties(io: Io, path: string): Map<string, string> {
  let content: Buffer;
  try {
    content = io.host.disk.readWhole(path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const message = `Cannot read the configuration file ${path}: ${REASONS[error.code] ?? error.message}`;
    if (error.code === 'EISDIR') throw uncaught('java.io.IOException', message, 'Is a directory');
    throw uncaught(JAVA_CLASSES[error.code] ?? 'java.nio.file.FileSystemException', message, path);
  }
  return parseProperties(content);
}

const JAVA_CLASSES: Readonly<Record<string, string>> = {
  ENOENT: 'java.nio.file.NoSuchFileException',
  EACCES: 'java.nio.file.AccessDeniedException',
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
};
