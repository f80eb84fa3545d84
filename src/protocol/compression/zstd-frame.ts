/**
 * What a Zstandard stream says of itself (RFC 8878), read before anything is decompressed: where each frame ends
 * and the most that it can give, however little its header admits. Java's stream writer leaves the content size
 * out, so the bound comes from the blocks.
 */
import { CompressionError, corrupt } from './compression-error.js';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_BLOCK_BYTES = 128 * 1024;
/** Decoders refuse larger windows unless told otherwise, the Java library's too. */
const MAX_WINDOW_BYTES = 2 ** 27;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

export interface ZstdFrame {
  readonly start: number;
  readonly end: number;
  /** The content has no more bytes than this. */
  readonly boundBytes: number;
}

/** The frames of `bytes`, skippable ones left out. @throws CompressionError when they are cut or are none. */
export function zstdFrames(bytes: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  for (let at = 0; at < bytes.length || at === 0; ) {
    need(bytes, at, 4);
    const magic = bytes.readUInt32LE(at);
    if (magic === FRAME_MAGIC) {
      const frame = readFrame(bytes, at);
      frames.push(frame);
      at = frame.end;
    } else if (magic - (magic % 16) === SKIPPABLE_MAGIC) {
      need(bytes, at + 4, 4);
      const sizeBytes = bytes.readUInt32LE(at + 4);
      need(bytes, at + 8, sizeBytes);
      at += 8 + sizeBytes;
    } else throw corrupt(at === 0 ? 'zstd: not a Zstandard frame' : `zstd: no frame at byte ${at}`);
  }
  return frames;
}

function readFrame(bytes: Buffer, start: number): ZstdFrame {
  need(bytes, start + 4, 1);
  const descriptor = bytes[start + 4] as number;
  if (descriptor & 0x08) throw corrupt('zstd: reserved header bit set');
  const single = (descriptor & 0x20) !== 0;
  const sizeCode = descriptor >>> 6;
  const sizeFieldBytes = sizeCode === 0 ? (single ? 1 : 0) : 1 << sizeCode;
  const sizeAt = start + 5 + (single ? 0 : 1) + DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  need(bytes, start + 5, sizeAt + sizeFieldBytes - start - 5);
  const contentBytes = readContentSize(bytes, sizeAt, sizeFieldBytes);
  const windowBytes = single ? contentBytes : readWindowSize(bytes[start + 5] as number);
  if (!single && windowBytes > MAX_WINDOW_BYTES) {
    throw new CompressionError(
      'unsupported',
      `zstd: window of ${windowBytes} bytes, at most ${MAX_WINDOW_BYTES} is read`,
    );
  }
  const blockBytes = Math.min(windowBytes, MAX_BLOCK_BYTES);
  let boundBytes = 0;
  let at = sizeAt + sizeFieldBytes;
  for (let last = false; !last; ) {
    need(bytes, at, 3);
    const header = bytes.readUIntLE(at, 3);
    const sizeBytes = header >>> 3;
    const type = (header >>> 1) & 3;
    last = (header & 1) !== 0;
    at += 3;
    if (type === 3) throw corrupt('zstd: reserved block type');
    if (sizeBytes > blockBytes) throw corrupt(`zstd: block of ${sizeBytes} bytes, at most ${blockBytes} allowed`);
    const storedBytes = type === 1 ? 1 : sizeBytes;
    need(bytes, at, storedBytes);
    at += storedBytes;
    boundBytes += type === 2 ? blockBytes : sizeBytes;
  }
  if (descriptor & 0x04) {
    need(bytes, at, 4);
    at += 4;
  }
  return { start, end: at, boundBytes: sizeFieldBytes === 0 ? boundBytes : Math.min(boundBytes, contentBytes) };
}

function readContentSize(bytes: Buffer, at: number, fieldBytes: number): number {
  switch (fieldBytes) {
    case 0:
      return 0;
    case 1:
      return bytes[at] as number;
    case 2:
      return bytes.readUInt16LE(at) + 256;
    case 4:
      return bytes.readUInt32LE(at);
    default:
      return Number(bytes.readBigUInt64LE(at));
  }
}

function readWindowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function need(bytes: Buffer, at: number, sizeBytes: number): void {
  if (sizeBytes > bytes.length - at) throw corrupt(`zstd: ${sizeBytes} bytes wanted, ${bytes.length - at} left`);
}
