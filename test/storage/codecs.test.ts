import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../src/base/bytes.js';
import { MalformedBytesError } from '../../src/base/malformed-bytes-error.js';
import { decodeEpochs, decodeOffsets } from '../../src/storage/checkpoint.js';
import { decodeCleanShutdown, encodeCleanShutdown } from '../../src/storage/clean-shutdown.js';
import { decodePartitionMetadata } from '../../src/storage/partition-metadata.js';
import { decodeProducerSnapshot } from '../../src/storage/producer-snapshot.js';
import { decodeQuorumState } from '../../src/storage/quorum-state.js';
import { CorruptLogError } from '../../src/storage/storage-error.js';
import { checkFileVector, type FileVector } from '../support/codec/file-vector.js';
import { readVectors, vectorFile } from '../support/codec/vector-file.js';

const VECTORS = readVectors<FileVector>(vectorFile('files.jsonl.gz'));
const vectorsOf = (file: string): FileVector[] => VECTORS.filter((vector) => vector.file === file);
const bytesOf = (vector: FileVector): Buffer => Buffer.from(vector.hex, 'hex');

describe('files that Apache Kafka 4.3.1 wrote', () => {
  for (const vector of VECTORS) it(`${vector.file} ${vector.sample}`, () => checkFileVector(vector));
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
