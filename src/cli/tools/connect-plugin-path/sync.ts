import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk } from '../../../base/disk.js';
import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { ToolError } from '../../tool-error.js';
import { hasNames, type Manifests, manifestPath, manifestText, SERVICES } from './manifest.js';
import type { ManifestPlace, PluginSource } from './plugin-source.js';
import type { Plugin } from './scan.js';
import { entryOf, readZip, writeZip, type ZipEntry } from './zip.js';

const META_INF = 'META-INF/';

/** Makes manifests say what can be loaded; nothing is written. */
export function correct({ source, className, type, isLoadable, hasManifest }: Plugin, keepNotFound: boolean): void {
  if (isLoadable && !hasManifest) source.managed.after.get(type)?.add(className);
  if (isLoadable || !hasManifest || keepNotFound) return;
  for (const { after } of source.places) after.get(type)?.delete(className);
}

/** The places whose manifests change, in the order in which Kafka goes over them. */
export function changedPlaces(sources: readonly PluginSource[]): ManifestPlace[] {
  return sources.flatMap(({ places }) =>
    inHashOrder(places, ({ path }) => javaHash(Buffer.from(path).toString('latin1'))).filter(isChanged),
  );
}

function isChanged({ before, after }: ManifestPlace): boolean {
  return [...before].some(([type, names]) => {
    const wanted = after.get(type) as Set<string>;
    return names.size !== wanted.size || [...names].some((name) => !wanted.has(name));
  });
}

export function changeText({ path, before, after }: ManifestPlace, isDryRun: boolean): string {
  const added = without(after, before);
  const removed = without(before, after);
  return [
    `${isDryRun ? 'Dry Run ' : ''}Sync\t${path} Add ${added.length} Remove ${removed.length}\n`,
    ...added.map((name) => `\tAdd\t${name}\n`),
    ...removed.map((name) => `\tRemove\t${name}\n`),
  ].join('');
}

function without(these: Manifests, those: Manifests): string[] {
  const namesOf = (manifests: Manifests): Set<string> =>
    new Set([...manifests.values()].flatMap((names) => [...names]));
  const others = namesOf(those);
  return inHashOrder([...namesOf(these)], javaHash).filter((name) => !others.has(name));
}

/** @throws ToolError where it could not be written */
export function checkWritable({ path, isArchive }: ManifestPlace): void {
  for (let at = path; ; at = dirname(at)) {
    if (isWritable(at)) return;
    if (existsSync(at)) throw new ToolError(isArchive ? `Path ${at} must be writable` : `${at} is not writable`, 2);
    if (at === dirname(at)) return;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws DiskError, ZipError */
export function writePlace(disk: Disk, { path, isArchive, after }: ManifestPlace): void {
  if (isArchive) writeArchive(disk, path, after);
  else writeDirectory(disk, path, after);
}

function writeDirectory(disk: Disk, directory: string, manifests: Manifests): void {
  const services = join(directory, SERVICES);
  if (hasNames(manifests)) disk.makeDirectory(services);
  for (const [type, names] of manifests) {
    const path = join(directory, manifestPath(type));
    if (names.size === 0) disk.remove(path);
    else disk.writeWhole(path, manifestText(names));
  }
  for (const path of [services, join(directory, META_INF)]) {
    if (disk.stat(path) !== null && disk.list(path).length === 0) disk.removeTree(path);
  }
}

/** The new archive is made beside the old one and takes its place: a worker never sees half of it. */
function writeArchive(disk: Disk, path: string, manifests: Manifests): void {
  const entries = disk.stat(path) === null ? new Map<string, ZipEntry>() : readZip(disk.readWhole(path));
  const isThere = (begin: string): boolean => [...entries.keys()].some((name) => name.startsWith(begin));
  if (hasNames(manifests)) {
    for (const name of [META_INF, SERVICES]) if (!isThere(name)) entries.set(name, entryOf(name, Buffer.alloc(0)));
  }
  for (const [type, names] of manifests) {
    const name = manifestPath(type);
    if (names.size === 0) entries.delete(name);
    else entries.set(name, entryOf(name, Buffer.from(manifestText(names))));
  }
  for (const directory of [SERVICES, META_INF]) {
    if (![...entries.keys()].some((name) => name.startsWith(directory) && name !== directory))
      entries.delete(directory);
  }
  if (entries.size === 0) {
    disk.remove(path);
    return;
  }
  const draft = `${path}.${process.pid}`;
  disk.writeWhole(draft, writeZip(entries.values()));
  disk.syncNow(draft);
  disk.rename(draft, path);
}
