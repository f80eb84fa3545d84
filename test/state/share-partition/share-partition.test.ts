import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import type { Acknowledgement } from '../../../src/state/share-partition/acknowledge.js';
import type { AcquireRequest } from '../../../src/state/share-partition/acquire.js';
import { Change } from '../../../src/state/share-partition/change.js';
import { abortedBatches, logBatches } from '../../../src/state/share-partition/log-batches.js';
import { InvalidShareStateError, SharePartition } from '../../../src/state/share-partition/share-partition.js';

const LIMITS = { maxDeliveryCount: 5, maxRecordLocks: 100, lockDurationMs: 1000, mayRenew: true };
const NEW = { stateEpoch: 3, batches: [] };

type Pair = readonly [number, number];

const logOf = (...pairs: Pair[]) => pairs.map(([baseOffset, lastOffset]) => ({ baseOffset, lastOffset, at: 0 }));

function fetch(
  partition: SharePartition,
  log: Pair[],
  fields: Partial<AcquireRequest> = {},
  limits = LIMITS,
  nowMs = 0,
) {
  const fetchOffset = partition.nextFetchOffset();
  const batches = logOf(...log.filter(([, last]) => last >= fetchOffset));
  const request = { memberId: 'm', recordLimit: false, batchSize: 500, maxRecords: 500, fetchOffset, aborted: [] };
  const { ranges } = partition.acquire({ ...request, batches, ...fields }, limits, nowMs);
  return ranges.map(({ firstOffset, lastOffset, deliveryCount }) => [firstOffset, lastOffset, deliveryCount]);
}

function acknowledge(partition: SharePartition, batches: [number, number, ...number[]][], member = 'm'): Change {
  const acknowledgements: Acknowledgement[] = batches.map(([firstOffset, lastOffset, ...types]) => ({
    firstOffset,
    lastOffset,
    types,
  }));
  const change = partition.acknowledge(member, acknowledgements, LIMITS, 0);
  assert.ok(change instanceof Change, JSON.stringify(change));
  return change;
}

const kept = (change: Change) =>
  change
    .batches()
    .map(({ firstOffset, lastOffset, deliveryState, deliveryCount }) => [
      firstOffset,
      lastOffset,
      deliveryState,
      deliveryCount,
    ]);

