import { join } from 'node:path';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { ToolError, uncaught } from '../../tool-error.js';
import { absolute, isArchive, isClassFile } from './plugin-source.js';

const NOT_WELL_FORMED = 2;

/** What the options name, each place once. @throws ToolError */
export function locationsOf(
  io: Io,
  given: {
    readonly paths: readonly string[];
    readonly locations: readonly string[];
    readonly configs: readonly string[];
  },
): string[] {
  for (const path of given.paths) checkPluginPath(path, '--plugin-path');
  const paths = [...given.paths];
  for (const config of given.configs) {
    const path = pluginPathOf(io, config);
    if (path !== null) paths.push(path);
  }
  const found = new Set(paths.flatMap((path) => placesOn(io, path)));
  for (const location of given.locations) {
    if (io.host.disk.stat(location) === null) {
      throw new ToolError(`Specified location ${location} does not exist`, NOT_WELL_FORMED);
    }
    found.add(location.length > 1 ? location.replace(/\/+$/, '') : location);
  }
  return [...found];
}

function pluginPathOf(io: Io, config: string): string | null {
  let path: string | undefined;
  try {
    path = loadProperties(io, config).get('plugin.path');
  } catch (error) {
    if (error instanceof ToolError) throw new ToolError(`Unable to read worker config at ${config}`, NOT_WELL_FORMED);
    throw error;
  }
  if (path === undefined) return null;
  checkPluginPath(path, 'plugin.path');
  return path;
}

function checkPluginPath(path: string, name: string): void {
  if (path.trim() === '') throw new ToolError(`'${name}' must not be empty.`, NOT_WELL_FORMED);
  if (path.trim().split(COMMA).includes(''))
    throw new ToolError(`'${name}' values must not be empty.`, NOT_WELL_FORMED);
}

const COMMA = /\s*,\s*/;

function elementsOf(path: string): string[] {
  const elements = path.trim().split(COMMA);
  while (elements.length > 1 && elements.at(-1) === '') elements.pop();
  return elements;
}

/** A directory stands for what is in it. */
function placesOn(io: Io, path: string): string[] {
  const { disk } = io.host;
  return elementsOf(path).flatMap((element) => {
    const place = absolute(element);
    const kind = disk.stat(place)?.kind;
    if (kind === undefined) {
      throw uncaught('java.io.FileNotFoundException', `There is no ${place}, which is on the plugin path`, place);
    }
    if (kind !== 'directory') return isArchive(place) ? [place] : [];
    return disk
      .list(place)
      .map((name) => join(place, name))
      .filter((child) => isArchive(child) || isClassFile(child) || disk.stat(child)?.kind === 'directory');
  });
}
