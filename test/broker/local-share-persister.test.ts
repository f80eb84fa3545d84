import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LocalSharePersister } from '../../src/broker/local-share-persister.js';
import type { ShareStateCommand } from '../../src/broker/share-coordinators.js';
import type { SharePersister, ShareStateBatch } from '../../src/broker/share-persister.js';
import { type ErrorName, KafkaError } from '../../src/protocol/errors.js';
import type { ShareStateContext } from '../../src/state/share/share-state-machine.js';
import { ShareBed, TOPIC } from '../support/share-bed.js';
import { VirtualClock } from '../support/virtual-clock.js';

const NODE = 1;
const KEY = { groupId: 'g', topicId: TOPIC, partition: 0 };
const NOT_AVAILABLE = { error: 'COORDINATOR_NOT_AVAILABLE', message: 'The coordinator is not available.' };

/** Coordinators that are where, and refuse what, a test says; what gets through is done by a machine. */
class Coordinators {
  leader: number | null = NODE;
  error: ErrorName | null = null;
  calls = 0;
  private readonly bed = new ShareBed();

  coordinatorOf(): number | null {
    this.calls++;
    return this.leader;
  }

  async call<Response>(_key: unknown, command: ShareStateCommand): Promise<Response> {
    if (this.error !== null) throw new KafkaError(this.error);
    const context: ShareStateContext = { nowMs: 0, image: this.bed.image, newId: () => '', fraction: () => 0 };
    const { records, replies } = command(this.bed.machine, 1, context);
    for (const [index, record] of records.entries()) this.bed.machine.replay(record, index);
    return replies[0]?.response as Response;
  }
}

function persister() {
  const coordinators = new Coordinators();
  const clock = new VirtualClock();
  return { coordinators, clock, persister: new LocalSharePersister(coordinators, NODE, clock) };
}

/** Lets everything happen that can without time going by. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const initialize = (to: SharePersister) => to.initialize(KEY, 2, 5);

describe('what keeps the state of share partitions', () => {
  it('gives what it was given', async () => {
    const { persister: kept } = persister();
    const batches: ShareStateBatch[] = [{ firstOffset: 6, lastOffset: 7, deliveryState: 2, deliveryCount: 1 }];
    assert.equal(await initialize(kept), null);
    assert.deepEqual(await kept.read(KEY, 3), { stateEpoch: 2, leaderEpoch: 3, startOffset: 5, batches: [] });
    const write = { stateEpoch: 2, leaderEpoch: 3, startOffset: 6, deliveryCompleteCount: 2, batches };
    assert.equal(await kept.write(KEY, write), null);
    assert.deepEqual(await kept.readSummary(KEY, -1), {
      stateEpoch: 2,
      leaderEpoch: 3,
      startOffset: 6,
      deliveryCompleteCount: 2,
    });
    assert.deepEqual(await kept.read(KEY, 3), { stateEpoch: 2, leaderEpoch: 3, startOffset: 6, batches });
    const refusal = await kept.write(KEY, { ...write, leaderEpoch: 2 });
    assert.equal(refusal?.error, 'FENCED_LEADER_EPOCH');
    assert.equal(await kept.delete(KEY), null);
    assert.equal('startOffset' in (await kept.read(KEY, 3)), false);
  });

  it('waits while the coordinator is on its way', async () => {
    for (const error of [null, 'COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'NOT_LEADER_OR_FOLLOWER'] as const) {
      const { coordinators, clock, persister: kept } = persister();
      if (error === null) coordinators.leader = null;
      coordinators.error = error;
      let isDone = false;
      const answer = initialize(kept).finally(() => {
        isDone = true;
      });
      for (let waited = 0; waited < 5000; waited += 1000) {
        await settle();
        clock.advance(1000);
      }
      await settle();
      assert.equal(isDone, false);
      coordinators.leader = NODE;
      coordinators.error = null;
      clock.advance(1000);
      assert.equal(await answer, null);
      assert.equal(clock.timerCount, 0);
    }
  });

  it('gives up after a while', async () => {
    const { coordinators, clock, persister: kept } = persister();
    coordinators.leader = null;
    const answer = initialize(kept);
    while (clock.monotonicMs() < 20_000) {
      await settle();
      clock.advance(100);
    }
    assert.deepEqual(await answer, NOT_AVAILABLE);
    assert.ok(coordinators.calls < 30, `${coordinators.calls}`);
  });

  it('does not wait for another broker, nor for what will not pass', async () => {
    const { coordinators, clock, persister: kept } = persister();
    coordinators.leader = NODE + 1;
    assert.deepEqual(await initialize(kept), NOT_AVAILABLE);
    coordinators.leader = NODE;
    coordinators.error = 'RECORD_LIST_TOO_LARGE';
    assert.equal((await initialize(kept))?.error, 'UNKNOWN_SERVER_ERROR');
    assert.equal(clock.timerCount, 0);
  });

  it('refuses whoever waits when the broker stops', async () => {
    const { coordinators, clock, persister: kept } = persister();
    coordinators.leader = null;
    const answer = initialize(kept);
    await settle();
    kept.close();
    assert.deepEqual(await answer, NOT_AVAILABLE);
    assert.deepEqual(await initialize(kept), NOT_AVAILABLE);
    assert.equal(clock.timerCount, 0);
  });
});
