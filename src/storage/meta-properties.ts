import { type Disk, DiskError } from '../base/disk.js';
import type { Random } from '../base/host.js';
import { formatProperties, parseProperties } from '../config/properties.js';

export const META_PROPERTIES_FILE = 'meta.properties';

/** What a log directory says of itself: whose it is, and its own id. Version 0 is that of clusters before KRaft. */
export interface MetaProperties {
  readonly version: 0 | 1;
  readonly clusterId: string | null;
  readonly nodeId: number | null;
  readonly directoryId: string | null;
}

/** A meta.properties that cannot be, or does not fit the node; the message is Kafka's. */
export class MetaPropertiesError extends Error {
  override readonly name = 'MetaPropertiesError';
}

/** Null where the directory or the file is missing. @throws MetaPropertiesError, DiskError */
export function readMetaProperties(disk: Disk, directory: string): MetaProperties | null {
  let content: Buffer;
  try {
    content = disk.readWhole(`${directory}/${META_PROPERTIES_FILE}`);
  } catch (cause) {
    if (cause instanceof DiskError && cause.code === 'ENOENT') return null;
    throw cause;
  }
  return parseMetaProperties(parseProperties(content));
}

export function parseMetaProperties(properties: ReadonlyMap<string, string>): MetaProperties {
  const version = parseVersion(properties.get('version') ?? '0');
  const nodeId = parseNodeId(properties, version);
  const clusterId = properties.get('cluster.id') ?? null;
  const directoryId = parseDirectoryId(properties.get('directory.id'));
  if (version === 1 && clusterId === null) throw new MetaPropertiesError('cluster.id was not found.');
  return { version, clusterId, nodeId, directoryId };
}

function parseVersion(text: string): 0 | 1 {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) throw new MetaPropertiesError(`Invalid meta.properties version string '${text}'`);
  const version = Number(trimmed);
  if (version !== 0 && version !== 1) {
    throw new MetaPropertiesError(`Unknown meta.properties version number ${version}`);
  }
  return version;
}

function parseNodeId(properties: ReadonlyMap<string, string>, version: 0 | 1): number | null {
  const key = version === 0 ? 'broker.id' : 'node.id';
  const text = properties.get(key);
  if (text === undefined) {
    if (version === 0) return null;
    throw new MetaPropertiesError(`Failed to find ${key}`);
  }
  if (!/^[+-]?\d+$/.test(text)) throw new MetaPropertiesError(`Unable to read ${key} as a base-10 number.`);
  return Number(text);
}

function parseDirectoryId(text: string | undefined): string | null {
  if (text === undefined) return null;
  const problem = uuidProblem(text);
  if (problem === null) return text;
  throw new MetaPropertiesError(`Unable to read directory.id as a Uuid: ${problem}`);
}

const UUID_BYTES = 16;
const LONGEST_UUID_TEXT = 24;

/** What Kafka says of a text that is no uuid of 22 characters; null when it is one. */
export function uuidProblem(text: string): string | null {
  if (text.length > LONGEST_UUID_TEXT) {
    return `Input string with prefix \`${text.slice(0, LONGEST_UUID_TEXT)}\` is too long to be decoded as a base64 UUID`;
  }
  if (!/^[A-Za-z0-9_-]*={0,2}$/.test(text)) return `Input string \`${text}\` is not base64`;
  const sizeBytes = Buffer.from(text, 'base64url').length;
  if (sizeBytes === UUID_BYTES) return null;
  const expectation = `which is not equal to the expected ${UUID_BYTES} bytes of a base64-encoded UUID`;
  return `Input string \`${text}\` decoded as ${sizeBytes} bytes, ${expectation}`;
}

/** As the file holds it, in Kafka's order. */
export function metaPropertiesMap({ version, clusterId, nodeId, directoryId }: MetaProperties): Map<string, string> {
  const properties = new Map<string, string>();
  if (nodeId !== null) properties.set(version === 0 ? 'broker.id' : 'node.id', String(nodeId));
  if (directoryId !== null) properties.set('directory.id', directoryId);
  properties.set('version', String(version));
  if (clusterId !== null) properties.set('cluster.id', clusterId);
  return properties;
}

/** Writes the file so that it is there whole or not at all. */
export function writeMetaProperties(disk: Disk, directory: string, properties: MetaProperties, nowMs: number): void {
  const path = `${directory}/${META_PROPERTIES_FILE}`;
  disk.writeWhole(`${path}.tmp`, formatProperties(metaPropertiesMap(properties), nowMs));
  disk.syncNow(`${path}.tmp`);
  disk.rename(`${path}.tmp`, path);
  disk.syncNow(directory);
}

/**
 * Checks that directories belong to one node of one cluster.
 *
 * @param found by directory
 * @param clusterId null takes that of the first directory
 * @throws MetaPropertiesError
 */
export function checkMetaProperties(
  found: ReadonlyMap<string, MetaProperties>,
  clusterId: string | null,
  nodeId: number,
): void {
  const directoriesById = new Map<string, string>();
  let expectedCluster = clusterId;
  for (const [directory, properties] of found) {
    const path = `${directory}/${META_PROPERTIES_FILE}`;
    expectedCluster ??= properties.clusterId;
    if (properties.clusterId !== null && properties.clusterId !== expectedCluster) {
      const difference = `Expected ${expectedCluster}, but read ${properties.clusterId}`;
      throw new MetaPropertiesError(`Invalid cluster.id in: ${path}. ${difference}`);
    }
    if (properties.nodeId !== null && properties.nodeId !== nodeId) {
      throw new MetaPropertiesError(
        `Stored node id ${properties.nodeId} doesn't match previous node id ${nodeId} in ${path}. If you moved your ` +
          'data, make sure your configured node id matches. If you intend to create a new node, you should remove ' +
          'all data in your data directories.',
      );
    }
    const { directoryId } = properties;
    if (directoryId === null) continue;
    if (isReserved(directoryId)) {
      throw new MetaPropertiesError(`Invalid reserved directory ID ${directoryId} found in ${directory}`);
    }
    const other = directoriesById.get(directoryId);
    if (other !== undefined) {
      const places = `It was the ID of ${other}, but also of ${directory}`;
      throw new MetaPropertiesError(`Duplicate directory ID Optional[${directoryId}] found. ${places}`);
    }
    directoriesById.set(directoryId, directory);
  }
}

/** Ids below 100 stand for "none", "lost" and whatever may be needed one day. */
function isReserved(directoryId: string): boolean {
  const bytes = Buffer.from(directoryId, 'base64url');
  return bytes.subarray(0, UUID_BYTES - 1).every((byte) => byte === 0) && (bytes[UUID_BYTES - 1] as number) < 100;
}

/** A new random id; never one that begins with a dash, which a shell would take for an option. */
export function newDirectoryId(random: Random): string {
  for (;;) {
    const id = random.bytes(UUID_BYTES).toString('base64url');
    if (!id.startsWith('-') && !isReserved(id)) return id;
  }
}
