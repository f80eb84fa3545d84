/**
 * Snappy in the framing of the Java library "xerial": a header of 16 bytes, then blocks of 32 KiB, each behind
 * its length. Read is also one bare block, which clients on other libraries send.
 */
import { loadNativePackage } from '../native-package.js';
import { corrupt, tooLarge } from './compression-error.js';
import { compressSnappyBlock, decompressSnappyBlock, snappyBlockBound, snappyContentSize } from './snappy-block.js';

/** 0x82 "SNAPPY" 0, version 1, compatible with 1. */
const HEADER = Buffer.from('82534e41505059000000000100000001', 'hex');
const MARK_BYTES = 8;
const BLOCK_BYTES = 32 * 1024;
/** Smaller blocks are done faster without the call into an addon. */
const ADDON_FROM_BYTES = 1024;
/** Without it the addon gives out memory of its own, whose bookkeeping costs more than the codec. */
const COPIED = { copyOutputData: true };

interface SnappyAddon {
  compressSync(content: Buffer, options: typeof COPIED): Buffer;
  uncompressSync(block: Buffer, options: typeof COPIED): Buffer;
}

let addon: SnappyAddon | null | undefined;
const loadAddon = (): SnappyAddon | null => {
  if (addon === undefined) addon = loadNativePackage<SnappyAddon>('snappy');
  return addon;
};

/** @param addonFromBytes blocks of this size go through the addon where there is one. */
export function compressSnappy(content: Buffer, addonFromBytes = ADDON_FROM_BYTES): Buffer {
  const blocks = Math.ceil(content.length / BLOCK_BYTES);
  const out = Buffer.allocUnsafe(
    HEADER.length + blocks * (4 + snappyBlockBound(Math.min(content.length, BLOCK_BYTES))),
  );
  let to = HEADER.copy(out);
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, content.length);
    const native = end - at >= addonFromBytes ? loadAddon() : null;
    const blockEnd =
      native === null
        ? compressSnappyBlock(content, at, end, out, to + 4)
        : to + 4 + native.compressSync(content.subarray(at, end), COPIED).copy(out, to + 4);
    out.writeInt32BE(blockEnd - to - 4, to);
    to = blockEnd;
  }
  return out.subarray(0, to);
}

export function decompressSnappy(bytes: Buffer, maxBytes: number, addonFromBytes = ADDON_FROM_BYTES): Buffer {
  if (bytes.length < HEADER.length || bytes.compare(HEADER, 0, MARK_BYTES, 0, MARK_BYTES) !== 0) {
    return decompressBlock(bytes, 0, bytes.length, maxBytes, maxBytes, addonFromBytes);
  }
  const chunks: Buffer[] = [];
  let total = 0;
  // Fewer than four bytes at the end are no length: the Java library takes them for the end.
  for (let at = HEADER.length; bytes.length - at >= 4; ) {
    const sizeBytes = bytes.readInt32BE(at);
    if (sizeBytes === HEADER.readInt32BE(0) && bytes.length - at >= HEADER.length) {
      // Another stream put behind this one.
      at += HEADER.length;
      continue;
    }
    at += 4;
    if (sizeBytes < 0 || sizeBytes > bytes.length - at) {
      throw corrupt(`snappy: block of ${sizeBytes} bytes, ${bytes.length - at} bytes left`);
    }
    const chunk = decompressBlock(bytes, at, at + sizeBytes, maxBytes - total, maxBytes, addonFromBytes);
    chunks.push(chunk);
    total += chunk.length;
    at += sizeBytes;
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, total);
}

function decompressBlock(
  bytes: Buffer,
  at: number,
  end: number,
  limit: number,
  maxBytes: number,
  addonFromBytes: number,
): Buffer {
  const { sizeBytes, elementsAt } = snappyContentSize(bytes, at, end);
  if (sizeBytes > limit) throw tooLarge('snappy', maxBytes);
  const native = sizeBytes >= addonFromBytes ? loadAddon() : null;
  if (native !== null) {
    try {
      return native.uncompressSync(bytes.subarray(at, end), COPIED);
    } catch {
      // Below it is found out what is wrong with the block.
    }
  }
  const content = Buffer.allocUnsafe(sizeBytes);
  decompressSnappyBlock(bytes, elementsAt, end, content, 0, sizeBytes);
  return content;
}
