import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReplicas } from '../../../../src/cli/tools/replica-verification/compared-replicas.js';

const AT = { topic: 'a', partition: 0 };
const HEADER_BYTES = 61;

/** As much of a batch as is compared. */
function batch(base: number, count: number, checksum: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeBigInt64BE(BigInt(base), 0);
  bytes.writeInt32BE(HEADER_BYTES - 12, 8);
  bytes.writeInt8(2, 16);
  bytes.writeUInt32BE(checksum, 17);
  bytes.writeInt32BE(count - 1, 23);
  return bytes;
}

const replica = (broker: number, highWatermark: number, ...batches: Buffer[]) => ({
  broker,
  highWatermark,
  records: Buffer.concat(batches),
});

test('what all replicas have below their high watermarks is gone over', () => {
  const found = compareReplicas(
    AT,
    [replica(1, 5, batch(0, 3, 7), batch(3, 2, 8)), replica(2, 3, batch(0, 3, 7), batch(3, 2, 8))],
    0,
  );
  assert.deepEqual(found, { nextOffset: 3, differences: [], isBroken: false });
});

test('a checksum that differs is told, and the rest compared', () => {
  const found = compareReplicas(
    AT,
    [replica(1, 5, batch(0, 3, 7), batch(3, 2, 8)), replica(2, 5, batch(0, 3, 9), batch(3, 2, 8))],
    0,
  );
  assert.deepEqual(found.differences, [
    "partition a-0 has unmatched checksum at offset 2; replica 1's checksum 7; replica 2's checksum 9",
  ]);
  assert.equal(found.nextOffset, 5);
});

test('offsets that differ end it', () => {
  const found = compareReplicas(AT, [replica(1, 5, batch(0, 3, 7)), replica(2, 5, batch(0, 2, 7))], 0);
  assert.deepEqual(found.differences, ["partition a-0: replica 1's offset 2 doesn't match replica 2's offset 1"]);
  assert.equal(found.isBroken, true);
});

test('a batch that was cut is left for the next round, and no answer holds all up', () => {
  const cut = Buffer.concat([batch(0, 3, 7), batch(3, 2, 8).subarray(0, 40)]);
  const whole = replica(2, 5, batch(0, 3, 7), batch(3, 2, 8));
  assert.equal(compareReplicas(AT, [{ broker: 1, highWatermark: 5, records: cut }, whole], 0).nextOffset, 3);
  assert.equal(compareReplicas(AT, [{ broker: 1, highWatermark: -1, records: null }, whole], 4).nextOffset, 4);
});
