import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ZERO_UUID } from '../../src/base/bytes.js';
import { MalformedBytesError } from '../../src/base/malformed-bytes-error.js';
import {
  decodeEpochs,
  decodeOffsets,
  type EpochStart,
  encodeEpochs,
  encodeOffsets,
  type PartitionOffset,
} from '../../src/storage/checkpoint.js';
import { decodeCleanShutdown, encodeCleanShutdown } from '../../src/storage/clean-shutdown.js';
import { OffsetIndex } from '../../src/storage/offset-index.js';
import { OpenFiles, type PooledFile } from '../../src/storage/open-files.js';
import { decodePartitionMetadata, encodePartitionMetadata } from '../../src/storage/partition-metadata.js';
import { decodeProducerSnapshot, encodeProducerSnapshot } from '../../src/storage/producer-snapshot.js';
import { decodeQuorumState, encodeQuorumState } from '../../src/storage/quorum-state.js';
import { CorruptLogError } from '../../src/storage/storage-error.js';
import { TimeIndex } from '../../src/storage/time-index.js';
import { type AbortedTransaction, TransactionIndex } from '../../src/storage/transaction-index.js';
import { MemoryDisk } from '../support/memory-disk.js';

interface FileVector {
  readonly file: string;
  readonly sample: string;
  readonly json: unknown;
  readonly hex: string;
}

const VECTORS = gunzipSync(readFileSync(new URL('../../../test/vectors/files.jsonl.gz', import.meta.url)))
  .toString()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as FileVector);

const vectorsOf = (file: string): FileVector[] => VECTORS.filter((vector) => vector.file === file);
const bytesOf = (vector: FileVector): Buffer => Buffer.from(vector.hex, 'hex');
const textOf = (vector: FileVector): string => bytesOf(vector).toString();

function fileWith(bytes: Buffer): { file: PooledFile; written: () => Buffer } {
  const disk = new MemoryDisk();
  const path = '/00000000000001000000.x';
  disk.writeWhole(path, bytes);
  return { file: new OpenFiles(disk, 10).file(path), written: () => disk.readWhole(path) };
}

describe('files that Apache Kafka 4.3.1 wrote', () => {
  for (const vector of vectorsOf('producer-snapshot')) {
    it(`producer snapshot ${vector.sample}`, () => {
      const entries = decodeProducerSnapshot(bytesOf(vector));
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
      assert.deepEqual(told, vector.json);
      assert.deepEqual(encodeProducerSnapshot(entries), bytesOf(vector));
    });
  }

  for (const vector of vectorsOf('quorum-state')) {
    it(`quorum-state ${vector.sample}`, () => {
      const state = decodeQuorumState(textOf(vector), 'quorum-state');
      const expected = vector.json as { epoch: number; kraftVersion: number; leaderId: number; votedId?: number };
      assert.equal(state.leaderEpoch, expected.epoch);
      assert.equal(state.leaderId, expected.leaderId);
      assert.equal(state.votedId, expected.votedId ?? -1);
      assert.deepEqual(state.voterIds, expected.kraftVersion === 0 ? [1, 2, 3] : null);
      assert.equal(encodeQuorumState(state), textOf(vector));
    });
  }

  it('offset index', () => {
    const [vector] = vectorsOf('offset-index');
    assert.ok(vector);
    const entries = vector.json as { offset: number; position: number }[];
    const index = new OffsetIndex(fileWith(bytesOf(vector)).file, 1_000_000);
    assert.deepEqual(index.last(), entries.at(-1));
    for (const entry of entries) assert.deepEqual(index.floor(entry.offset), entry);
    const made = fileWith(Buffer.alloc(0));
    const copy = new OffsetIndex(made.file, 1_000_000);
    for (const { offset, position } of entries) copy.append(offset, position);
    copy.entries.trim();
    assert.deepEqual(made.written(), bytesOf(vector));
  });

  it('time index', () => {
    const [vector] = vectorsOf('time-index');
    assert.ok(vector);
    const entries = vector.json as { offset: number; timestamp: number }[];
    const index = new TimeIndex(fileWith(bytesOf(vector)).file, 1_000_000);
    assert.deepEqual({ ...index.last() }, entries.at(-1));
    for (const entry of entries) assert.deepEqual({ ...index.floor(entry.timestamp) }, entry);
    const made = fileWith(Buffer.alloc(0));
    const copy = new TimeIndex(made.file, 1_000_000);
    for (const { timestamp, offset } of entries) copy.append(timestamp, offset);
    copy.entries.trim();
    assert.deepEqual(made.written(), bytesOf(vector));
  });

  it('transaction index', () => {
    const [vector] = vectorsOf('transaction-index');
    assert.ok(vector);
    const entries = (vector.json as (AbortedTransaction & { version: number })[]).map(
      ({ version: _, ...entry }) => entry,
    );
    const index = new TransactionIndex(fileWith(bytesOf(vector)).file);
    index.check(1_000_000);
    const found: AbortedTransaction[] = [];
    assert.equal(index.collect(1_000_000, Number.MAX_SAFE_INTEGER, found), false);
    assert.deepEqual(found, entries);
    const made = fileWith(Buffer.alloc(0));
    const copy = new TransactionIndex(made.file);
    for (const entry of entries) copy.append(entry);
    assert.deepEqual(made.written(), bytesOf(vector));
  });

  it('checkpoints', () => {
    for (const vector of vectorsOf('offset-checkpoint')) {
      const entries = vector.json as PartitionOffset[];
      assert.deepEqual(decodeOffsets(textOf(vector), 'x'), entries);
      assert.equal(encodeOffsets(entries), textOf(vector));
    }
    for (const vector of vectorsOf('leader-epoch-checkpoint')) {
      const entries = vector.json as EpochStart[];
      assert.deepEqual(decodeEpochs(textOf(vector), 'x'), entries);
      assert.equal(encodeEpochs(entries), textOf(vector));
    }
  });

  it('partition.metadata', () => {
    const [vector] = vectorsOf('partition-metadata');
    assert.ok(vector);
    const { topicId } = vector.json as { topicId: string };
    assert.equal(decodePartitionMetadata(textOf(vector), 'x'), topicId);
    assert.equal(encodePartitionMetadata(topicId), textOf(vector));
  });
});

