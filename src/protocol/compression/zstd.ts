/**
 * Zstandard by node:zlib where Node has it (from 22.15 and 23.8 on), by WebAssembly elsewhere and for small frames, which
 * it decompresses in half the time: node:zlib sets up a stream for each. Both get one whole frame at a time and a bound
 * on its content, so they do not differ in what they take.
 */
import { createRequire } from 'node:module';
import { CompressionError, corrupt, tooLarge } from './compression-error.js';
import type { Lifetime } from './lifetime.js';
import { zstdFrames } from './zstd-frame.js';
import { compressZstdInWasm, decompressZstdInWasm } from './zstd-wasm.js';

const DEFAULT_LEVEL = 3;
const MAX_CHUNK_BYTES = 1024 * 1024;
const MIN_CHUNK_BYTES = 64;
/** Frames of this size are faster done by node:zlib. */
const NODE_FROM_BYTES = 64 * 1024;

export interface ZstdCodec {
  compress(content: Buffer, level: number): Buffer;
  /** Null when the frame's content has more than `maxBytes`. */
  decompressFrame(frame: Buffer, maxBytes: number, lifetime: Lifetime): Buffer | null;
}

/** What newer versions of node:zlib have; the types of Node 20 do not know it. */
interface ZlibWithZstd {
  zstdCompressSync?(content: Buffer, options: { params: Record<number, number>; pledgedSrcSize: number }): Buffer;
  zstdDecompressSync?(bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }): Buffer;
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
}

export const zstdInWasm: ZstdCodec = { compress: compressZstdInWasm, decompressFrame: decompressZstdInWasm };

/** Null when this Node has no Zstandard. */
export function zstdOfNode(): ZstdCodec | null {
  const zlib = createRequire(import.meta.url)('node:zlib') as ZlibWithZstd;
  const { zstdCompressSync, zstdDecompressSync, constants } = zlib;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return null;
  return {
    compress: (content, level) =>
      zstdCompressSync(content, {
        params: { [constants.ZSTD_c_compressionLevel]: level },
        pledgedSrcSize: content.length,
      }),
    decompressFrame(frame, maxBytes, lifetime) {
      if (frame.length < NODE_FROM_BYTES) return decompressZstdInWasm(frame, maxBytes, lifetime);
      try {
        const chunkSize = Math.max(MIN_CHUNK_BYTES, Math.min(maxBytes + 1, MAX_CHUNK_BYTES));
        // One byte more than allowed, for zlib takes no limit of 0.
        const content = zstdDecompressSync(frame, { maxOutputLength: maxBytes + 1, chunkSize });
        return content.length > maxBytes ? null : content;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
        throw corrupt(`zstd: ${(error as Error).message}`, error);
      }
    },
  };
}

let chosen: ZstdCodec | null = null;
const choose = (): ZstdCodec => {
  chosen ??= zstdOfNode() ?? zstdInWasm;
  return chosen;
};

/** One frame, content size included. @param level -131072 to 22 */
export function compressZstd(content: Buffer, level = DEFAULT_LEVEL, codec = choose()): Buffer {
  return codec.compress(content, level);
}

export function decompressZstd(bytes: Buffer, maxBytes: number, codec = choose(), lifetime: Lifetime = 'kept'): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  const frames = zstdFrames(bytes);
  for (const frame of frames) {
    const room = Math.min(frame.boundBytes, maxBytes - total);
    const whole = bytes.subarray(frame.start, frame.end);
    const chunk = codec.decompressFrame(whole, room, frames.length === 1 ? lifetime : 'kept');
    if (chunk === null) {
      if (room === frame.boundBytes) throw new CompressionError('corrupt', 'zstd: more content than the frame says');
      throw tooLarge('zstd', maxBytes);
    }
    chunks.push(chunk);
    total += chunk.length;
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, total);
}
