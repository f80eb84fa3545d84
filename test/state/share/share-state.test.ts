import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ShareStateBatch, ShareStateRefusal } from '../../../src/state/share/share-state.js';
import { ShareBed, TOPIC, TOPIC_PARTITIONS } from '../../support/share-bed.js';

const KEY = { groupId: 'g', topicId: TOPIC, partition: 1 };
const batch = (firstOffset: number, lastOffset: number, deliveryState: number, deliveryCount: number) => ({
  firstOffset,
  lastOffset,
  deliveryState,
  deliveryCount,
});
const write = (
  leaderEpoch: number,
  stateEpoch: number,
  startOffset: number,
  batches: ShareStateBatch[] = [],
  count = 0,
) => ({
  leaderEpoch,
  stateEpoch,
  startOffset,
  deliveryCompleteCount: count,
  batches,
});

const FENCED_LEADER: ShareStateRefusal = {
  error: 'FENCED_LEADER_EPOCH',
  message: 'The leader epoch in the request is older than the epoch on the broker.',
};
const FENCED_STATE: ShareStateRefusal = {
  error: 'FENCED_STATE_EPOCH',
  message: 'The share coordinator rejected the request because the share-group state epoch did not match.',
};
const UNKNOWN: ShareStateRefusal = {
  error: 'UNKNOWN_TOPIC_OR_PARTITION',
  message: 'This server does not host this topic-partition.',
};
const NEGATIVE: ShareStateRefusal = {
  error: 'INVALID_REQUEST',
  message: 'The partition id cannot be a negative number.',
};
const uninitialized = (operation: string): ShareStateRefusal => ({
  error: 'INVALID_REQUEST',
  message: `${operation} operation on uninitialized share partition not allowed.`,
});

/** A bed with the share partition begun. */
function begun(settings = {}): ShareBed {
  const bed = new ShareBed(settings);
  assert.equal(bed.initialize(KEY, 3, 10), null);
  return bed;
}

