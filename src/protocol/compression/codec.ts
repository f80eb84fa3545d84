/**
 * Kafka's compression types. Codecs work synchronously on whole buffers (a batch is validated between two
 * awaits) and load what they need on first use. No length in the input is believed: what comes out is bounded
 * by `maxBytes`, and memory is taken only for what can come out.
 */
import { CompressionError } from './compression-error.js';
import { gunzip, gzip } from './gzip.js';
import type { Lifetime } from './lifetime.js';
import { compressLz4, decompressLz4 } from './lz4.js';
import { compressSnappy, decompressSnappy } from './snappy.js';
import { compressZstd, decompressZstd } from './zstd.js';

export const COMPRESSION_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CompressionName = (typeof COMPRESSION_NAMES)[number];

/** The ids of the lowest three attribute bits of a batch. */
export const CompressionType = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type CompressionType = (typeof CompressionType)[CompressionName];

/**
 * The most that the content of one batch may take, where the caller knows no better limit: two and a half times
 * the largest request that a broker takes by default (socket.request.max.bytes).
 */
export const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024;

/** @throws CompressionError for an id that Kafka does not know. */
export function compressionName(type: number): CompressionName {
  const name = COMPRESSION_NAMES[type];
  if (name === undefined) throw unknownType(type);
  return name;
}

/**
 * Compresses `content` (parts are joined) in the framing that Java clients write.
 *
 * @param level gzip 1 to 9 or -1; zstd -131072 to 22; default otherwise. LZ4 has one speed here: its level
 *   is accepted and changes nothing, as any level's output is read the same.
 */
export function compress(type: CompressionType, content: Buffer | readonly Buffer[], level?: number): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : joined(content);
  switch (type) {
    case CompressionType.none:
      return bytes;
    case CompressionType.gzip:
      return gzip(bytes, level);
    case CompressionType.snappy:
      return compressSnappy(bytes);
    case CompressionType.lz4:
      return compressLz4(bytes);
    case CompressionType.zstd:
      return compressZstd(bytes, level);
    default:
      throw unknownType(type);
  }
}

/**
 * @param magic of the batch or wrapper; LZ4 in magic 0 has a header checksum of its own.
 * @param maxBytes the most that may come out.
 * @param lifetime of what comes out
 * @throws CompressionError
 */
export function decompress(
  type: number,
  bytes: Buffer,
  magic: number,
  maxBytes: number,
  lifetime: Lifetime = 'kept',
): Buffer {
  switch (type) {
    case CompressionType.none:
      return bytes;
    case CompressionType.gzip:
      return gunzip(bytes, maxBytes);
    case CompressionType.snappy:
      return decompressSnappy(bytes, maxBytes);
    case CompressionType.lz4:
      return decompressLz4(bytes, maxBytes, magic === 0, lifetime);
    case CompressionType.zstd:
      return decompressZstd(bytes, maxBytes, undefined, lifetime);
    default:
      throw unknownType(type);
  }
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));

const unknownType = (type: number): CompressionError =>
  new CompressionError('unsupported', `unknown compression type ${type}`);
