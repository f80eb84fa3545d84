/**
 * LZ4 blocks in WebAssembly (lz4-block.wat). Measured beside an addon and the same in JavaScript on batches of 16 KB:
 * as fast as the addon, which gives out new memory of a block's full size each time, and six times the JavaScript.
 */
import { LZ4_BLOCK_WASM } from '../generated/lz4-block-wasm.js';
import { corrupt } from './compression-error.js';
import { startWasm, type WasmMemory } from './wasm.js';

/** What a block holds at most where this writes it. */
export const WRITTEN_BLOCK_BYTES = 64 * 1024;
/** A block gives at most so many bytes for each of its own. */
const MAX_RATIO = 255;
const PAGE_BYTES = 64 * 1024;
/** The search of a block that is written keeps its notes at the beginning of the memory. */
const TABLE_BYTES = 32 * 1024;
/** Copies go so far behind what they are asked for. */
const SLACK_BYTES = 32;
/** More than this is not held for the next one. */
const KEPT_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = -1;

interface Lz4Exports {
  readonly memory: WasmMemory;
  decompress(next: number, end: number, start: number, limit: number): number;
  compress(start: number, end: number, to: number, table: number): number;
}

/** Memory in which blocks are compressed and decompressed. Addresses in it are unsigned. */
class Lz4Memory {
  private readonly exports: Lz4Exports;
  private bytes: Buffer;
  private contentAt = TABLE_BYTES;
  private contentEnd = TABLE_BYTES;

  constructor() {
    this.exports = startWasm(Buffer.from(LZ4_BLOCK_WASM, 'base64')).exports as Lz4Exports;
    this.bytes = Buffer.from(this.exports.memory.buffer);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  /** Begins with content anew, whose blocks take `blockBytes` at most. */
  begin(blockBytes: number): void {
    this.contentAt = TABLE_BYTES + blockBytes + SLACK_BYTES;
    this.contentEnd = this.contentAt;
  }

  /** Adds the content of a block, which lies in `source`. @returns whether it has no more than `limit` bytes */
  decompress(source: Buffer, at: number, end: number, limit: number): boolean {
    const blockEnd = TABLE_BYTES + end - at;
    const room = Math.min(limit, (end - at) * MAX_RATIO);
    this.reserve(this.contentEnd + room);
    source.copy(this.bytes, TABLE_BYTES, at, end);
    const reached = this.exports.decompress(TABLE_BYTES, blockEnd, this.contentEnd, this.contentEnd + room);
    if (reached === TOO_LARGE) return false;
    if (reached < 0) throw corrupt(`lz4: broken block of ${end - at} bytes`);
    this.contentEnd = reached;
    return true;
  }

  /** Adds what is stored as it is. @returns like {@link decompress} */
  store(source: Buffer, at: number, end: number, limit: number): boolean {
    if (end - at > limit) return false;
    this.reserve(this.contentEnd + end - at);
    this.contentEnd += source.copy(this.bytes, this.contentEnd, at, end);
    return true;
  }

  /** All that was added; gone at the next {@link begin} or {@link compress}. */
  content(): Buffer {
    return this.bytes.subarray(this.contentAt, this.contentEnd);
  }

  /** The block of at most 64 KiB of content, in memory that is used again. */
  compress(content: Buffer): Buffer {
    const to = TABLE_BYTES + content.length + SLACK_BYTES;
    this.reserve(to + lz4BlockBound(content.length));
    content.copy(this.bytes, TABLE_BYTES);
    const end = this.exports.compress(TABLE_BYTES, TABLE_BYTES + content.length, to, 0);
    return this.bytes.subarray(to, end);
  }

  private reserve(end: number): void {
    const missing = end + SLACK_BYTES - this.bytes.length;
    if (missing <= 0) return;
    this.exports.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.bytes = Buffer.from(this.exports.memory.buffer);
  }
}

let memory: Lz4Memory | null = null;

/** Memory that large content has made grow is left to whoever looks at that. */
export function lz4Memory(): Lz4Memory {
  if (memory === null || memory.sizeBytes > KEPT_BYTES) memory = new Lz4Memory();
  return memory;
}

/** The most that a block of `sizeBytes` can become. */
export const lz4BlockBound = (sizeBytes: number): number => sizeBytes + Math.floor(sizeBytes / 255) + 16;