describe('a share partition', () => {
  it('goes past what was accepted once that is kept, and keeps the start of before', () => {
    const partition = new SharePartition(10, NEW);
    assert.deepEqual(fetch(partition, [[10, 14]]), [[10, 14, 1]]);
    const change = acknowledge(partition, [[10, 12, 1]]);
    assert.deepEqual(kept(change), [[10, 12, 2, 1]]);
    const { stateEpoch, startOffset, deliveryCompleteCount } = partition.keep(change.batches());
    assert.deepEqual([stateEpoch, startOffset, deliveryCompleteCount], [3, 10, 3]);
    assert.equal(change.commit(), true);
    assert.deepEqual([partition.startOffset, partition.deliveryCompleteCount], [13, 0]);
  });

  it('gives records back to their member when what it said cannot be kept', () => {
    const partition = new SharePartition(0, NEW);
    fetch(partition, [[0, 4]]);
    const change = acknowledge(partition, [[0, 4, 1]]);
    assert.equal(partition.deliveryCompleteCount, 5);
    const again = partition.acknowledge('m', [{ firstOffset: 0, lastOffset: 4, types: [1] }], LIMITS, 0);
    assert.ok('error' in again && again.error === 'INVALID_RECORD_STATE');
    change.rollBack(999);
    assert.equal(partition.deliveryCompleteCount, 0);
    assert.deepEqual(kept(acknowledge(partition, [[0, 4, 3]])), [[0, 4, 4, 1]]);
  });

  it('gives them to anybody when the time of the member was up meanwhile', () => {
    const partition = new SharePartition(0, NEW);
    fetch(partition, [[0, 4]]);
    const change = acknowledge(partition, [[0, 4, 1]]);
    assert.deepEqual(partition.expire(LIMITS, 1000), { batches: [], nextMs: Number.POSITIVE_INFINITY });
    change.rollBack(1000);
    assert.deepEqual(fetch(partition, [[0, 4]], { memberId: 'n' }), [[0, 4, 2]]);
  });

  it('locks again what is renewed', () => {
    const partition = new SharePartition(0, NEW);
    fetch(partition, [[0, 4]]);
    const renewal = partition.acknowledge('m', [{ firstOffset: 0, lastOffset: 1, types: [4] }], LIMITS, 500);
    assert.ok(renewal instanceof Change && renewal.isEmpty);
    const { batches, nextMs } = partition.expire(LIMITS, 1000);
    assert.deepEqual(batches, [{ firstOffset: 2, lastOffset: 4, deliveryState: 0, deliveryCount: 1 }]);
    assert.equal(nextMs, 1500);
  });

  it('releases what a member has, and nothing of others', () => {
    const partition = new SharePartition(0, NEW);
    fetch(partition, [[0, 4]], { maxRecords: 1 });
    fetch(partition, [[5, 9]], { memberId: 'n' });
    const change = partition.release('m', LIMITS);
    assert.deepEqual(kept(change), [[0, 4, 0, 1]]);
    change.commit();
    assert.equal(partition.nextFetchOffset(), 0);
  });

  it('cuts batches where those of the log begin, and never tears them but on request', () => {
    const log: Pair[] = [
      [0, 2],
      [3, 4],
      [5, 9],
    ];
    assert.deepEqual(fetch(new SharePartition(0, NEW), log, { batchSize: 3 }), [
      [0, 2, 1],
      [3, 9, 1],
    ]);
    assert.deepEqual(fetch(new SharePartition(0, NEW), log, { maxRecords: 4 }), [[0, 4, 1]]);
    const limited = new SharePartition(0, NEW);
    assert.deepEqual(fetch(limited, log, { maxRecords: 4, recordLimit: true }), [[0, 3, 1]]);
    assert.deepEqual([limited.nextFetchOffset(), limited.endOffset], [4, 4]);
    assert.deepEqual(fetch(limited, log, { maxRecords: 2, recordLimit: true }), [
      [4, 4, 1],
      [5, 5, 1],
    ]);
  });

  it('gives out no more when the group has as much as it may, but for what is available again', () => {
    const limits = { ...LIMITS, maxRecordLocks: 5 };
    const log: Pair[] = [
      [0, 4],
      [5, 9],
    ];
    const partition = new SharePartition(0, NEW);
    fetch(partition, log, {}, limits);
    assert.equal(partition.endOffset, 4);
    assert.equal(partition.canAcquire(limits), false);
    acknowledge(partition, [[1, 2, 2]]).commit();
    assert.equal(partition.canAcquire(limits), true);
    assert.deepEqual(fetch(partition, log, {}, limits), [[1, 2, 2]]);
  });

  it('halves what was delivered often, and delivers the last time alone', () => {
    const partition = new SharePartition(0, NEW);
    const log: Pair[] = [[0, 7]];
    const seen: number[][][] = [];
    for (let time = 0; time < 6; time++) {
      const ranges = fetch(partition, log);
      seen.push(ranges);
      acknowledge(
        partition,
        ranges.map(([first, last]) => [first as number, last as number, 2]),
      ).commit();
    }
    // From half of five deliveries on half of the batch, then a quarter of it, and one of it for the last time.
    assert.deepEqual(
      seen.map((ranges) => ranges[0]),
      [
        [0, 7, 1],
        [0, 7, 2],
        [0, 7, 3],
        [0, 3, 4],
        [0, 0, 5],
        [1, 1, 5],
      ],
    );
  });

  it('looks for records between those that were kept, and not where the log has none', () => {
    const batches = [
      { firstOffset: 5, lastOffset: 6, deliveryState: 2, deliveryCount: 1 },
      { firstOffset: 9, lastOffset: 9, deliveryState: 0, deliveryCount: 2 },
    ];
    const log: Pair[] = [
      [0, 2],
      [5, 9],
      [10, 12],
    ];
    const partition = new SharePartition(3, { stateEpoch: 0, batches });
    assert.equal(partition.nextFetchOffset(), 3);
    assert.deepEqual(fetch(partition, log), [
      [7, 8, 1],
      [9, 9, 3],
      [10, 12, 1],
    ]);
    assert.equal(partition.startOffset, 5);
    acknowledge(partition, [[7, 12, 1]]).commit();
    assert.deepEqual([partition.startOffset, partition.inFlightCount], [13, 0]);
  });

  it('forgets what the log has no longer', () => {
    const partition = new SharePartition(0, NEW);
    fetch(partition, [[0, 9]]);
    acknowledge(partition, [[0, 5, 2]]).commit();
    partition.moveLogStart(4);
    assert.equal(partition.startOffset, 4);
    assert.deepEqual(fetch(partition, [[0, 9]]), [[4, 5, 2]]);
    acknowledge(partition, [[0, 9, 1]]).commit();
    assert.deepEqual([partition.startOffset, partition.deliveryCompleteCount], [10, 0]);
  });

  it('takes no state that cannot be', () => {
    const twice = [
      { firstOffset: 0, lastOffset: 4, deliveryState: 0, deliveryCount: 1 },
      { firstOffset: 4, lastOffset: 6, deliveryState: 2, deliveryCount: 1 },
    ];
    assert.throws(() => new SharePartition(0, { stateEpoch: 0, batches: twice }), InvalidShareStateError);
    assert.throws(() => new SharePartition(2, { stateEpoch: 0, batches: twice.slice(0, 1) }), InvalidShareStateError);
  });
});

describe('aborted transactions', () => {
  const records = (offset: number, producerId: number, transactional: boolean) => {
    const builder = new BatchBuilder();
    for (const value of ['a', 'b']) builder.append(1, null, Buffer.from(value));
    const bytes = builder.build({ producerId, producerEpoch: 0, baseSequence: 0, transactional });
    bytes.writeBigInt64BE(BigInt(offset), 0);
    return bytes;
  };

  it('are those batches of a producer that come before its marker', () => {
    const bytes = Buffer.concat([records(0, 7, true), records(2, 8, true), records(4, 7, false), records(6, 7, true)]);
    const aborted = abortedBatches(bytes, logBatches(bytes), [{ producerId: 7, firstOffset: 6 }]);
    assert.deepEqual(
      aborted.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset]),
      [[6, 7]],
    );
    const all = abortedBatches(bytes, logBatches(bytes), [{ producerId: 7, firstOffset: 0 }]);
    assert.deepEqual(
      all.map(({ baseOffset }) => baseOffset),
      [0, 6],
    );
  });

  it('are given to nobody, and let the start go on', () => {
    const partition = new SharePartition(0, NEW);
    const log: Pair[] = [
      [0, 1],
      [2, 4],
      [5, 5],
    ];
    assert.deepEqual(fetch(partition, log, { aborted: logOf([0, 1], [2, 4]) }), [[5, 5, 1]]);
    assert.deepEqual([partition.startOffset, partition.deliveryCompleteCount], [5, 0]);
  });
});
