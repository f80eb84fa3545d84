import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Acknowledgement } from '../../../src/state/share-partition/acknowledge.js';
import type { Change, KeptBatch } from '../../../src/state/share-partition/change.js';
import type { ShareLimits } from '../../../src/state/share-partition/share-limits.js';
import { SharePartition } from '../../../src/state/share-partition/share-partition.js';
import { SeededRandom } from '../../support/seeded-random.js';

const MEMBERS = ['a', 'b', 'c'];
const LARGEST_BATCH = 6;
const HISTORIES = 4000;
const STEPS = 60;

interface LogBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly at: number;
}

/** What the test knows of a record. */
interface Known {
  state: 'available' | 'acquired' | 'changing' | 'done';
  member: string;
  count: number;
  until: number;
  target: 'available' | 'done';
}

interface Pending {
  readonly change: Change;
  readonly offsets: readonly number[];
  readonly isKept: boolean;
}

/** One history of a share partition beside a model that knows each record by itself. */
class History {
  private readonly random: SeededRandom;
  private readonly limits: ShareLimits;
  private log: LogBatch[] = [];
  private logStart = 0;
  private logEnd = 0;
  private nowMs = 0;
  private readonly known = new Map<number, Known>();
  private readonly pending: Pending[] = [];
  /** Of the persister. */
  private kept = new Map<number, { state: number; count: number }>();
  private keptStart = 0;
  private partition: SharePartition;
  delivered = 0;
  restarts = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.limits = {
      maxDeliveryCount: 2 + this.below(4),
      maxRecordLocks: 4 + this.below(20),
      lockDurationMs: 10,
      mayRenew: true,
    };
    this.partition = new SharePartition(0, { stateEpoch: 0, batches: [] });
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) {
      this.step();
      this.check();
    }
    this.drain();
  }

  private below(limit: number): number {
    return this.random.below(limit);
  }

  private step(): void {
    const dice = this.below(100);
    if (dice < 20) this.append();
    else if (dice < 50) this.fetch(this.below(2) === 0, 1 + this.below(8));
    else if (dice < 70) this.acknowledge();
    else if (dice < 74) this.acknowledgeWhatIsNot();
    else if (dice < 78) this.release();
    else if (dice < 88) this.settle();
    else if (dice < 94) this.passTime(this.below(8));
    else if (dice < 96) this.compact();
    else if (dice < 98) this.moveLogStart();
    else this.restart();
  }

  private append(): void {
    for (let count = 1 + this.below(3); count > 0; count--) {
      const lastOffset = this.logEnd + this.below(LARGEST_BATCH);
      this.log.push({ baseOffset: this.logEnd, lastOffset, at: 0 });
      this.logEnd = lastOffset + 1;
    }
  }

  /** @returns how many records were given out */
  private fetch(recordLimit: boolean, maxRecords: number): number {
    const { partition, limits, nowMs } = this;
    if (!partition.canAcquire(limits)) return 0;
    const fetchOffset = partition.nextFetchOffset();
    if (fetchOffset < this.logStart) {
      partition.moveLogStart(this.logStart);
      this.forgetBefore(this.logStart);
      return 0;
    }
    const batches = this.log.filter(({ lastOffset }) => lastOffset >= fetchOffset).slice(0, 1 + this.below(4));
    const first = batches[0];
    const memberId = MEMBERS[this.below(3)] as string;
    const before = { start: partition.startOffset, end: partition.endOffset, count: partition.inFlightCount };
    const batchSize = 1 + this.below(10);
    const request = { memberId, recordLimit, batchSize, maxRecords, fetchOffset, batches, aborted: [] };
    const { ranges, count } = partition.acquire(request, limits, nowMs);
    const isFull = before.count >= limits.maxRecordLocks && fetchOffset > before.end;
    const isBefore = (batches.at(-1)?.lastOffset ?? -1) < before.start;
    if (first !== undefined && !isFull && !isBefore) this.forgetGone(fetchOffset, first.baseOffset);
    let given = 0;
    let fresh = 0;
    for (const { firstOffset, lastOffset, deliveryCount } of ranges) {
      for (let offset = firstOffset; offset <= lastOffset; offset++, given++) {
        if (offset > before.end) fresh++;
        const known = this.known.get(offset);
        assert.ok(offset >= before.start, 'before the start');
        assert.ok(known === undefined || known.state === 'available', `${offset} is ${known?.state}`);
        assert.equal(deliveryCount, (known?.count ?? 0) + 1);
        assert.ok(deliveryCount <= limits.maxDeliveryCount, 'delivered too often');
        const until = nowMs + limits.lockDurationMs;
        this.known.set(offset, { state: 'acquired', member: memberId, count: deliveryCount, until, target: 'done' });
      }
    }
    assert.equal(given, count);
    if (recordLimit) assert.ok(count <= maxRecords, `${count} records instead of ${maxRecords}`);
    if (before.count >= limits.maxRecordLocks && partition.inFlightCount > 0)
      assert.equal(partition.endOffset, before.end, 'too much in flight');
    // A batch of the log is never torn but where the member wants it so.
    const room = Math.max(1, limits.maxRecordLocks - before.count) + (recordLimit ? 0 : LARGEST_BATCH - 1);
    assert.ok(fresh <= room, `${fresh} new ones where ${room} have room`);
    this.delivered += count;
    return count;
  }

  /** What was compacted away before it was given out again is done. */
  private forgetGone(fetchOffset: number, baseOffset: number): void {
    for (const [offset, known] of this.known) {
      if (offset >= fetchOffset && offset < baseOffset && known.state === 'available') known.state = 'done';
    }
  }

  private owned(member: string): number[] {
    const owned = [...this.known].filter(([, known]) => known.state === 'acquired' && known.member === member);
    return owned.map(([offset]) => offset).sort((a, b) => a - b);
  }

  private acknowledge(): void {
    const member = MEMBERS[this.below(3)] as string;
    const owned = this.owned(member).filter((offset) => offset >= this.partition.startOffset);
    const at = this.below(owned.length);
    const first = owned[at];
    if (first === undefined) return;
    const offsets = [first];
    while (owned[at + offsets.length] === first + offsets.length && this.below(6) > 0)
      offsets.push(first + offsets.length);
    const types =
      this.below(2) === 0 ? [1 + this.below(4)] : offsets.map(() => [0, 1, 1, 2, 3, 4][this.below(6)] as number);
    const lastOffset = offsets.at(-1) as number;
    const change = this.partition.acknowledge(
      member,
      [{ firstOffset: first, lastOffset, types }],
      this.limits,
      this.nowMs,
    );
    assert.ok(!('error' in change), JSON.stringify(change));
    const changed: number[] = [];
    for (const [index, offset] of offsets.entries()) {
      const known = this.known.get(offset) as Known;
      const type = types.length > 1 ? types[index] : types[0];
      if (type === 4) known.until = this.nowMs + this.limits.lockDurationMs;
      else {
        this.begin(known, type === 2 ? 'available' : 'done');
        changed.push(offset);
      }
    }
    this.propose(change, changed);
  }

  private begin(known: Known, target: 'available' | 'done'): void {
    known.state = 'changing';
    known.target = target === 'available' && known.count >= this.limits.maxDeliveryCount ? 'done' : target;
  }

  /** Keeps it or not; the partition is told later. */
  private propose(change: Change, offsets: readonly number[]): void {
    if (change.isEmpty) return;
    const isKept = this.below(8) > 0;
    if (isKept) this.keep(change.batches());
    this.pending.push({ change, offsets, isKept });
  }

  private keep(batches: readonly KeptBatch[]): void {
    const { startOffset, batches: kept } = this.partition.keep(batches);
    for (const { firstOffset, lastOffset, deliveryState, deliveryCount } of kept) {
      for (let offset = firstOffset; offset <= lastOffset; offset++) {
        this.kept.set(offset, { state: deliveryState, count: deliveryCount });
      }
    }
    this.keptStart = Math.max(this.keptStart, startOffset);
    for (const offset of this.kept.keys()) if (offset < this.keptStart) this.kept.delete(offset);
  }

  /** One that is wrong changes nothing, also where some of it could have been done. */
  private acknowledgeWhatIsNot(): void {
    const member = MEMBERS[this.below(3)] as string;
    const owned = this.owned(member).filter((offset) => offset >= this.partition.startOffset);
    const good = owned.slice(0, 1).map((offset) => ({ firstOffset: offset, lastOffset: offset, types: [1] }));
    const others = [...this.known].filter(
      ([offset, known]) =>
        offset >= this.partition.startOffset &&
        (known.state === 'available' || known.state === 'changing' || known.member !== member),
    );
    const wrong = others[this.below(others.length)]?.[0] ?? this.partition.endOffset + 5;
    const acknowledgements: Acknowledgement[] = [...good, { firstOffset: wrong, lastOffset: wrong, types: [1] }];
    const answer = this.partition.acknowledge(member, acknowledgements, this.limits, this.nowMs);
    assert.ok('error' in answer);
  }

  private release(): void {
    const member = MEMBERS[this.below(3)] as string;
    const owned = this.owned(member);
    const change = this.partition.release(member, this.limits);
    for (const offset of owned) {
      this.begin(this.known.get(offset) as Known, offset < this.partition.startOffset ? 'done' : 'available');
    }
    assert.equal(change.isEmpty, owned.length === 0);
    this.propose(change, owned);
  }

  /** The persister answers. */
  private settle(): void {
    const pending = this.pending.shift();
    if (pending === undefined) return;
    if (pending.isKept) pending.change.commit();
    else pending.change.rollBack(this.nowMs);
    for (const offset of pending.offsets) {
      const known = this.known.get(offset);
      if (known === undefined || known.state !== 'changing') continue;
      if (pending.isKept) known.state = known.target;
      else if (known.until <= this.nowMs) known.state = this.released(known);
      else known.state = 'acquired';
    }
  }

  private released = (known: Known) => (known.count >= this.limits.maxDeliveryCount ? 'done' : 'available');

  private passTime(ms: number): void {
    this.nowMs += ms;
    const { batches, nextMs } = this.partition.expire(this.limits, this.nowMs);
    let earliest = Number.POSITIVE_INFINITY;
    for (const [offset, known] of this.known) {
      if (known.state === 'acquired' && known.until <= this.nowMs) {
        known.state = offset < this.partition.startOffset ? 'done' : this.released(known);
      }
      const isLocked = known.state === 'acquired' || known.state === 'changing';
      if (isLocked && known.until > this.nowMs) earliest = Math.min(earliest, known.until);
    }
    assert.equal(nextMs, earliest);
    if (batches.length > 0 && this.below(4) > 0) this.keep(batches);
    this.partition.moveStart();
  }

  private compact(): void {
    // The newest batch always stays.
    if (this.log.length > 1) this.log.splice(this.below(this.log.length - 1), 1);
  }

  private moveLogStart(): void {
    this.logStart = Math.min(this.logEnd, this.logStart + this.below(6));
    this.log = this.log.filter(({ lastOffset }) => lastOffset >= this.logStart);
  }

  private forgetBefore(offset: number): void {
    for (const [known, { state }] of this.known) {
      if (known < offset && state === 'available') this.known.delete(known);
    }
  }

  /** Another leader knows what was kept and nothing else. */
  private restart(): void {
    this.restarts++;
    this.pending.length = 0;
    this.known.clear();
    const batches: { firstOffset: number; lastOffset: number; deliveryState: number; deliveryCount: number }[] = [];
    for (const [offset, { state, count }] of [...this.kept].sort(([a], [b]) => a - b)) {
      const last = batches.at(-1);
      const joins = last?.lastOffset === offset - 1 && last.deliveryState === state && last.deliveryCount === count;
      if (joins) last.lastOffset = offset;
      else batches.push({ firstOffset: offset, lastOffset: offset, deliveryState: state, deliveryCount: count });
      const known = state === 0 ? 'available' : 'done';
      this.known.set(offset, { state: known, member: '', count, until: 0, target: 'done' });
    }
    this.partition = new SharePartition(this.keptStart, { stateEpoch: 0, batches });
  }

  /** What the partition has is in order, and is what the model has. */
  private check(): void {
    // biome-ignore lint/complexity/useLiteralKeys: what is private is looked at by this test alone.
    const flight = this.partition['flight'];
    let end = -1;
    let done = 0;
    for (const batch of flight.batches) {
      assert.ok(batch.firstOffset > end && batch.lastOffset >= batch.firstOffset, 'batches overlap');
      end = batch.lastOffset;
      for (let offset = batch.firstOffset; offset <= batch.lastOffset; offset++) {
        const { state, isChanging, deliveryCount } = batch.at(offset);
        if (offset >= flight.startOffset && (state === 2 || state === 4)) done++;
        const known = this.known.get(offset);
        if (known === undefined || offset < flight.startOffset) continue;
        const seen = isChanging ? 'changing' : state === 0 ? 'available' : state === 1 ? 'acquired' : 'done';
        assert.equal(seen, known.state, `offset ${offset}`);
        assert.equal(deliveryCount, known.count, `offset ${offset}`);
      }
    }
    assert.equal(flight.doneCount, done, 'delivery complete count');
    assert.ok(flight.endOffset >= end, 'end offset');
    for (const [offset, { state }] of this.known) {
      if (offset < flight.startOffset && offset >= this.logStart) assert.equal(state, 'done', `${offset} was lost`);
    }
  }

  /** Whatever happened: in the end all that is in the log was delivered and is done. */
  private drain(): void {
    while (this.pending.length > 0) this.settle();
    for (let round = 0; this.partition.startOffset < this.logEnd; round++) {
      assert.ok(round < 2000, `stuck at ${this.partition.startOffset} of ${this.logEnd}`);
      this.passTime(20);
      this.fetch(false, 100);
      for (const member of MEMBERS) {
        for (const offset of this.owned(member).filter((owned) => owned >= this.partition.startOffset)) {
          const types = [1];
          const acknowledgement = [{ firstOffset: offset, lastOffset: offset, types }];
          const change = this.partition.acknowledge(member, acknowledgement, this.limits, this.nowMs);
          assert.ok(!('error' in change), JSON.stringify(change));
          (this.known.get(offset) as Known).state = 'done';
          change.commit();
        }
      }
      this.check();
    }
    assert.equal(this.partition.inFlightCount, 0);
  }
}

describe('a share partition', () => {
  it(`keeps its promises in ${HISTORIES} histories`, () => {
    let delivered = 0;
    let restarts = 0;
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const history = new History(seed);
      try {
        history.run();
      } catch (error) {
        throw new Error(`in the history of seed ${seed}: ${String(error)}`, { cause: error });
      }
      delivered += history.delivered;
      restarts += history.restarts;
    }
    assert.ok(delivered > HISTORIES * 20 && restarts > HISTORIES / 2, `${delivered} delivered, ${restarts} restarts`);
  });
});
