import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { StreamsGroup } from '../../../../src/state/group/streams/streams-group.js';
import { GROUP, GroupBed } from '../../../support/group-bed.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import {
  StreamsMemberBed,
  subtopology,
  type TaskRecord,
  topicInfo,
  topologyWith,
} from '../../../support/streams-group-bed.js';

const SEEDS = 80;
const STEPS = 120;
const MOST_MEMBERS = 8;
const MOST_PARTITIONS = 8;
const TOPOLOGY = topologyWith(
  subtopology('0', { sourceTopics: ['a'], stateChangelogTopics: [topicInfo('store')] }),
  subtopology('1', { sourceTopics: ['b'] }),
);

interface Thread {
  readonly bed: StreamsMemberBed;
  isAlive: boolean;
}

/** Threads of some processes come, beat, lag behind, leave and die; topics grow, and coordinators come and go. */
class StreamsHistory {
  bed: GroupBed;
  private readonly random: SeededRandom;
  private readonly threads: Thread[] = [];
  private readonly standbyReplicas: number;
  private nextMember = 1;
  private groupEpoch = 0;
  private readonly epochs = new Map<string, number>();

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.standbyReplicas = seed % 3;
    this.bed = new GroupBed({
      streamsAssignmentIntervalMs: seed % 2 === 0 ? 1000 : 0,
      streamsInitialRebalanceDelayMs: seed % 5 === 0 ? 3000 : 0,
      streamsNumStandbyReplicas: this.standbyReplicas,
    });
    this.bed.addTopic('a', 3);
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) {
      this.step(this.random.below(20));
      this.check();
    }
    this.settle();
  }

  private step(kind: number): void {
    const one = this.threads[this.random.below(this.threads.length)];
    if (kind < 4) this.join();
    else if (kind === 4) this.leave(one);
    else if (kind === 5 && one !== undefined) one.isAlive = false;
    else if (kind === 6) this.growTopic();
    else if (kind === 7) this.takeOver();
    else if (kind < 11) this.bed.advance(this.random.below(20_000));
    else if (kind < 16) this.beat(one);
    else for (const thread of this.threads) this.beat(thread);
  }

  private join(): void {
    if (this.threads.filter(({ isAlive }) => isAlive).length >= MOST_MEMBERS) return;
    const process = `process-${this.random.below(4)}`;
    const bed = new StreamsMemberBed(() => this.bed, `member-${this.nextMember++}`, TOPOLOGY, process);
    const thread = { bed, isAlive: true };
    this.threads.push(thread);
    this.beat(thread);
  }

  private leave(thread: Thread | undefined): void {
    if (thread === undefined || !thread.isAlive) return;
    thread.bed.leave();
    thread.isAlive = false;
  }

  /** Now and then a thread still has what it had before, or does not say. */
  private beat(thread: Thread | undefined): void {
    if (thread === undefined || !thread.isAlive) return;
    const { bed } = thread;
    const [active, standby] = [bed.active, bed.standby];
    const saysNothing = bed.epoch > 0 && this.random.below(5) === 0;
    try {
      bed.beat(saysNothing ? { activeTasks: null, standbyTasks: null, warmupTasks: null } : {});
      if (this.random.below(4) > 0) return;
      // It closes what it lost only later.
      bed.active = together(active, bed.active);
      bed.standby = together(standby, bed.standby);
    } catch (error) {
      assert.match(String(error), /UNKNOWN_MEMBER_ID|FENCED_MEMBER_EPOCH/);
      bed.forget();
    }
  }

  private growTopic(): void {
    const name = ['a', 'b', 'store'][this.random.below(3)] ?? 'a';
    const now = this.bed.image.topics.get(name)?.partitions.length ?? 0;
    if (name === 'store') this.bed.addTopic(name, this.bed.image.topics.get('a')?.partitions.length ?? 1);
    else if (now < MOST_PARTITIONS) this.bed.addTopic(name, now + 1 + this.random.below(MOST_PARTITIONS - now));
  }

  private takeOver(): void {
    const before = hardStateOf(this.bed.machine.streamsGroup(GROUP));
    this.bed = this.bed.takenOver();
    assert.deepEqual(hardStateOf(this.bed.machine.streamsGroup(GROUP)), before);
  }

  private check(): void {
    const group = this.bed.machine.streamsGroup(GROUP);
    if (group === null) return;
    assert.ok(group.groupEpoch >= this.groupEpoch, `the group goes back to epoch ${group.groupEpoch}`);
    assert.ok(group.targetEpoch <= group.groupEpoch);
    this.groupEpoch = group.groupEpoch;
    const [owners, places] = [new Set<string>(), new Set<string>()];
    const add = (set: Set<string>, key: string): void => {
      assert.ok(!set.has(key), `${key} is twice`);
      set.add(key);
    };
    for (const { memberId, memberEpoch, processId, assigned, pendingRevocation } of group.members.values()) {
      assert.ok(memberEpoch >= (this.epochs.get(memberId) ?? 0), `${memberId} goes back to epoch ${memberEpoch}`);
      this.epochs.set(memberId, memberEpoch);
      for (const { active, standby } of [assigned, pendingRevocation]) {
        for (const task of tasksIn(active)) add(owners, task);
        for (const task of [...tasksIn(active), ...tasksIn(standby)]) add(places, `${processId} ${task}`);
      }
    }
    for (const memberId of this.epochs.keys()) if (!group.members.has(memberId)) this.epochs.delete(memberId);
  }

  /** Nothing changes any more, and all topics are there. */
  private settle(): void {
    const width = Math.max(3, this.bed.image.topics.get('a')?.partitions.length ?? 0);
    for (const name of ['a', 'b', 'store']) this.bed.addTopic(name, width);
    this.join();
    for (let round = 0; round < 60; round++) {
      this.bed.advance(3000);
      for (const { bed, isAlive } of this.threads) {
        if (!isAlive) continue;
        try {
          bed.beat();
        } catch {
          bed.forget();
        }
      }
      this.check();
    }
    const group = this.bed.machine.streamsGroup(GROUP) as StreamsGroup;
    const living = this.threads.filter(({ isAlive }) => isAlive).map(({ bed }) => bed);
    assert.deepEqual([...group.members.keys()].sort(), living.map(({ memberId }) => memberId).sort());
    assert.equal(group.state, 'Stable');
    const all = ['0', '1'].flatMap((id) => Array.from({ length: width }, (_, partition) => `${id}_${partition}`));
    assert.deepEqual(living.flatMap(({ active }) => tasksIn(Object.entries(active))).sort(), all);
    const processes = new Set(living.map(({ processId }) => processId)).size;
    const standbys = width * Math.min(this.standbyReplicas, processes - 1);
    assert.equal(living.flatMap(({ standby }) => tasksIn(Object.entries(standby))).length, standbys);
  }
}

const hardStateOf = (group: StreamsGroup | null) => group && { ...group, soft: null };

function* pairs(tasks: Iterable<readonly [string, readonly number[]]>): Generator<string> {
  for (const [id, partitions] of tasks) for (const partition of partitions) yield `${id}_${partition}`;
}
const tasksIn = (tasks: Iterable<readonly [string, readonly number[]]>): string[] => [...pairs(tasks)];

function together(a: TaskRecord, b: TaskRecord): TaskRecord {
  const ids = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...ids].map((id) => [id, [...new Set([...(a[id] ?? []), ...(b[id] ?? [])])]]));
}

for (let seed = 1; seed <= SEEDS; seed++) {
  it(`whatever happens, every task is somebody's in the end (seed ${seed})`, () => new StreamsHistory(seed).run());
}
