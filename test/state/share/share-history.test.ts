import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShareStateBatch, ShareStateSummary } from '../../../src/state/share/share-state.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { OTHER_TOPIC, ShareBed, TOPIC } from '../../support/share-bed.js';

const HISTORIES = 1500;
const STEPS = 80;

/** What should be kept of a share partition, record by record. */
class Model {
  readonly summary: { -readonly [Field in keyof ShareStateSummary]: ShareStateSummary[Field] };
  readonly records = new Map<number, [count: number, state: number]>();
  highestLeaderEpoch: number;
  highestStateEpoch: number;

  constructor(stateEpoch: number, startOffset: number, before: Model | undefined) {
    const deliveryCompleteCount = startOffset === -1 ? -1 : 0;
    this.summary = { stateEpoch, leaderEpoch: 0, startOffset, deliveryCompleteCount };
    this.highestLeaderEpoch = before?.highestLeaderEpoch ?? 0;
    this.highestStateEpoch = Math.max(before?.highestStateEpoch ?? stateEpoch, stateEpoch);
  }

  write(startOffset: number, deliveryCompleteCount: number, batches: readonly ShareStateBatch[]): void {
    if (startOffset !== -1) this.summary.startOffset = startOffset;
    this.summary.deliveryCompleteCount = deliveryCompleteCount;
    for (const { firstOffset, lastOffset, deliveryState, deliveryCount } of batches) {
      // What lies before the start that the write itself names never gets into the log.
      for (let at = Math.max(firstOffset, startOffset); at <= lastOffset; at++) {
        const [count, state] = this.records.get(at) ?? [-1, -1];
        const isBetter = deliveryCount > count || (deliveryCount === count && deliveryState > state);
        if (isBetter) this.records.set(at, [deliveryCount, deliveryState]);
      }
    }
    for (const at of this.records.keys()) if (at < this.summary.startOffset) this.records.delete(at);
  }
}

const recordsOf = (batches: readonly ShareStateBatch[]): Map<number, [number, number]> => {
  const records = new Map<number, [number, number]>();
  for (const { firstOffset, lastOffset, deliveryState, deliveryCount } of batches) {
    for (let at = firstOffset; at <= lastOffset; at++) {
      assert.ok(!records.has(at), `offset ${at} is kept twice`);
      records.set(at, [deliveryCount, deliveryState]);
    }
  }
  return records;
};

const NOTHING: ShareStateSummary = { stateEpoch: 0, leaderEpoch: 0, startOffset: -1, deliveryCompleteCount: -1 };
const COUNTED = { written: 0, fenced: 0, refused: 0, deleted: 0, restarts: 0, pruned: 0 };