describe('the state of a share partition', () => {
  it('is nothing before it is begun', () => {
    const bed = new ShareBed();
    assert.deepEqual(bed.read(KEY, 0), uninitialized('Read'));
    assert.deepEqual(bed.write(KEY, write(0, 0, 0)), uninitialized('Write'));
    assert.deepEqual(bed.summary(KEY), { stateEpoch: 0, leaderEpoch: 0, startOffset: -1, deliveryCompleteCount: -1 });
    assert.equal(bed.delete(KEY), null);
    assert.deepEqual(bed.records, []);
  });

  it('begins with a snapshot', () => {
    const bed = begun();
    const value = {
      snapshotEpoch: 0,
      stateEpoch: 3,
      leaderEpoch: 0,
      startOffset: 10,
      deliveryCompleteCount: 0,
      createTimestamp: bed.nowMs,
      writeTimestamp: bed.nowMs,
      stateBatches: [],
    };
    assert.deepEqual(bed.records, [{ type: 'ShareSnapshot', version: 0, key: KEY, value }]);
    assert.deepEqual(bed.summary(KEY), { stateEpoch: 3, leaderEpoch: 0, startOffset: 10, deliveryCompleteCount: 0 });
    bed.initialize(KEY, 4, -1);
    assert.equal(bed.records[1]?.value?.snapshotEpoch, 1);
    assert.deepEqual(bed.summary(KEY), { stateEpoch: 4, leaderEpoch: 0, startOffset: -1, deliveryCompleteCount: -1 });
  });

  it('is refused for partitions that are not there, in the order of Kafka', () => {
    const bed = begun();
    for (const partition of [-1, TOPIC_PARTITIONS]) {
      const key = { ...KEY, partition };
      const refusal = partition < 0 ? NEGATIVE : UNKNOWN;
      assert.deepEqual(bed.initialize(key, 0, 0), refusal);
      assert.deepEqual(bed.summary(key), refusal);
      assert.deepEqual(bed.delete(key), refusal);
      assert.deepEqual(bed.read(key, 0), partition < 0 ? NEGATIVE : uninitialized('Read'));
      assert.deepEqual(bed.write(key, write(0, 0, 0)), partition < 0 ? NEGATIVE : uninitialized('Write'));
    }
    bed.read(KEY, 5);
    bed.image.topicsById.delete(TOPIC);
    assert.deepEqual(bed.read(KEY, 4), FENCED_LEADER);
    assert.deepEqual(bed.read(KEY, 5), UNKNOWN);
    assert.deepEqual(bed.write(KEY, write(4, 2, 10)), FENCED_LEADER);
    assert.deepEqual(bed.write(KEY, write(5, 2, 10)), FENCED_STATE);
    assert.deepEqual(bed.write(KEY, write(5, 3, 10)), UNKNOWN);
    assert.deepEqual(bed.initialize(KEY, 2, 10), FENCED_STATE);
    assert.deepEqual(bed.initialize(KEY, 3, 10), UNKNOWN);
    assert.equal(bed.records.length, 2);
  });

  it('belongs to the newest leader that has read it', () => {
    const bed = begun();
    assert.deepEqual(bed.read(KEY, 0), { stateEpoch: 3, leaderEpoch: 0, startOffset: 10, batches: [] });
    assert.equal(bed.records.length, 1);
    assert.deepEqual(bed.read(KEY, 5), { stateEpoch: 3, leaderEpoch: 5, startOffset: 10, batches: [] });
    const value = { snapshotEpoch: 0, leaderEpoch: 5, startOffset: 10, deliveryCompleteCount: 0, stateBatches: [] };
    assert.deepEqual(bed.records[1], { type: 'ShareUpdate', version: 0, key: KEY, value });
    assert.deepEqual(bed.read(KEY, 4), FENCED_LEADER);
    assert.deepEqual(bed.write(KEY, write(4, 3, 10)), FENCED_LEADER);
    assert.deepEqual(bed.read(KEY, -1), { stateEpoch: 3, leaderEpoch: 5, startOffset: 10, batches: [] });
    assert.equal(bed.records.length, 2);
    // Neither a write nor a new beginning changes who that is.
    assert.equal(bed.write(KEY, write(7, 3, 10)), null);
    assert.equal(bed.initialize(KEY, 3, 11), null);
    assert.deepEqual(bed.summary(KEY), { stateEpoch: 3, leaderEpoch: 0, startOffset: 11, deliveryCompleteCount: 0 });
    assert.deepEqual(bed.read(KEY, 4), FENCED_LEADER);
    assert.equal(bed.write(KEY, write(5, 3, 11)), null);
  });

  it('knows states of an older epoch, but for those that tell none', () => {
    const bed = begun();
    assert.deepEqual(bed.initialize(KEY, 2, 10), FENCED_STATE);
    assert.deepEqual(bed.write(KEY, write(0, 2, 10)), FENCED_STATE);
    assert.equal(bed.write(KEY, write(-1, -1, 10)), null);
    assert.equal(bed.write(KEY, write(0, 9, 10)), null);
    assert.equal(bed.initialize(KEY, -1, 11), null);
    assert.deepEqual(bed.write(KEY, write(0, 2, 11)), FENCED_STATE);
    assert.deepEqual(bed.summary(KEY), { stateEpoch: -1, leaderEpoch: 0, startOffset: 11, deliveryCompleteCount: 0 });
  });

  it('takes what is written on top of what it has', () => {
    const bed = begun();
    bed.write(KEY, write(0, 3, 10, [batch(10, 19, 0, 1)]));
    bed.write(KEY, write(0, 3, -1, [batch(15, 24, 2, 1), batch(12, 13, 4, 2)], 3));
    assert.deepEqual(bed.read(KEY, 0), {
      stateEpoch: 3,
      leaderEpoch: 0,
      startOffset: 10,
      batches: [batch(10, 11, 0, 1), batch(12, 13, 4, 2), batch(14, 14, 0, 1), batch(15, 24, 2, 1)],
    });
    assert.deepEqual(bed.summary(KEY), { stateEpoch: 3, leaderEpoch: 0, startOffset: 10, deliveryCompleteCount: 3 });
    bed.write(KEY, write(0, 3, 14, [batch(14, 14, 0, 1), batch(14, 14, 0, 3)], -1));
    assert.deepEqual(bed.read(KEY, 0), {
      stateEpoch: 3,
      leaderEpoch: 0,
      startOffset: 14,
      batches: [batch(14, 14, 0, 3), batch(15, 24, 2, 1)],
    });
    assert.deepEqual(bed.records[3]?.value, {
      snapshotEpoch: 0,
      leaderEpoch: 0,
      startOffset: 14,
      deliveryCompleteCount: -1,
      stateBatches: [batch(14, 14, 0, 3)],
    });
  });

  it('is gone after it was deleted, with its epochs', () => {
    const bed = begun();
    bed.read(KEY, 8);
    assert.equal(bed.delete(KEY), null);
    assert.deepEqual(bed.records.at(-1), { type: 'ShareSnapshot', version: 0, key: KEY, value: null });
    assert.equal(bed.delete(KEY), null);
    assert.equal(bed.records.length, 3);
    assert.deepEqual(bed.read(KEY, 8), uninitialized('Read'));
    assert.equal(bed.initialize(KEY, 0, 5), null);
    assert.equal(bed.records.at(-1)?.value?.snapshotEpoch, 0);
    assert.equal(bed.write(KEY, write(0, 0, 5)), null);
  });
});

