import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CallId, type Machine, type Outcome, outcome, type TimerChange } from '../../src/base/machine.js';
import { ReplicatedMachine } from '../../src/broker/replicated-machine.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** Remembers what it replayed; its timers answer whoever waits. */
class Letters implements Machine<string, null> {
  readonly replayed: [string, number][] = [];
  readonly waiting: CallId[] = [];

  replay(record: string, offset: number): void {
    this.replayed.push([record, offset]);
  }

  onTimer(key: string): Outcome<string> {
    if (key === 'broken') throw new Error('a broken timer');
    const replies = this.waiting.splice(0).map((call) => ({ call, response: `by ${key}` }));
    return outcome({ records: [`timer ${key}`], replies });
  }
}

class Bed {
  readonly clock = new VirtualClock();
  readonly logger = new RecordingLogger();
  readonly machine = new Letters();
  readonly log: string[] = [];
  refuses = false;
  readonly runtime = new ReplicatedMachine<Letters, string, null>({
    machine: this.machine,
    log: {
      append: (records) => {
        if (this.refuses) throw new Error('the disk is full');
        return this.log.push(...records) - records.length;
      },
    },
    image: () => null,
    clock: this.clock,
    random: new SeededRandom(1),
    logger: this.logger,
  });

  write(...records: string[]): Promise<string> {
    return this.runtime.call<string>((_machine, call) => outcome({ records, replies: [{ call, response: 'done' }] }));
  }

  /** A call that a timer answers. */
  wait(...timers: TimerChange[]): Promise<string> {
    return this.runtime.call<string>((machine, call) => {
      machine.waiting.push(call);
      return outcome({ timers });
    });
  }
}

describe('a command', () => {
  it('has its records appended, replayed with their offsets, and then its reply', async () => {
    const bed = new Bed();
    assert.equal(await bed.write('a', 'b'), 'done');
    assert.equal(await bed.write('c'), 'done');
    assert.deepEqual(bed.log, ['a', 'b', 'c']);
    assert.deepEqual(bed.machine.replayed, [
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('answers earlier calls too', async () => {
    const bed = new Bed();
    const first = bed.wait();
    const second = bed.runtime.call<string>((machine, call) => {
      const [earlier = -1] = machine.waiting;
      return outcome({
        replies: [
          { call, response: 'second' },
          { call: earlier, response: 'first' },
        ],
      });
    });
    assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
  });

  it('that throws rejects its call alone', async () => {
    const bed = new Bed();
    const broken = bed.runtime.call(() => {
      throw new Error('a broken command');
    });
    await assert.rejects(broken, /a broken command/);
    assert.equal(await bed.write('a'), 'done');
  });

  it('whose records the log refuses is rejected, and replays nothing', async () => {
    const bed = new Bed();
    bed.refuses = true;
    await assert.rejects(bed.write('a'), /the disk is full/);
    assert.deepEqual(bed.machine.replayed, []);
  });
});

describe('timers', () => {
  it('fire at their time, as a command', async () => {
    const bed = new Bed();
    const answer = bed.wait({ key: 'alarm', atMs: bed.clock.nowMs() + 100 });
    bed.clock.advance(99);
    assert.deepEqual(bed.log, []);
    bed.clock.advance(1);
    assert.equal(await answer, 'by alarm');
    assert.deepEqual(bed.log, ['timer alarm']);
  });

  it('are replaced, and taken away, by their key', () => {
    const bed = new Bed();
    const now = bed.clock.nowMs();
    bed.wait(
      { key: 'a', atMs: now + 10 },
      { key: 'a', atMs: now + 20 },
      { key: 'b', atMs: now + 10 },
      { key: 'b', atMs: null },
    );
    bed.clock.advance(19);
    assert.deepEqual(bed.log, []);
    bed.clock.advance(1);
    assert.deepEqual(bed.log, ['timer a']);
    assert.equal(bed.clock.timerCount, 0);
  });

  it('that fail are logged, and the next fire', () => {
    const bed = new Bed();
    const now = bed.clock.nowMs();
    bed.wait({ key: 'broken', atMs: now }, { key: 'a', atMs: now + 1 });
    bed.clock.advance(1);
    assert.deepEqual(bed.logger.at('ERROR'), ['Timer broken failed: a broken timer']);
    assert.deepEqual(bed.log, ['timer a']);
  });
});

it('what waits when it is closed is rejected, as is what comes later; no timer is left', async () => {
  const bed = new Bed();
  const waiting = bed.wait({ key: 'a', atMs: bed.clock.nowMs() + 10 });
  bed.runtime.close(new Error('no longer the leader'));
  await assert.rejects(waiting, /no longer the leader/);
  await assert.rejects(bed.write('a'), /no longer the leader/);
  assert.equal(bed.clock.timerCount, 0);
});
