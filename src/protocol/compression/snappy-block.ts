/**
 * Snappy blocks without an addon: what small blocks and platforms without a build use. A block is a varint with
 * the size of its content, then elements: literals, or copies of what came before.
 */
import { COPY_CALL_BYTES, copyMatch, wordAt } from './byte-matches.js';
import { corrupt } from './compression-error.js';

const HASH_BITS = 14;
/** Matches are looked for up to this far from the end. */
const MARGIN_BYTES = 15;
/** After this many misses (as a power of two) the search steps over one byte more. */
const SKIP_SHIFT = 5;
/** A copy element of three bytes gives at most 64. */
const MAX_RATIO = 22;

const latest = new Int32Array(1 << HASH_BITS);

/** The most that a block of `sizeBytes` can become. */
export const snappyBlockBound = (sizeBytes: number): number => 32 + sizeBytes + Math.floor(sizeBytes / 6);

/** The size that a block says its content has, and where its elements begin. */
export function snappyContentSize(source: Buffer, at: number, end: number): { sizeBytes: number; elementsAt: number } {
  let sizeBytes = 0;
  let next = at;
  for (let scale = 1; ; scale *= 128) {
    const byte = next < end ? (source[next++] as number) : -1;
    if (byte < 0 || scale > 2 ** 28) throw corrupt('snappy: no content size');
    sizeBytes += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  if (sizeBytes > (end - next) * MAX_RATIO) throw corrupt(`snappy: ${end - next} bytes cannot hold ${sizeBytes}`);
  return { sizeBytes, elementsAt: next };
}

/**
 * Compresses `source` from `start` to `end`, at most 64 KiB, into `target` at `to`; gives where the block ends there.
 */
export function compressSnappyBlock(source: Buffer, start: number, end: number, target: Buffer, to: number): number {
  let out = putVarint(target, to, end - start);
  latest.fill(-1);
  const last = end - MARGIN_BYTES;
  let anchor = start;
  let at = start;
  let misses = 1 << SKIP_SHIFT;
  while (at <= last) {
    const word = wordAt(source, at);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = latest[slot] as number;
    latest[slot] = at;
    if (candidate < 0 || wordAt(source, candidate) !== word) {
      at += misses++ >>> SKIP_SHIFT;
      continue;
    }
    misses = 1 << SKIP_SHIFT;
    if (at > anchor) out = putLiteral(source, anchor, at, target, out);
    const distance = at - candidate;
    let matchEnd = at + 4;
    while (matchEnd < end && source[matchEnd] === source[matchEnd - distance]) matchEnd++;
    out = putCopy(target, out, distance, matchEnd - at);
    at = matchEnd;
    anchor = matchEnd;
  }
  return anchor < end ? putLiteral(source, anchor, end, target, out) : out;
}

/** Decompresses elements from `at` to `end` into all of `target` from `to` to `limit`. */
export function decompressSnappyBlock(
  source: Buffer,
  at: number,
  end: number,
  target: Buffer,
  to: number,
  limit: number,
): void {
  let next = at;
  let out = to;
  while (next < end) {
    const tag = source[next++] as number;
    const kind = tag & 3;
    let length = (tag >>> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const sizeBytes = length - 60;
        if (next + sizeBytes > end) throw corrupt('snappy: block ends in a length');
        length = source.readUIntLE(next, sizeBytes) + 1;
        next += sizeBytes;
      }
      const literalEnd = next + length;
      if (literalEnd > end) throw corrupt(`snappy: literal of ${length} bytes, ${end - next} left`);
      if (length > limit - out) throw corrupt('snappy: more content than the block says');
      if (length < COPY_CALL_BYTES) while (next < literalEnd) target[out++] = source[next++] as number;
      else {
        source.copy(target, out, next, literalEnd);
        out += length;
        next = literalEnd;
      }
      continue;
    }
    const distanceBytes = kind === 3 ? 4 : kind;
    if (next + distanceBytes > end) throw corrupt('snappy: block ends in a distance');
    let distance: number;
    if (kind === 1) {
      length = 4 + ((tag >>> 2) & 7);
      distance = ((tag >>> 5) << 8) | (source[next] as number);
    } else if (kind === 2) distance = (source[next] as number) | ((source[next + 1] as number) << 8);
    else distance = source.readUInt32LE(next);
    next += distanceBytes;
    if (distance === 0 || distance > out - to) throw corrupt(`snappy: distance ${distance} at byte ${out - to}`);
    if (length > limit - out) throw corrupt('snappy: more content than the block says');
    out = copyMatch(target, out, distance, length);
  }
  if (out !== limit) throw corrupt(`snappy: ${out - to} bytes of content, ${limit - to} said`);
}

function putLiteral(source: Buffer, start: number, end: number, target: Buffer, to: number): number {
  const length = end - start - 1;
  let out = to;
  if (length < 60) target[out++] = length << 2;
  else if (length < 256) {
    target[out++] = 60 << 2;
    target[out++] = length;
  } else {
    target[out++] = 61 << 2;
    target[out++] = length & 0xff;
    target[out++] = length >>> 8;
  }
  if (length < COPY_CALL_BYTES) for (let at = start; at < end; at++) target[out++] = source[at] as number;
  else {
    source.copy(target, out, start, end);
    out += length + 1;
  }
  return out;
}

/** A copy has at most 64 bytes; a rest under 4 could not be written, so the last but one is kept shorter. */
function putCopy(target: Buffer, to: number, distance: number, length: number): number {
  let out = to;
  let rest = length;
  while (rest > 0) {
    const step = rest >= 68 ? 64 : rest > 64 ? 60 : rest;
    if (step < 12 && distance < 2048) {
      target[out++] = 1 | ((step - 4) << 2) | ((distance >>> 8) << 5);
      target[out++] = distance & 0xff;
    } else {
      target[out++] = 2 | ((step - 1) << 2);
      target[out++] = distance & 0xff;
      target[out++] = distance >>> 8;
    }
    rest -= step;
  }
  return out;
}

function putVarint(target: Buffer, to: number, value: number): number {
  let out = to;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) target[out++] = (rest & 0x7f) | 0x80;
  target[out++] = rest;
  return out;
}
