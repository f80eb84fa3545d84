import { createRequire } from 'node:module';

type Checksum = (bytes: Buffer) => number;

let checksum: Checksum | null = null;

/** CRC-32 (of zip, and of messages of magic 0 and 1) of `bytes` from `start` to `end`, an unsigned 32-bit number. */
export function crc32(bytes: Buffer, start = 0, end = bytes.length): number {
  checksum ??= (createRequire(import.meta.url)('node:zlib') as { crc32: Checksum }).crc32;
  return checksum(bytes.subarray(start, end));
}
