import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { crc32 } from '../../../protocol/crc32.js';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END_OF_ZIP64 = 0x06064b50;
const LOCATOR_OF_ZIP64 = 0x07064b50;
const LOCATOR_BYTES = 20;
/** The extra field with what has no room in 32 bits. */
const EXTRA_OF_ZIP64 = 1;
/** One more would need zip64. */
const MOST_ENTRIES = 0xfffe;
const MOST_COMMENT_BYTES = 0xffff;
const IN_ZIP64 = 0xffff_ffff;
const STORED = 0;
const DEFLATED = 8;
/** Sizes are behind the content, and not before it. */
const SIZES_BEHIND = 0x0008;
const UTF8_NAMES = 0x0800;
const VERSION = 20;
/** The first day that the format knows: what is written does not depend on when it is. */
const DOS_DATE = 0x0021;

/** What is wrong with an archive. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc: number;
  readonly sizeBytes: number;
  readonly externalAttributes: number;
  /** As it is in the archive. */
  readonly packed: Buffer;
}

/** The entries of an archive, by name. @throws ZipError */
export function readZip(bytes: Buffer): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  try {
    const { count, start } = directoryOf(bytes);
    for (let index = 0, at = start; index < count; index++) {
      if (bytes.readUInt32LE(at) !== CENTRAL_HEADER) throw new ZipError('its directory is damaged');
      const entry = entryAt(bytes, at);
      entries.set(entry.name, entry);
      at += CENTRAL_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  } catch (error) {
    if (error instanceof RangeError) throw new ZipError('it is cut');
    throw error;
  }
  return entries;
}

/** Where the entries are listed, and how many. */
function directoryOf(bytes: Buffer): { count: number; start: number } {
  const end = findEnd(bytes);
  const locator = end - LOCATOR_BYTES;
  if (locator < 0 || bytes.readUInt32LE(locator) !== LOCATOR_OF_ZIP64) {
    return { count: bytes.readUInt16LE(end + 10), start: bytes.readUInt32LE(end + 16) };
  }
  const wideEnd = Number(bytes.readBigUInt64LE(locator + 8));
  if (bytes.readUInt32LE(wideEnd) !== END_OF_ZIP64) throw new ZipError('its end is damaged');
  return { count: Number(bytes.readBigUInt64LE(wideEnd + 32)), start: Number(bytes.readBigUInt64LE(wideEnd + 48)) };
}

function findEnd(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - END_BYTES - MOST_COMMENT_BYTES);
  for (let at = bytes.length - END_BYTES; at >= least; at--) if (bytes.readUInt32LE(at) === END) return at;
  throw new ZipError('zip END header not found');
}

function entryAt(bytes: Buffer, at: number): ZipEntry {
  const nameBytes = bytes.readUInt16LE(at + 28);
  const extra = bytes.subarray(at + CENTRAL_BYTES + nameBytes).subarray(0, bytes.readUInt16LE(at + 30));
  const [sizeBytes = 0, packedBytes = 0, local = 0] = widened(
    [24, 20, 42].map((field) => bytes.readUInt32LE(at + field)),
    extra,
  );
  const content = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (content + packedBytes > bytes.length) throw new ZipError('it is cut');
  return {
    name: bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
    flags: bytes.readUInt16LE(at + 8),
    method: bytes.readUInt16LE(at + 10),
    time: bytes.readUInt16LE(at + 12),
    date: bytes.readUInt16LE(at + 14),
    crc: bytes.readUInt32LE(at + 16),
    sizeBytes,
    externalAttributes: bytes.readUInt32LE(at + 38),
    packed: bytes.subarray(content, content + packedBytes),
  };
}

/** Those of these values that do not fit stand in the extra field, in the same order. */
function widened(values: readonly number[], extra: Buffer): number[] {
  let wide = valuesOfZip64(extra);
  return values.map((value) => {
    if (value !== IN_ZIP64) return value;
    const found = Number(wide.readBigUInt64LE(0));
    wide = wide.subarray(8);
    return found;
  });
}

function valuesOfZip64(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === EXTRA_OF_ZIP64) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return Buffer.alloc(0);
}

/** @throws ZipError */
export function contentOf({ name, method, packed, sizeBytes }: ZipEntry): Buffer {
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new ZipError(`${name} is packed by method ${method}, which is not known`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (error) {
    throw new ZipError(`${name} cannot be unpacked: ${(error as Error).message}`);
  }
}

/** A name that ends in a slash is a directory. */
export function entryOf(name: string, content: Buffer): ZipEntry {
  const isDirectory = name.endsWith('/');
  return {
    name,
    flags: UTF8_NAMES,
    method: isDirectory ? STORED : DEFLATED,
    time: 0,
    date: DOS_DATE,
    crc: crc32(content, 0, content.length),
    sizeBytes: content.length,
    externalAttributes: 0,
    packed: isDirectory ? content : deflateRawSync(content),
  };
}

/** The archive of these entries; what they hold is not packed anew. @throws ZipError where only zip64 could hold them */
export function writeZip(entries: Iterable<ZipEntry>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const header = Buffer.alloc(LOCAL_BYTES);
    header.writeUInt32LE(LOCAL_HEADER, 0);
    writeFacts(header, 4, entry, name.length);
    parts.push(header, name, entry.packed);
    const central = Buffer.alloc(CENTRAL_BYTES);
    central.writeUInt32LE(CENTRAL_HEADER, 0);
    central.writeUInt16LE(VERSION, 4);
    writeFacts(central, 6, entry, name.length);
    central.writeUInt32LE(entry.externalAttributes, 38);
    central.writeUInt32LE(at, 42);
    directory.push(central, name);
    at += LOCAL_BYTES + name.length + entry.packed.length;
  }
  if (directory.length / 2 > MOST_ENTRIES || at >= IN_ZIP64) {
    throw new ZipError(
      `with ${directory.length / 2} entries in ${at} bytes it needs zip64, which is not written; a smaller archive, or a directory in its place, will do`,
    );
  }
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** The part that local and central headers have in common. */
function writeFacts(header: Buffer, at: number, entry: ZipEntry, nameBytes: number): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(entry.flags & ~SIZES_BEHIND, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(entry.time, at + 6);
  header.writeUInt16LE(entry.date, at + 8);
  header.writeUInt32LE(entry.crc, at + 10);
  header.writeUInt32LE(entry.packed.length, at + 14);
  header.writeUInt32LE(entry.sizeBytes, at + 18);
  header.writeUInt16LE(nameBytes, at + 22);
}
