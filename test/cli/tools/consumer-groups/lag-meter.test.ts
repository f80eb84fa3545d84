import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  catchUp,
  LagMeter,
  type MeteredRound,
  type Position,
} from '../../../../src/cli/tools/consumer-groups/lag-meter.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const at = (partition: number, currentOffset: number | null, logEndOffset: number | null): Position => {
  return { topic: 't', partition, currentOffset, logEndOffset };
};

/** Looks every second, at each of the rounds. */
function watched(rounds: readonly (readonly Position[])[]): MeteredRound[] {
  const clock = new VirtualClock();
  const meter = new LagMeter();
  return rounds.map((positions) => {
    const round = meter.add(clock.monotonicMs(), positions);
    clock.advance(1000);
    return round;
  });
}

test('the first look has a lag and no rates', () => {
  const [round] = watched([[at(0, 40, 100)]]);
  assert.deepEqual(round?.partitions, [
    {
      topic: 't',
      partition: 0,
      currentOffset: 40,
      logEndOffset: 100,
      lag: 60,
      consumedPerSecond: null,
      producedPerSecond: null,
      catchUpSeconds: null,
    },
  ]);
});

test('rates are what came between two looks, and tell when the lag will be gone', () => {
  const [, round] = watched([[at(0, 40, 100)], [at(0, 60, 110)]]);
  const [partition] = round?.partitions ?? [];
  assert.equal(partition?.consumedPerSecond, 20);
  assert.equal(partition?.producedPerSecond, 10);
  assert.equal(partition?.lag, 50);
  assert.equal(partition?.catchUpSeconds, 5);
});

test('commits that come in bursts make an even rate', () => {
  // 100 records a second, committed every 5 s.
  const rounds = Array.from({ length: 31 }, (_, second) => [at(0, Math.floor(second / 5) * 500, second * 100)]);
  const last = watched(rounds).at(-1)?.partitions[0];
  assert.equal(last?.producedPerSecond, 100);
  assert.equal(last?.consumedPerSecond, 100);
});

test('what was long ago counts no more', () => {
  const quick = Array.from({ length: 10 }, (_, second) => [at(0, second * 1000, 10_000)]);
  const still = Array.from({ length: 25 }, () => [at(0, 9000, 10_000)]);
  const rounds = watched([...quick, ...still]);
  assert.ok((rounds[15]?.partitions[0]?.consumedPerSecond ?? 0) > 0);
  assert.equal(rounds.at(-1)?.partitions[0]?.consumedPerSecond, 0);
  assert.equal(rounds.at(-1)?.partitions[0]?.catchUpSeconds, null, 'nobody reads: never');
});

test('after a reset, or in a topic made anew, the rates begin again', () => {
  const [, , reset, after] = watched([[at(0, 40, 100)], [at(0, 60, 100)], [at(0, 10, 100)], [at(0, 15, 100)]]);
  assert.equal(reset?.partitions[0]?.consumedPerSecond, null);
  assert.equal(after?.partitions[0]?.consumedPerSecond, 5);
});

test('a partition that cannot be told has nothing but dashes, and begins again when it is back', () => {
  const [, gone, back] = watched([[at(0, 40, 100)], [at(0, 40, null)], [at(0, 50, 100)]]);
  assert.equal(gone?.partitions[0]?.lag, null);
  assert.equal(gone?.partitions[0]?.catchUpSeconds, null);
  assert.equal(back?.partitions[0]?.consumedPerSecond, null);
});

test('the total sums what is known, and has caught up with the last partition', () => {
  const [, round] = watched([
    [at(0, 0, 100), at(1, 0, 100), at(2, null, 7)],
    [at(0, 50, 100), at(1, 90, 100), at(2, null, 7)],
  ]);
  assert.deepEqual(round?.total, {
    currentOffset: 140,
    logEndOffset: 207,
    lag: 60,
    consumedPerSecond: 140,
    producedPerSecond: 0,
    catchUpSeconds: 1,
  });
  const [, stuck] = watched([
    [at(0, 0, 100), at(1, 0, 100)],
    [at(0, 50, 100), at(1, 0, 100)],
  ]);
  assert.equal(stuck?.total.catchUpSeconds, null, 'one partition never does');
  const [none] = watched([[]]);
  assert.equal(none?.total.lag, null);
});

test('a lag that is gone needs no time, and one that grows for ever has none', () => {
  assert.equal(catchUp(0, null, null), 0);
  assert.equal(catchUp(-3, 1, 1), 0, 'committed beyond the end');
  assert.equal(catchUp(null, 1, 1), null);
  assert.equal(catchUp(10, 5, 5), null);
  assert.equal(catchUp(10, 4, 5), null);
  assert.equal(catchUp(10, 6, 5), 10);
});
