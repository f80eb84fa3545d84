import { realpathSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Disk, DiskError } from '../../../base/disk.js';
import { uncaught } from '../../tool-error.js';
import { ClassFileError, type JavaClass, readClass } from './class-file.js';
import { copyOf, loadManifests, type Manifests } from './manifest.js';
import { isIsolated } from './plugin-types.js';
import { contentOf, readZip, type ZipEntry, ZipError } from './zip.js';

/** Plugins that are in several archives get their manifests in one more, of this name. */
const SHIM = 'connect-plugin-path-shim-1.0.0.jar';

export const isArchive = (path: string): boolean => /\.(?:jar|zip)$/i.test(path);
export const isClassFile = (path: string): boolean => /\.class$/i.test(path);

/** A place with manifests, as they are and as they shall be. */
export interface ManifestPlace {
  /** An archive, or the directory that has META-INF in it. */
  readonly path: string;
  readonly isArchive: boolean;
  readonly before: Manifests;
  readonly after: Manifests;
}

/** What lies at one location: an archive, a directory of archives, or a directory of class files. */
export interface PluginSource {
  readonly location: string;
  readonly classes: ReadonlyMap<string, JavaClass>;
  readonly places: readonly ManifestPlace[];
  /** Where manifests are added. */
  readonly managed: ManifestPlace;
}

/** @throws ToolError, DiskError */
export function openSource(disk: Disk, location: string): PluginSource {
  if (isArchive(location)) return archivesAt(disk, location, [location], null);
  if (disk.stat(location)?.kind !== 'directory') {
    throw uncaught('java.nio.file.NotDirectoryException', `${location} is neither a directory nor a jar`, location);
  }
  const { archives, classFiles } = filesBelow(disk, location);
  if (archives.length > 0 || classFiles.length === 0) {
    const paths = archives.sort().map((path) => resolve(path));
    return archivesAt(disk, location, paths, join(location, SHIM));
  }
  const classes = new Map<string, JavaClass>();
  for (const path of classFiles) keepClass(classes, disk.readWhole(path));
  const manifests = loadManifests((path) => readIfThere(disk, join(location, path)));
  const place = { path: location, isArchive: false, before: manifests, after: copyOf(manifests) };
  return { location, classes, places: [place], managed: place };
}

function archivesAt(disk: Disk, location: string, paths: readonly string[], shim: string | null): PluginSource {
  const classes = new Map<string, JavaClass>();
  const places = new Map<string, ManifestPlace>();
  for (const path of paths) {
    const entries = entriesOf(disk, path);
    for (const [name, entry] of entries) {
      if (isClassFile(name) && !name.startsWith('META-INF/')) keepClass(classes, unpacked(entry));
    }
    places.set(path, placeOf(path, entries));
  }
  // Where the shim is there already, it is one of the archives.
  if (shim !== null && !places.has(shim)) places.set(shim, placeOf(shim, entriesOf(disk, shim)));
  const managed = places.get(shim ?? location) as ManifestPlace;
  return { location, classes, places: [...places.values()], managed };
}

function placeOf(path: string, entries: ReadonlyMap<string, ZipEntry>): ManifestPlace {
  const manifests = loadManifests((name) => {
    const entry = entries.get(name);
    return entry === undefined ? null : unpacked(entry);
  });
  return { path, isArchive: true, before: manifests, after: copyOf(manifests) };
}

/** Of what is no archive, whatever its name, there are none: Java looks into it in vain as well. */
function entriesOf(disk: Disk, path: string): Map<string, ZipEntry> {
  const bytes = readIfThere(disk, path);
  try {
    return bytes === null ? new Map() : readZip(bytes);
  } catch (error) {
    if (error instanceof ZipError) return new Map();
    throw error;
  }
}

function unpacked(entry: ZipEntry): Buffer {
  try {
    return contentOf(entry);
  } catch (error) {
    if (error instanceof ZipError) return Buffer.alloc(0);
    throw error;
  }
}

/** The first of a name counts, and what is no class file is passed over. */
function keepClass(classes: Map<string, JavaClass>, bytes: Buffer): void {
  try {
    const found = readClass(bytes);
    if (isIsolated(found.name) && !classes.has(found.name)) classes.set(found.name, found);
  } catch (error) {
    if (!(error instanceof ClassFileError)) throw error;
  }
}

function readIfThere(disk: Disk, path: string): Buffer | null {
  try {
    return disk.readWhole(path);
  } catch (error) {
    if (error instanceof DiskError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

interface FoundFiles {
  readonly archives: string[];
  readonly classFiles: string[];
}

function filesBelow(disk: Disk, directory: string): FoundFiles {
  const found: FoundFiles = { archives: [], classFiles: [] };
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const real = realpathSync(path);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of disk.list(path)) {
      const child = join(path, name);
      const kind = disk.stat(child)?.kind;
      if (kind === 'directory') visit(child);
      else if (kind !== undefined && isArchive(name)) found.archives.push(child);
      else if (kind !== undefined && isClassFile(name)) found.classFiles.push(child);
    }
  };
  visit(directory);
  return found;
}

export const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(path));
