import { readInt64, writeInt64 } from '../base/bytes.js';
import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import { crc32c } from '../protocol/crc32c.js';
import type { ProducerEntry, RememberedBatch } from './producer-state.js';

const VERSION = 1;
const CRC_AT = 2;
const COUNT_AT = 6;
const HEADER_BYTES = 10;
const ENTRY_BYTES = 46;

/**
 * `OFFSET.snapshot`: version (int16), CRC-32C of everything behind it, the number of entries, and the entries: producer id, epoch,
 * last sequence, last offset, offset delta, timestamp, coordinator epoch, first offset of the open transaction.
 * Of the batches that are remembered only the newest is kept.
 */
export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>): Buffer {
  const all = [...entries];
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + all.length * ENTRY_BYTES);
  bytes.writeInt16BE(VERSION, 0);
  bytes.writeInt32BE(all.length, COUNT_AT);
  all.forEach((entry, index) => {
    writeEntry(bytes, HEADER_BYTES + index * ENTRY_BYTES, entry);
  });
  bytes.writeUInt32BE(crc32c(bytes, COUNT_AT), CRC_AT);
  return bytes;
}

function writeEntry(bytes: Buffer, at: number, entry: ProducerEntry): void {
  const newest = entry.batches.at(-1);
  writeInt64(bytes, entry.producerId, at);
  bytes.writeInt16BE(entry.epoch, at + 8);
  bytes.writeInt32BE(newest?.lastSequence ?? -1, at + 10);
  writeInt64(bytes, newest?.lastOffset ?? -1, at + 14);
  bytes.writeInt32BE(newest?.offsetDelta ?? 0, at + 22);
  writeInt64(bytes, entry.lastTimestamp, at + 26);
  bytes.writeInt32BE(entry.coordinatorEpoch, at + 34);
  writeInt64(bytes, entry.transactionFirstOffset, at + 38);
}

/** @throws MalformedBytesError when the file is not whole */
export function decodeProducerSnapshot(bytes: Buffer): ProducerEntry[] {
  if (bytes.length < HEADER_BYTES) throw new MalformedBytesError(`producer snapshot of ${bytes.length} bytes`);
  const version = bytes.readInt16BE(0);
  if (version !== VERSION) throw new MalformedBytesError(`producer snapshot of version ${version}`);
  const stored = bytes.readUInt32BE(CRC_AT);
  const computed = crc32c(bytes, COUNT_AT);
  if (stored !== computed) {
    throw new MalformedBytesError(`producer snapshot is corrupt (stored crc = ${stored}, computed crc = ${computed})`);
  }
  const count = bytes.readInt32BE(COUNT_AT);
  if (bytes.length !== HEADER_BYTES + count * ENTRY_BYTES) {
    throw new MalformedBytesError(`producer snapshot of ${bytes.length} bytes says that it has ${count} entries`);
  }
  return Array.from({ length: count }, (_, index) => readEntry(bytes, HEADER_BYTES + index * ENTRY_BYTES));
}

function readEntry(bytes: Buffer, at: number): ProducerEntry {
  const lastTimestamp = readInt64(bytes, at + 26);
  const newest: RememberedBatch = {
    lastSequence: bytes.readInt32BE(at + 10),
    lastOffset: readInt64(bytes, at + 14),
    offsetDelta: bytes.readInt32BE(at + 22),
    timestamp: lastTimestamp,
  };
  return {
    producerId: readInt64(bytes, at),
    epoch: bytes.readInt16BE(at + 8),
    coordinatorEpoch: bytes.readInt32BE(at + 34),
    lastTimestamp,
    transactionFirstOffset: readInt64(bytes, at + 38),
    batches: newest.lastOffset >= 0 ? [newest] : [],
  };
}