class History {
  readonly counted = { ...COUNTED };
  private readonly random: SeededRandom;
  private readonly models = new Map<string, Model>();
  private readonly keys = [0, 1, 2].flatMap((partition) =>
    [TOPIC, OTHER_TOPIC].map((topicId) => ({ groupId: 'g', topicId, partition })),
  );
  private bed: ShareBed;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.bed = new ShareBed({ updatesPerSnapshot: this.random.below(6), coldSnapshotIntervalMs: 50 });
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) {
      this.step();
      this.check(this.bed, `step ${step}`);
      if (this.random.below(5) === 0) {
        this.check(this.bed.takenOver(this.bed.machine.redundantBelow ?? 0), `pruned after step ${step}`);
        if ((this.bed.machine.redundantBelow ?? 0) > 0) this.counted.pruned++;
      }
      if (this.random.below(8) === 0) {
        this.bed = this.bed.takenOver();
        this.counted.restarts++;
        this.check(this.bed, `restart after step ${step}`);
      }
    }
  }

  private step(): void {
    const { random, bed, models } = this;
    bed.advance(random.below(10));
    const key = this.keys[random.below(this.keys.length)] as (typeof this.keys)[number];
    const name = `${key.topicId} ${key.partition}`;
    const model = models.get(name);
    const isThere = bed.image.topicsById.has(key.topicId);
    switch (random.below(12)) {
      case 0:
      case 1: {
        const [stateEpoch, startOffset] = [random.below(4) - 1, random.below(20) - 1];
        const refusal = bed.initialize(key, stateEpoch, startOffset);
        const isFenced = stateEpoch !== -1 && model !== undefined && stateEpoch < model.highestStateEpoch;
        assert.equal(refusal?.error ?? null, this.expected(isFenced ? 'FENCED_STATE_EPOCH' : null, isThere));
        if (refusal === null) models.set(name, new Model(stateEpoch, startOffset, model));
        return;
      }
      case 2:
      case 3: {
        const leaderEpoch = random.below(6) - 1;
        const answer = bed.read(key, leaderEpoch);
        const isFenced = leaderEpoch !== -1 && leaderEpoch < (model?.highestLeaderEpoch ?? 0);
        const error = model === undefined ? 'INVALID_REQUEST' : isFenced ? 'FENCED_LEADER_EPOCH' : null;
        assert.equal('error' in answer ? answer.error : null, this.expected(error, isThere));
        if ('error' in answer || model === undefined || leaderEpoch === -1) return;
        if (leaderEpoch > model.highestLeaderEpoch) model.summary.leaderEpoch = leaderEpoch;
        model.highestLeaderEpoch = Math.max(model.highestLeaderEpoch, leaderEpoch);
        return;
      }
      case 4: {
        const refusal = bed.delete(key);
        assert.equal(refusal?.error ?? null, this.expected(null, isThere));
        if (refusal === null && models.delete(name)) this.counted.deleted++;
        return;
      }
      case 5: {
        if (random.below(4) > 0) return;
        if (!isThere) {
          bed.createTopic(key.topicId);
          return;
        }
        bed.deleteTopic(key.topicId);
        for (const gone of this.keys)
          if (gone.topicId === key.topicId) models.delete(`${gone.topicId} ${gone.partition}`);
        return;
      }
      default:
        this.write(key, model, isThere);
    }
  }

  private write(key: (typeof this.keys)[number], model: Model | undefined, isThere: boolean): void {
    const { random } = this;
    const [leaderEpoch, stateEpoch] = [random.below(7) - 1, random.below(5) - 1];
    const startOffset = random.below(4) === 0 ? -1 : random.below(20);
    const deliveryCompleteCount = random.below(5) - 1;
    const batches = Array.from({ length: random.below(4) }, () => {
      const firstOffset = random.below(25);
      const lastOffset = firstOffset + random.below(8);
      return { firstOffset, lastOffset, deliveryState: random.below(3) * 2, deliveryCount: 1 + random.below(3) };
    });
    const write = { leaderEpoch, stateEpoch, startOffset, deliveryCompleteCount, batches };
    const refusal = this.bed.write(key, write);
    const error =
      model === undefined
        ? 'INVALID_REQUEST'
        : leaderEpoch !== -1 && leaderEpoch < model.highestLeaderEpoch
          ? 'FENCED_LEADER_EPOCH'
          : stateEpoch !== -1 && stateEpoch < model.highestStateEpoch
            ? 'FENCED_STATE_EPOCH'
            : null;
    assert.equal(refusal?.error ?? null, this.expected(error, isThere));
    if (refusal !== null) return;
    model?.write(startOffset, deliveryCompleteCount, batches);
    this.counted.written++;
  }

  /** What comes first is said first; that the topic is gone comes last. */
  private expected(error: string | null, isThere: boolean): string | null {
    if (error?.startsWith('FENCED')) this.counted.fenced++;
    if (error !== null) return error;
    if (!isThere) this.counted.refused++;
    return isThere ? null : 'UNKNOWN_TOPIC_OR_PARTITION';
  }

  private check(bed: ShareBed, when: string): void {
    for (const key of this.keys) {
      if (!bed.image.topicsById.has(key.topicId)) {
        assert.equal(bed.machine.get(key), undefined, when);
        continue;
      }
      const model = this.models.get(`${key.topicId} ${key.partition}`);
      assert.deepEqual(bed.summary(key), model?.summary ?? NOTHING, when);
      if (model === undefined) continue;
      const kept = recordsOf(bed.machine.get(key)?.batches ?? []);
      assert.deepEqual(kept, model.records, when);
    }
  }
}

test(`${HISTORIES} histories: what is kept is what was written, after any restart and from a log that was cut`, () => {
  const total = { ...COUNTED };
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const history = new History(seed);
    try {
      history.run();
    } catch (error) {
      assert.fail(`seed ${seed}: ${(error as Error).message}`);
    }
    for (const what of Object.keys(total) as (keyof typeof total)[]) total[what] += history.counted[what];
  }
  // What never happens would not be tested.
  for (const [what, count] of Object.entries(total)) assert.ok(count > HISTORIES / 2, `${count} ${what}`);
});
