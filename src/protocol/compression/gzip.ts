import { createRequire } from 'node:module';
import type zlib from 'node:zlib';
import { corrupt, tooLarge } from './compression-error.js';

const require = createRequire(import.meta.url);

const MIN_CHUNK_BYTES = 64;
const MAX_CHUNK_BYTES = 1024 * 1024;
/** Deflate's largest ratio, so that a claimed size has to be paid for in bytes. */
const MAX_RATIO = 1032;

let loaded: typeof zlib | null = null;
const node = (): typeof zlib => {
  loaded ??= require('node:zlib') as typeof zlib;
  return loaded;
};

/** One gzip member with the header that Java writes: no time, no hint, system unknown. */
export function gzip(content: Buffer, level = -1): Buffer {
  const out = node().gzipSync(content, { level });
  out.fill(0, 4, 9);
  out[9] = 0xff;
  return out;
}

export function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  // One byte more than allowed, for zlib takes no limit of 0.
  const maxOutputLength = maxBytes + 1;
  let content: Buffer;
  try {
    content = node().gunzipSync(bytes, { maxOutputLength, chunkSize: chunkBytes(bytes, maxOutputLength) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('gzip', maxBytes);
    throw corrupt(`gzip: ${(error as Error).message}`, error);
  }
  if (content.length > maxBytes) throw tooLarge('gzip', maxBytes);
  return content;
}

/** The size that the trailer claims, within what the input could hold: one allocation instead of many. */
function chunkBytes(bytes: Buffer, maxBytes: number): number {
  const claimed = bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4) + 1;
  return Math.max(MIN_CHUNK_BYTES, Math.min(claimed, maxBytes, bytes.length * MAX_RATIO, MAX_CHUNK_BYTES));
}
