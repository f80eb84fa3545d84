import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JoinGroupResponse } from '../../../../src/protocol/generated/join-group.js';
import { beat, errorOf, GROUP, GroupBed, join, leave, REBALANCE_MS, sync } from '../../../support/group-bed.js';
import { SeededRandom } from '../../../support/seeded-random.js';

const HISTORIES = 300;
const STEPS = 60;

/** A member as its own process sees it. */
interface Process {
  memberId: string;
  readonly instanceId: string | null;
  generation: number;
  others: readonly string[];
  /** It waits for one answer at a time. */
  waitsFor: { readonly call: number; readonly kind: 'join' | 'sync' } | null;
}

class History {
  readonly bed: GroupBed;
  readonly random: SeededRandom;
  readonly processes: Process[] = [];
  readonly calls = new Set<number>();
  /** Processes that died while they waited: their calls may be answered or not. */
  readonly deadCalls = new Set<number>();

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.bed = new GroupBed({ initialRebalanceDelayMs: this.random.below(2) * 3000, maxSize: 4 });
  }

  step(): void {
    const process = this.processes[this.random.below(this.processes.length + 1)];
    if (process === undefined) this.start();
    else this.act(process);
    this.bed.advance(this.random.below(4) === 0 ? this.random.below(12_000) : this.random.below(500));
    for (const one of [...this.processes]) this.hear(one);
    this.check();
  }

  private start(): void {
    const instanceId = this.random.below(4) === 0 ? `static-${this.random.below(2)}` : null;
    if (this.processes.length > 5) return;
    const process = { memberId: '', instanceId, generation: -1, others: [], waitsFor: null };
    this.processes.push(process);
    this.join(process);
  }

  private act(process: Process): void {
    const dies = this.random.below(20) === 0;
    if (dies) this.die(process);
    else if (process.waitsFor !== null) return;
    else if (this.random.below(10) === 0) {
      leave(this.bed, { memberId: process.memberId, groupInstanceId: process.instanceId });
      this.processes.splice(this.processes.indexOf(process), 1);
    } else if (process.generation < 0 || this.random.below(12) === 0) this.join(process);
    else this.beat(process);
  }

  private die(process: Process): void {
    this.processes.splice(this.processes.indexOf(process), 1);
    if (process.waitsFor !== null) this.deadCalls.add(process.waitsFor.call);
  }

  private join(process: Process): void {
    const call = join(this.bed, process.memberId, { groupInstanceId: process.instanceId });
    this.calls.add(call);
    process.waitsFor = { call, kind: 'join' };
  }

  private beat(process: Process): void {
    const error = beat(this.bed, process.memberId, process.generation, process.instanceId);
    if (error === 'REBALANCE_IN_PROGRESS') this.join(process);
    else if (error !== 'NONE') this.forget(process, error);
  }

  private forget(process: Process, error: string): void {
    process.generation = -1;
    if (error === 'FENCED_INSTANCE_ID' || error === 'GROUP_MAX_SIZE_REACHED') this.die(process);
    if (error === 'UNKNOWN_MEMBER_ID') process.memberId = '';
  }

  private hear(process: Process): void {
    const waitsFor = process.waitsFor;
    if (waitsFor === null || this.bed.waits(waitsFor.call)) return;
    process.waitsFor = null;
    const response = this.bed.answer<JoinGroupResponse>(waitsFor.call);
    const error = errorOf(response);
    if (error === 'MEMBER_ID_REQUIRED') {
      process.memberId = response.memberId;
      this.join(process);
    } else if (error !== 'NONE') this.forget(process, error);
    else if (waitsFor.kind === 'join') {
      process.memberId = response.memberId;
      process.generation = response.generationId;
      process.others = response.members?.map(({ memberId }) => memberId) ?? [];
      const assignments = Object.fromEntries(process.others.map((id) => [id, id]));
      const options = { assignments, groupInstanceId: process.instanceId };
      const call = sync(this.bed, process.memberId, process.generation, options);
      this.calls.add(call);
      process.waitsFor = { call, kind: 'sync' };
    }
  }

  private check(): void {
    const waitingCalls = new Set(this.processes.flatMap(({ waitsFor }) => waitsFor?.call ?? []));
    const group = this.bed.machine.classicGroup(GROUP);
    const members = [...(group?.members.values() ?? [])];
    for (const call of this.calls) {
      if (!this.bed.waits(call) || this.deadCalls.has(call)) continue;
      assert.ok(waitingCalls.has(call), `call ${call} waits, but nobody waits for it`);
      const holder = members.find(({ joinCall, syncCall }) => joinCall === call || syncCall === call);
      assert.ok(holder !== undefined, `call ${call} waits, but no member will ever answer it`);
    }
    if (group === null) return;
    // Those that have not joined again yet do not count: they may be gone.
    assert.ok(group.waitingToJoin <= 4, `${group.waitingToJoin} members, where 4 are allowed`);
    assert.equal(
      group.isEmpty,
      group.leader === null || !group.members.has(group.leader),
      'a leader that is no member',
    );
    for (const [instanceId, memberId] of group.staticMembers) {
      assert.equal(group.members.get(memberId)?.groupInstanceId, instanceId);
    }
    if (group.state === 'Empty') assert.equal(group.members.size, 0);
    if (group.state !== 'Stable') return;
    for (const { joinCall, syncCall } of members) assert.deepEqual([joinCall, syncCall], [null, null]);
    for (const process of this.processes) {
      const isMember = process.memberId !== '' && group.members.has(process.memberId);
      if (isMember && process.waitsFor === null && process.generation > 0)
        assert.equal(process.generation, group.generation, `${process.memberId} is of another generation`);
    }
  }

  /** Everybody that lives gets on: with nobody new the group becomes stable. */
  settle(): void {
    for (let waited = 0; waited < 3 * REBALANCE_MS; waited += 2500) {
      for (const process of [...this.processes]) {
        this.hear(process);
        if (process.waitsFor !== null || !this.processes.includes(process)) continue;
        if (process.generation < 0) this.join(process);
        else this.beat(process);
      }
      this.bed.advance(2500);
      this.check();
    }
    for (const process of [...this.processes]) this.hear(process);
    const group = this.bed.machine.classicGroup(GROUP);
    const state = group?.state ?? 'Empty';
    assert.equal(state, this.processes.length > 0 ? 'Stable' : 'Empty');
    const living = this.processes.map(({ memberId }) => memberId).sort();
    assert.deepEqual([...(group?.members.keys() ?? [])].sort(), living);
    const next = this.bed.takenOver().machine.classicGroup(GROUP);
    if (state === 'Stable') assert.deepEqual(next?.record(null), group?.record(null));
  }
}

test(`${HISTORIES} histories of members that come, go and die keep a group's promises`, () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const history = new History(seed);
    try {
      for (let n = 0; n < STEPS; n++) history.step();
      history.settle();
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
});
