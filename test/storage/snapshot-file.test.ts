import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../src/host/node-disk.js';
import * as header from '../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../src/protocol/records/batch-reader.js';
import { encodeSnapshot, snapshotFileName, writeSnapshotFile } from '../../src/storage/snapshot-file.js';

const FIXTURES = new URL('../../../test/fixtures/formatted/', import.meta.url);

/** The file with the times and checksums of its batches blanked: those are of the moment it was written. */
function withoutTimes(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  for (const at of batchStarts(file)) {
    copy.fill(0, at + header.CRC_AT, at + header.CRC_AT + 4);
    copy.fill(0, at + header.BASE_TIMESTAMP_AT, at + header.MAX_TIMESTAMP_AT + 8);
  }
  return copy;
}

function recordsOf(file: Buffer): Buffer[] {
  const data = [...batchStarts(file)].filter((at) => !header.isControl(header.attributes(file, at)));
  return data.flatMap((at) => readRecords(file, at).map(({ value }) => value as Buffer));
}

test('bootstrap.checkpoint is written as by Apache Kafka', () => {
  for (const name of ['static', 'scram', 'standalone']) {
    const file = readFileSync(new URL(`${name}/bootstrap.checkpoint`, FIXTURES));
    const content = { records: recordsOf(file), lastContainedLogMs: 0, leaderEpoch: 0, quorum: null, nowMs: 1 };
    assert.ok(content.records.length > 2);
    assert.deepEqual(withoutTimes(encodeSnapshot(content)), withoutTimes(file), name);
  }
});

test('the first snapshot of a dynamic quorum is written as by Apache Kafka', () => {
  const file = readFileSync(
    new URL('standalone/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint', FIXTURES),
  );
  const [at] = batchStarts(file);
  const [head] = readRecords(file, at as number);
  const content = {
    records: [],
    lastContainedLogMs: Number(head?.value?.readBigInt64BE(2)),
    leaderEpoch: 0,
    quorum: {
      kraftVersion: 1,
      voters: [
        {
          nodeId: 1,
          directoryId: 'qKd3mpAjTISXY64d4wO-WA',
          endpoints: [{ name: 'CONTROLLER', host: 'localhost', port: 21201 }],
        },
      ],
    },
    nowMs: 1,
  };
  assert.deepEqual(withoutTimes(encodeSnapshot(content)), withoutTimes(file));
});

test('a large state is cut into batches that a reader can take, with offsets that go on', () => {
  const records = Array.from({ length: 9 }, (_, index) => Buffer.alloc(2 * 1024 * 1024, index));
  const file = encodeSnapshot({ records, lastContainedLogMs: 5, leaderEpoch: 3, quorum: null, nowMs: 1 });
  const starts = [...batchStarts(file)];
  assert.equal(starts.length, 5);
  const batches = starts.map((at) => readRecords(file, at));
  assert.deepEqual(
    batches.map((batch) => batch.map(({ offset }) => offset)),
    [[0], [1, 2, 3], [4, 5, 6], [7, 8, 9], [10]],
  );
  assert.deepEqual(recordsOf(file), records);
  for (const at of starts) assert.equal(header.leaderEpoch(file, at), 3);
});

test('a snapshot is there under its name, and nothing beside it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-snapshot-'));
  try {
    const name = snapshotFileName(1234, 7);
    writeSnapshotFile(nodeDisk, directory, name, Buffer.from('x'));
    assert.deepEqual(readdirSync(directory), ['00000000000000001234-0000000007.checkpoint']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
