/**
 * LZ4 blocks without an addon: what small blocks and platforms without a build use. The format is a row of
 * sequences: a token with two lengths, literals, and how far back to copy from.
 */
import { COPY_CALL_BYTES, copyMatch, wordAt } from './byte-matches.js';
import { corrupt } from './compression-error.js';

const MIN_MATCH = 4;
/** The last match must begin this far from the end, and the last bytes are literals. */
const LAST_MATCH_BYTES = 12;
const LAST_LITERALS = 5;
const MAX_DISTANCE = 0xffff;
const HASH_BITS = 14;
/** After this many misses (as a power of two) the search steps over one byte more. */
const SKIP_SHIFT = 6;

const latest = new Int32Array(1 << HASH_BITS);

/** The most that a block of `sizeBytes` can become. */
export const lz4BlockBound = (sizeBytes: number): number => sizeBytes + Math.floor(sizeBytes / 255) + 16;

/** Compresses `source` from `start` to `end` into `target` at `to`; gives where the block ends there. */
export function compressLz4Block(source: Buffer, start: number, end: number, target: Buffer, to: number): number {
  latest.fill(-1);
  const lastMatchAt = end - LAST_MATCH_BYTES;
  const matchEnd = end - LAST_LITERALS;
  let out = to;
  let anchor = start;
  let at = start;
  let misses = 1 << SKIP_SHIFT;
  while (at <= lastMatchAt) {
    const word = wordAt(source, at);
    const slot = slotOf(word);
    let candidate = latest[slot] as number;
    latest[slot] = at;
    if (candidate < 0 || at - candidate > MAX_DISTANCE || wordAt(source, candidate) !== word) {
      at += misses++ >>> SKIP_SHIFT;
      continue;
    }
    misses = 1 << SKIP_SHIFT;
    while (at > anchor && candidate > start && source[at - 1] === source[candidate - 1]) {
      at--;
      candidate--;
    }
    const distance = at - candidate;
    let end = at + MIN_MATCH;
    while (end < matchEnd && source[end] === source[end - distance]) end++;
    const rest = end - at - MIN_MATCH;
    const token = out;
    out = putLiterals(source, anchor, at, target, out);
    target[out++] = distance & 0xff;
    target[out++] = distance >>> 8;
    target[token] = (target[token] as number) | Math.min(rest, 15);
    if (rest >= 15) out = putLength(target, out, rest - 15);
    at = end;
    anchor = end;
    if (at <= lastMatchAt) latest[slotOf(wordAt(source, at - 2))] = at - 2;
  }
  return putLiterals(source, anchor, end, target, out);
}

/**
 * Decompresses the block from `at` to `end` into `target` at `to`. Gives where the content ends, or -1 when it
 * would pass `limit`.
 */
export function decompressLz4Block(
  source: Buffer,
  at: number,
  end: number,
  target: Buffer,
  to: number,
  limit: number,
): number {
  let next = at;
  let out = to;
  while (next < end) {
    const token = source[next++] as number;
    let literals = token >>> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (next >= end) throw corrupt('lz4: block ends in a length');
        more = source[next++] as number;
        literals += more;
      } while (more === 255);
    }
    const literalsEnd = next + literals;
    if (literalsEnd > end) throw corrupt(`lz4: ${literals} literals wanted, ${end - next} bytes left`);
    if (out + literals > limit) return -1;
    if (literals < COPY_CALL_BYTES) while (next < literalsEnd) target[out++] = source[next++] as number;
    else {
      source.copy(target, out, next, literalsEnd);
      out += literals;
      next = literalsEnd;
    }
    if (next === end) return out;
    if (end - next < 2) throw corrupt('lz4: block ends in a distance');
    const distance = (source[next] as number) | ((source[next + 1] as number) << 8);
    next += 2;
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more: number;
      do {
        if (next >= end) throw corrupt('lz4: block ends in a length');
        more = source[next++] as number;
        length += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > out - to) throw corrupt(`lz4: distance ${distance} at byte ${out - to}`);
    if (out + length > limit) return -1;
    out = copyMatch(target, out, distance, length);
  }
  throw corrupt('lz4: block without an end');
}

function putLiterals(source: Buffer, start: number, end: number, target: Buffer, to: number): number {
  const length = end - start;
  let out = to;
  target[out++] = Math.min(length, 15) << 4;
  if (length >= 15) out = putLength(target, out, length - 15);
  if (length < COPY_CALL_BYTES) for (let at = start; at < end; at++) target[out++] = source[at] as number;
  else {
    source.copy(target, out, start, end);
    out += length;
  }
  return out;
}

function putLength(target: Buffer, to: number, length: number): number {
  let out = to;
  let rest = length;
  for (; rest >= 255; rest -= 255) target[out++] = 255;
  target[out++] = rest;
  return out;
}

const slotOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