describe('files that are not what they should be', () => {
  it('producer snapshot: every changed byte and every cut is noticed', () => {
    const [, , vector] = vectorsOf('producer-snapshot');
    assert.ok(vector);
    const whole = bytesOf(vector);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 1;
      assert.throws(() => decodeProducerSnapshot(changed), MalformedBytesError, `byte ${at}`);
      assert.throws(() => decodeProducerSnapshot(whole.subarray(0, at)), MalformedBytesError, `cut at ${at}`);
    }
  });

  it('checkpoints name the file and what is wrong', () => {
    assert.deepEqual(decodeOffsets('', 'x'), []);
    assert.deepEqual(decodeOffsets('0\n0\n', 'x'), []);
    const wrong = ['1\n0\n', '0\n2\na 0 1\n', '0\n1\na 0\n', '0\n1\na 0 x\n', '0\n1\na b 0 1\n', '0\n', 'x'];
    for (const text of wrong) {
      assert.throws(
        () => decodeOffsets(text, '/logs/some-checkpoint'),
        (error: Error) =>
          error instanceof CorruptLogError && error.message.includes('/logs/some-checkpoint is malformed'),
        JSON.stringify(text),
      );
    }
    assert.throws(() => decodeEpochs('0\n1\n0 0 0\n', 'x'), CorruptLogError);
  });

  it('partition.metadata, quorum-state', () => {
    for (const text of [
      '',
      'version: 1\ntopic_id: 5u-xnYwi4R1O9bFsBAMuvA',
      'version: 0\ntopic_id: short',
      'version: 0',
    ]) {
      assert.throws(() => decodePartitionMetadata(text, 'x'), CorruptLogError, text);
    }
    for (const text of ['', '{}', '{"data_version":2}', '{"data_version":1,"leaderId":1}']) {
      assert.throws(() => decodeQuorumState(text, 'x'), CorruptLogError, text);
    }
    const noVote =
      '{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[],"data_version":0}';
    assert.equal(decodeQuorumState(noVote, 'x').votedDirectoryId, ZERO_UUID);
  });

  it('the mark of a clean stop counts by being there', () => {
    assert.equal(encodeCleanShutdown(12), '{"version":0,"brokerEpoch":12}');
    assert.equal(decodeCleanShutdown(encodeCleanShutdown(12)), 12);
    for (const text of ['', 'nonsense', '{}', '{"brokerEpoch":"x"}', 'null'])
      assert.equal(decodeCleanShutdown(text), -1);
  });
});
