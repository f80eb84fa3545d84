/**
 * LZ4 frames as Java clients write them: 64 KiB blocks that stand alone, no checksum but the header's, a block
 * that does not get smaller stored as it is. Read are also larger blocks, content size and checksums; blocks
 * that depend on earlier ones are refused, as Kafka refuses them.
 */
import { CompressionError, corrupt, tooLarge } from './compression-error.js';
import type { Lifetime } from './lifetime.js';
import { lz4Memory, WRITTEN_BLOCK_BYTES } from './lz4-block.js';
import { xxhash32 } from './xxhash32.js';

const FRAME_MAGIC = 0x184d2204;
const HEADER = Buffer.from('04224d18604082', 'hex');
const STORED_BIT = 0x8000_0000;

const VERSION_MASK = 0xc0;
const VERSION_1 = 0x40;
const INDEPENDENT_BIT = 0x20;
const BLOCK_CHECKSUM_BIT = 0x10;
const CONTENT_SIZE_BIT = 0x08;
const CONTENT_CHECKSUM_BIT = 0x04;
const RESERVED_FLAGS = 0x03;
const RESERVED_BLOCK_BITS = 0x8f;

export function compressLz4(content: Buffer): Buffer {
  const blocks = Math.ceil(content.length / WRITTEN_BLOCK_BYTES);
  const out = Buffer.allocUnsafe(HEADER.length + content.length + 4 * blocks + 4);
  let to = HEADER.copy(out);
  for (let at = 0; at < content.length; at += WRITTEN_BLOCK_BYTES) {
    const block = content.subarray(at, at + WRITTEN_BLOCK_BYTES);
    const compressed = lz4Memory().compress(block);
    const stored = compressed.length >= block.length;
    const body = stored ? block : compressed;
    out.writeUInt32LE(stored ? body.length + STORED_BIT : body.length, to);
    to += 4 + body.copy(out, to + 4);
  }
  out.writeUInt32LE(0, to);
  return out.subarray(0, to + 4);
}

/** @param ignoreHeaderChecksum for magic 0, whose clients took the checksum over the frame's magic number too. */
export function decompressLz4(
  bytes: Buffer,
  maxBytes: number,
  ignoreHeaderChecksum: boolean,
  lifetime: Lifetime = 'kept',
): Buffer {
  const { flags, blockBytes, headerBytes } = readHeader(bytes, ignoreHeaderChecksum);
  const checksumBytes = flags & BLOCK_CHECKSUM_BIT ? 4 : 0;
  const memory = lz4Memory();
  memory.begin(Math.min(blockBytes, bytes.length));
  for (let at = headerBytes; ; ) {
    if (bytes.length - at < 4) throw corrupt('lz4: frame without an end mark');
    const word = bytes.readUInt32LE(at);
    const sizeBytes = word % STORED_BIT;
    at += 4;
    if (sizeBytes === 0) {
      if (flags & CONTENT_CHECKSUM_BIT && bytes.length - at < 4) throw corrupt('lz4: content checksum cut');
      break;
    }
    if (sizeBytes > blockBytes) throw corrupt(`lz4: block of ${sizeBytes} bytes in a frame of ${blockBytes}`);
    const end = at + sizeBytes;
    if (end + checksumBytes > bytes.length) {
      throw corrupt(`lz4: block of ${sizeBytes} bytes, ${bytes.length - at} bytes left`);
    }
    if (checksumBytes > 0 && xxhash32(bytes, at, end) !== bytes.readUInt32LE(end)) {
      throw corrupt('lz4: wrong block checksum');
    }
    const limit = Math.min(blockBytes, maxBytes - memory.content().length);
    if (!(word >= STORED_BIT ? memory.store(bytes, at, end, limit) : memory.decompress(bytes, at, end, limit))) {
      if (limit === blockBytes) throw corrupt(`lz4: block of more than ${blockBytes} bytes`);
      throw tooLarge('lz4', maxBytes);
    }
    at = end + checksumBytes;
  }
  return lifetime === 'passing' ? memory.content() : Buffer.from(memory.content());
}

function readHeader(
  bytes: Buffer,
  ignoreChecksum: boolean,
): { flags: number; blockBytes: number; headerBytes: number } {
  if (bytes.length < HEADER.length) throw corrupt('lz4: frame header cut');
  if (bytes.readUInt32LE(0) !== FRAME_MAGIC) throw corrupt('lz4: not an LZ4 frame');
  const flags = bytes[4] as number;
  const descriptor = bytes[5] as number;
  if ((flags & VERSION_MASK) !== VERSION_1) throw corrupt(`lz4: frame version ${flags >>> 6}`);
  if (flags & RESERVED_FLAGS || descriptor & RESERVED_BLOCK_BITS) throw corrupt('lz4: reserved header bits set');
  if ((flags & INDEPENDENT_BIT) === 0) {
    throw new CompressionError('unsupported', 'lz4: blocks that depend on earlier blocks are not supported');
  }
  const sizeCode = descriptor >>> 4;
  if (sizeCode < 4) throw corrupt(`lz4: block size code ${sizeCode}`);
  const checksumAt = 6 + (flags & CONTENT_SIZE_BIT ? 8 : 0);
  if (bytes.length <= checksumAt) throw corrupt('lz4: frame header cut');
  if (!ignoreChecksum && ((xxhash32(bytes, 4, checksumAt) >>> 8) & 0xff) !== bytes[checksumAt]) {
    throw corrupt('lz4: wrong header checksum');
  }
  return { flags, blockBytes: 1 << (8 + 2 * sizeCode), headerBytes: checksumAt + 1 };
}
