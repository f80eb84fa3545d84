import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecords } from '../../../src/protocol/records/batch-reader.js';
import {
  buildControlBatch,
  buildEndTxnMarkerBatch,
  ControlRecordType,
  controlRecordType,
  readEndTxnMarker,
} from '../../../src/protocol/records/control-records.js';
import { InvalidRecordError } from '../../../src/protocol/records/record-errors.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

interface Vector {
  sample: string;
  hex: string;
  batches: { baseOffset: number; partitionLeaderEpoch: number; records: { timestamp: number; value: string }[] }[];
}

const vectors = new Map(readVectors<Vector>(vectorFile('batches.jsonl.gz')).map((vector) => [vector.sample, vector]));
const vectorOf = (sample: string): Vector => vectors.get(sample) as Vector;

test('the end of a transaction is written as Kafka writes it', () => {
  const common = { timestamp: 1_700_000_000_000, producerId: 4001, producerEpoch: 3, coordinatorEpoch: 9 };
  for (const commit of [true, false]) {
    const marker = buildEndTxnMarkerBatch({ ...common, commit, baseOffset: 77, leaderEpoch: 12 });
    assert.equal(marker.toString('hex'), vectorOf(`v2-control-${commit ? 'commit' : 'abort'}`).hex);
    const record = readRecords(marker)[0];
    assert.deepEqual(readEndTxnMarker(record?.key ?? null, record?.value ?? null), { commit, coordinatorEpoch: 9 });
  }
});

test('control records of the quorum are written as Kafka writes them', () => {
  for (const [sample, type] of [
    ['leader-change', ControlRecordType.leaderChange],
    ['snapshot-header', ControlRecordType.snapshotHeader],
    ['snapshot-footer', ControlRecordType.snapshotFooter],
    ['kraft-version', ControlRecordType.kraftVersion],
    ['voters', ControlRecordType.kraftVoters],
  ] as const) {
    const { hex, batches } = vectorOf(`v2-control-${sample}`);
    const [batch] = batches;
    const [record] = batch?.records ?? [];
    const value = Buffer.from(record?.value as string, 'base64');
    const fields = { baseOffset: batch?.baseOffset, leaderEpoch: batch?.partitionLeaderEpoch };
    const written = buildControlBatch([{ type, value }], record?.timestamp as number, fields);
    assert.equal(written.toString('hex'), hex, sample);
    assert.equal(controlRecordType(readRecords(written)[0]?.key ?? null), type);
  }
});

test('several control records make one batch', () => {
  const records = [2, 5, 6].map((type) => ({ type: type as ControlRecordType, value: Buffer.from([type]) }));
  const types = readRecords(buildControlBatch(records, 1, {})).map(({ key }) => controlRecordType(key));
  assert.deepEqual(types, [2, 5, 6]);
});

test('keys and values that are none are errors; types that Kafka does not know are not', () => {
  const key = (hex: string): Buffer => Buffer.from(hex, 'hex');
  assert.equal(controlRecordType(key('00000063')), 99);
  assert.equal(controlRecordType(key('0001000000')), 0);
  assert.throws(() => controlRecordType(null), InvalidRecordError);
  assert.throws(() => controlRecordType(key('000000')), /key of 3 bytes/);
  assert.throws(() => controlRecordType(key('ffff0000')), /version -1/);
  assert.throws(() => readEndTxnMarker(key('00000002'), Buffer.alloc(6)), /type 2 is not the end/);
  assert.throws(() => readEndTxnMarker(key('00000001'), Buffer.alloc(5)), /5 bytes, 6 wanted/);
  assert.throws(() => readEndTxnMarker(key('00000001'), null), /0 bytes/);
});