describe('snapshots', () => {
  it('come after as many updates as the settings say, with all there is', () => {
    const bed = begun({ updatesPerSnapshot: 2 });
    for (const at of [10, 11, 12, 13, 14]) {
      bed.nowMs++;
      bed.write(KEY, write(0, 3, -1, [batch(at, at, 2, 1)], at - 9));
    }
    assert.deepEqual(
      bed.records.map(({ type }) => type),
      ['ShareSnapshot', 'ShareUpdate', 'ShareUpdate', 'ShareSnapshot', 'ShareUpdate', 'ShareUpdate'],
    );
    assert.deepEqual(bed.records[3]?.value, {
      snapshotEpoch: 1,
      stateEpoch: 3,
      leaderEpoch: 0,
      startOffset: 10,
      deliveryCompleteCount: 3,
      createTimestamp: 1_000_003,
      writeTimestamp: 1_000_003,
      stateBatches: [batch(10, 12, 2, 1)],
    });
    bed.read(KEY, 4);
    assert.deepEqual(bed.records[6]?.value, {
      snapshotEpoch: 2,
      stateEpoch: 3,
      leaderEpoch: 4,
      startOffset: 10,
      deliveryCompleteCount: 5,
      createTimestamp: 1_000_005,
      writeTimestamp: 1_000_005,
      stateBatches: [batch(10, 14, 2, 1)],
    });
  });

  it('are every record where no updates are wanted', () => {
    const bed = begun({ updatesPerSnapshot: 0 });
    bed.write(KEY, write(0, 3, 10));
    bed.write(KEY, write(0, 3, 10));
    assert.deepEqual(
      bed.records.map(({ value }) => value?.snapshotEpoch),
      [0, 1, 2],
    );
  });

  it('are written anew where they are old, until nothing but those is there', () => {
    const bed = begun({ coldSnapshotIntervalMs: 1000 });
    const created = bed.nowMs;
    bed.advance(999);
    assert.equal(bed.records.length, 1);
    bed.write(KEY, write(0, 3, 11, [batch(11, 11, 0, 2)], 1));
    bed.advance(1);
    assert.deepEqual(bed.records[2]?.value, {
      snapshotEpoch: 1,
      stateEpoch: 3,
      leaderEpoch: 0,
      startOffset: 11,
      deliveryCompleteCount: 1,
      createTimestamp: created,
      writeTimestamp: created + 1000,
      stateBatches: [batch(11, 11, 0, 2)],
    });
    bed.advance(1000);
    assert.equal(bed.records.length, 3);
    bed.initialize({ ...KEY, partition: 2 }, 0, 0);
    bed.advance(1000);
    assert.deepEqual(
      bed.records.slice(4).map(({ key, value }) => [key.partition, value?.snapshotEpoch]),
      [
        [1, 2],
        [2, 1],
      ],
    );
  });

  it('tell how far the log is redundant', () => {
    const bed = new ShareBed({ updatesPerSnapshot: 1 });
    const other = { ...KEY, partition: 2 };
    assert.equal(bed.machine.redundantBelow, null);
    bed.initialize(KEY, 0, 0);
    bed.initialize(other, 0, 0);
    assert.equal(bed.machine.redundantBelow, 0);
    bed.write(KEY, write(0, 0, 1));
    bed.write(KEY, write(0, 0, 2));
    assert.equal(bed.machine.redundantBelow, 1);
    bed.write(other, write(0, 0, 1));
    bed.write(other, write(0, 0, 2));
    assert.equal(bed.machine.redundantBelow, 3);
    bed.delete(KEY);
    assert.equal(bed.machine.redundantBelow, 5);
    bed.delete(other);
    assert.equal(bed.machine.redundantBelow, 7);
  });
});

it('what a log says that begins with an update is all there is', () => {
  const bed = begun();
  bed.write(KEY, write(0, 3, 12, [batch(12, 14, 2, 1)], 2));
  const next = bed.takenOver(1);
  assert.deepEqual(next.summary(KEY), { stateEpoch: 0, leaderEpoch: 0, startOffset: 12, deliveryCompleteCount: 2 });
  assert.equal(next.write(KEY, write(0, 3, 13)), null);
});
