import assert from 'node:assert/strict';
import {
  decodeEpochs,
  decodeOffsets,
  type EpochStart,
  encodeEpochs,
  encodeOffsets,
  type PartitionOffset,
} from '../../../src/storage/checkpoint.js';
import { OffsetIndex } from '../../../src/storage/offset-index.js';
import { OpenFiles, type PooledFile } from '../../../src/storage/open-files.js';
import { decodePartitionMetadata, encodePartitionMetadata } from '../../../src/storage/partition-metadata.js';
import { decodeProducerSnapshot, encodeProducerSnapshot } from '../../../src/storage/producer-snapshot.js';
import { decodeQuorumState, encodeQuorumState } from '../../../src/storage/quorum-state.js';
import { TimeIndex } from '../../../src/storage/time-index.js';
import { type AbortedTransaction, TransactionIndex } from '../../../src/storage/transaction-index.js';
import { MemoryDisk } from '../memory-disk.js';

/** A whole small file of a log directory. */
export interface FileVector {
  readonly file: string;
  readonly sample: string;
  readonly fileName: string;
  readonly json: never;
  readonly hex: string;
}

/** Throws unless the file reads as the JSON says, and what it says is written to the same bytes. */
export function checkFileVector(vector: FileVector): void {
  const check = CHECKS[vector.file];
  assert.ok(check, `no codec for ${vector.file}`);
  check(vector.json, Buffer.from(vector.hex, 'hex'), Number.parseInt(vector.fileName, 10));
}

const CHECKS: Readonly<Record<string, (json: never, bytes: Buffer, baseOffset: number) => void>> = {
  'producer-snapshot': checkProducerSnapshot,
  'quorum-state': checkQuorumState,
  'offset-index': checkOffsetIndex,
  'time-index': checkTimeIndex,
  'transaction-index': checkTransactionIndex,
  'offset-checkpoint'(json: PartitionOffset[], bytes) {
    assert.deepEqual(decodeOffsets(bytes.toString(), 'x'), json);
    assert.equal(encodeOffsets(json), bytes.toString());
  },
  'leader-epoch-checkpoint'(json: EpochStart[], bytes) {
    assert.deepEqual(decodeEpochs(bytes.toString(), 'x'), json);
    assert.equal(encodeEpochs(json), bytes.toString());
  },
  'partition-metadata'({ topicId }: { topicId: string }, bytes) {
    assert.equal(decodePartitionMetadata(bytes.toString(), 'x'), topicId);
    assert.equal(encodePartitionMetadata(topicId), bytes.toString());
  },
};

function checkProducerSnapshot(json: unknown[], bytes: Buffer): void {
  const entries = decodeProducerSnapshot(bytes);
  const told = entries.map((entry) => ({
    producerId: entry.producerId,
    epoch: entry.epoch,
    lastSequence: entry.batches[0]?.lastSequence ?? -1,
    lastOffset: entry.batches[0]?.lastOffset ?? -1,
    offsetDelta: entry.batches[0]?.offsetDelta ?? 0,
    timestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnFirstOffset: entry.transactionFirstOffset,
  }));
  assert.deepEqual(told, json);
  assert.deepEqual(encodeProducerSnapshot(entries), bytes);
}

function checkQuorumState(
  json: { epoch: number; kraftVersion: number; leaderId: number; votedId?: number },
  bytes: Buffer,
): void {
  const state = decodeQuorumState(bytes.toString(), 'quorum-state');
  assert.equal(state.leaderEpoch, json.epoch);
  assert.equal(state.leaderId, json.leaderId);
  assert.equal(state.votedId, json.votedId ?? -1);
  assert.equal(state.voterIds === null, json.kraftVersion > 0);
  assert.equal(encodeQuorumState(state), bytes.toString());
}

function fileWith(bytes: Buffer): { file: PooledFile; written: () => Buffer } {
  const disk = new MemoryDisk();
  disk.writeWhole('/file', bytes);
  return { file: new OpenFiles(disk, 10).file('/file'), written: () => disk.readWhole('/file') };
}

function checkOffsetIndex(entries: { offset: number; position: number }[], bytes: Buffer, baseOffset: number): void {
  const index = new OffsetIndex(fileWith(bytes).file, baseOffset);
  assert.deepEqual(index.last(), entries.at(-1));
  for (const entry of entries) assert.deepEqual(index.floor(entry.offset), entry);
  const made = fileWith(Buffer.alloc(0));
  const copy = new OffsetIndex(made.file, baseOffset);
  for (const { offset, position } of entries) copy.append(offset, position);
  copy.entries.trim();
  assert.deepEqual(made.written(), bytes);
}

function checkTimeIndex(entries: { offset: number; timestamp: number }[], bytes: Buffer, baseOffset: number): void {
  const index = new TimeIndex(fileWith(bytes).file, baseOffset);
  assert.deepEqual({ ...index.last() }, entries.at(-1));
  for (const entry of entries) assert.deepEqual({ ...index.floor(entry.timestamp) }, entry);
  const made = fileWith(Buffer.alloc(0));
  const copy = new TimeIndex(made.file, baseOffset);
  for (const { timestamp, offset } of entries) copy.append(timestamp, offset);
  copy.entries.trim();
  assert.deepEqual(made.written(), bytes);
}

function checkTransactionIndex(
  json: (AbortedTransaction & { version: number })[],
  bytes: Buffer,
  baseOffset: number,
): void {
  const entries = json.map(({ version: _version, ...entry }) => entry);
  const index = new TransactionIndex(fileWith(bytes).file);
  index.check(baseOffset);
  const found: AbortedTransaction[] = [];
  index.collect(baseOffset, Number.MAX_SAFE_INTEGER, found);
  assert.deepEqual(found, entries);
  const made = fileWith(Buffer.alloc(0));
  const copy = new TransactionIndex(made.file);
  for (const entry of entries) copy.append(entry);
  assert.deepEqual(made.written(), bytes);
}
