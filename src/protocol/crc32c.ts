import { loadNativePackage } from './native-package.js';

/** The Castagnoli polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

type Checksum = (bytes: Uint8Array) => number;

let checksum: Checksum | null = null;
let tables: Int32Array | null = null;

/** CRC-32C of `bytes` from `start` to `end`, an unsigned 32-bit number. */
export function crc32c(bytes: Buffer, start = 0, end = bytes.length): number {
  checksum ??= loadNativePackage<{ crc32c: Checksum }>('@node-rs/crc32')?.crc32c ?? crc32cInJs;
  return checksum(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
}

/** The same without an addon, eight bytes a step ("slicing by 8"). */
export function crc32cInJs(bytes: Uint8Array): number {
  tables ??= makeTables();
  const table = tables;
  const end = bytes.length;
  let crc = -1;
  let at = 0;
  for (; at + 8 <= end; at += 8) {
    const low =
      crc ^ (byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24));
    crc =
      entry(table, 7, low) ^
      entry(table, 6, low >>> 8) ^
      entry(table, 5, low >>> 16) ^
      entry(table, 4, low >>> 24) ^
      entry(table, 3, byte(bytes, at + 4)) ^
      entry(table, 2, byte(bytes, at + 5)) ^
      entry(table, 1, byte(bytes, at + 6)) ^
      entry(table, 0, byte(bytes, at + 7));
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(table, 0, crc ^ byte(bytes, at));
  return ~crc >>> 0;
}

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number;
const entry = (table: Int32Array, slice: number, value: number): number =>
  table[slice * 256 + (value & 0xff)] as number;

function makeTables(): Int32Array {
  const table = new Int32Array(SLICES * 256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[value] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const previous = table[at - 256] as number;
    table[at] = (previous >>> 8) ^ entry(table, 0, previous);
  }
  return table;
}
