import { javaHash } from '../../../base/java-hash.js';
import { JavaHashMap } from '../assignment/java-hash-map.js';
import { NO_PARTITIONS, type PartitionSet } from '../assignment/partition-sets.js';
import { JavaPriorityQueue } from './java-priority-queue.js';
import { keyOf, ProcessLoad, type Task } from './process-load.js';
import { setOf, type Tasks } from './tasks.js';

export interface StreamsMemberToAssign {
  readonly memberId: string;
  readonly processId: string;
  /** What it was to have until now. */
  readonly active: PartitionSet;
  readonly standby: PartitionSet;
}

export interface SubtopologyToAssign {
  readonly id: string;
  readonly taskCount: number;
  /** Only what has state needs standbys. */
  readonly isStateful: boolean;
}

export interface StreamsGroupToAssign {
  /** In the order of their record's map (`member-order.ts`). */
  readonly members: readonly StreamsMemberToAssign[];
  /** Sorted by id. */
  readonly subtopologies: readonly SubtopologyToAssign[];
  readonly standbyReplicas: number;
}

/**
 * Everybody gets as many tasks as everybody else, and keeps what it had as far as that allows; what it kept warm comes
 * next. Standbys go where the task was, and never to the process that has it (KIP-1071). The same as Apache Kafka's to
 * the task: a group whose coordinator changes does not move.
 */
export function assignSticky(group: StreamsGroupToAssign): Map<string, Tasks> {
  const round = new Round(group);
  round.assignActive();
  if (group.standbyReplicas > 0) round.assignStandby();
  return new Map(group.members.map(({ memberId, processId }) => [memberId, round.tasksOf(memberId, processId)]));
}

/** How many tasks each member is to have: as members are filled, the others share the rest. */
class Quota {
  perMember: number;
  private tasks: number;
  private members: number;

  constructor(tasks: number, members: number) {
    this.tasks = tasks;
    this.members = members;
    this.perMember = members === 0 ? 0 : Math.ceil(tasks / members);
  }

  /** @param count that a member has now */
  note(count: number): void {
    if (count !== this.perMember) return;
    this.members -= 1;
    this.tasks -= count;
    this.perMember = this.members === 0 ? 0 : Math.ceil(this.tasks / this.members);
  }
}

interface Place {
  readonly memberId: string;
  readonly instance: ProcessLoad;
}

class Round {
  private readonly group: StreamsGroupToAssign;
  private readonly instances: JavaHashMap<string, ProcessLoad>;
  private readonly formerActive = new Map<string, Place>();
  private readonly formerStandby = new Map<string, Place[]>();
  private readonly activeQuota: Quota;
  private readonly totalQuota: Quota;

  constructor(group: StreamsGroupToAssign) {
    this.group = group;
    const { members, subtopologies, standbyReplicas } = group;
    const active = sum(subtopologies.map(({ taskCount }) => taskCount));
    const stateful = sum(subtopologies.map(({ isStateful, taskCount }) => (isStateful ? taskCount : 0)));
    this.activeQuota = new Quota(active, members.length);
    this.totalQuota = new Quota(active + stateful * standbyReplicas, members.length);
    this.instances = new JavaHashMap(javaHash, members.length);
    for (const member of members) this.noteMember(member);
  }

  private noteMember({ memberId, processId, active, standby }: StreamsMemberToAssign): void {
    const instance = this.instances.get(processId) ?? new ProcessLoad();
    this.instances.set(processId, instance);
    instance.addMember(memberId);
    const place = { memberId, instance };
    for (const task of tasksIn(active)) this.formerActive.set(keyOf(task), place);
    for (const task of tasksIn(standby)) {
      this.formerStandby.set(keyOf(task), [...(this.formerStandby.get(keyOf(task)) ?? []), place]);
    }
  }

  assignActive(): void {
    const tasks = this.allTasks(() => true).sort(byPartition);
    const afterActive = tasks.filter((task) => !this.giveActive(task, this.formerActive.get(keyOf(task))));
    const left = afterActive.filter((task) => {
      const former = this.formerStandby.get(keyOf(task));
      return !this.giveActive(task, former === undefined ? undefined : leastLoaded(former, null));
    });
    const byLoad = this.processesByLoad();
    for (const task of left.sort(bySubtopology)) {
      const instance = byLoad.poll() as ProcessLoad;
      this.noteActive(instance.giveToLeastLoaded(task, true));
      byLoad.add(instance);
    }
  }

  private giveActive(task: Task, place: Place | undefined): boolean {
    if (place === undefined || place.instance.countOf(place.memberId) >= this.activeQuota.perMember) return false;
    this.noteActive(place.instance.give(place.memberId, task, true));
    return true;
  }

  private noteActive(count: number): void {
    this.activeQuota.note(count);
    this.totalQuota.note(count);
  }

  assignStandby(): void {
    const { standbyReplicas } = this.group;
    const tasks = this.allTasks(({ isStateful }) => isStateful).sort((a, b) => byPartition(b, a));
    const left: { readonly task: Task; readonly replicas: number }[] = [];
    for (const task of tasks) {
      let given = 0;
      while (given < standbyReplicas && this.giveStandbyBack(task)) given += 1;
      if (given < standbyReplicas) left.push({ task, replicas: standbyReplicas - given });
    }
    left.sort((a, b) => bySubtopology(b.task, a.task));
    const byLoad = this.processesByLoad();
    for (const { task, replicas } of left) {
      // With too few processes some standbys are nobody's.
      for (let given = 0; given < replicas && this.giveStandby(byLoad, task); given++);
    }
  }

  /** To who had the task, as active first. */
  private giveStandbyBack(task: Task): boolean {
    const active = this.formerActive.get(keyOf(task));
    if (active !== undefined && !active.instance.has(task) && this.giveStandbyTo(active, task)) return true;
    const former = this.formerStandby.get(keyOf(task));
    const place = former === undefined ? undefined : leastLoaded(former, task);
    return place !== undefined && this.giveStandbyTo(place, task);
  }

  private giveStandbyTo({ memberId, instance }: Place, task: Task): boolean {
    if (instance.countOf(memberId) >= this.totalQuota.perMember) return false;
    this.totalQuota.note(instance.give(memberId, task, false));
    return true;
  }

  /** To the process with the least load that has not got the task already. */
  private giveStandby(byLoad: JavaPriorityQueue<ProcessLoad>, task: Task): boolean {
    const instance = byLoad.poll();
    if (instance === undefined) return false;
    let isGiven = false;
    if (!instance.has(task)) {
      this.totalQuota.note(instance.giveToLeastLoaded(task, false));
      isGiven = true;
    } else if (!byLoad.isEmpty) isGiven = this.giveStandby(byLoad, task);
    byLoad.add(instance);
    return isGiven;
  }

  tasksOf(memberId: string, processId: string): Tasks {
    const instance = this.instances.get(processId) as ProcessLoad;
    const { active, standby } = instance;
    return { active: asSet(active.get(memberId)), standby: asSet(standby.get(memberId)), warmup: NO_PARTITIONS };
  }

  private allTasks(wanted: (subtopology: SubtopologyToAssign) => boolean): Task[] {
    return this.group.subtopologies
      .filter(wanted)
      .flatMap(({ id, taskCount }) =>
        Array.from({ length: taskCount }, (_, partition) => ({ subtopologyId: id, partition })),
      );
  }

  private processesByLoad(): JavaPriorityQueue<ProcessLoad> {
    const all = this.instances.entries().map(([, instance]) => instance);
    return new JavaPriorityQueue((a, b) => a.load - b.load, all);
  }
}

/**
 * The one whose process and which itself has less than any before it. When the first of them has the task already there
 * is nobody, whoever comes after it: so it is in Apache Kafka 4.3.1.
 * @param task that its process must not have; null where that does not matter
 */
function leastLoaded(places: readonly Place[], task: Task | null): Place | undefined {
  const [first, ...others] = places;
  if (first === undefined) return undefined;
  let best = first;
  let [processLoad, memberLoad] = [first.instance.load, first.instance.countOf(first.memberId)];
  for (const place of others) {
    const count = place.instance.countOf(place.memberId);
    if (place.instance.load >= processLoad || (task !== null && place.instance.has(task)) || count >= memberLoad)
      continue;
    [best, processLoad, memberLoad] = [place, place.instance.load, count];
  }
  return task === null || !first.instance.has(task) ? best : undefined;
}

function* tasksIn(set: PartitionSet): Generator<Task> {
  for (const [subtopologyId, partitions] of set) for (const partition of partitions) yield { subtopologyId, partition };
}

function asSet(tasks: readonly Task[] = []): PartitionSet {
  const bySubtopologyId = new Map<string, number[]>();
  for (const { subtopologyId, partition } of tasks) {
    bySubtopologyId.set(subtopologyId, [...(bySubtopologyId.get(subtopologyId) ?? []), partition]);
  }
  return setOf([...bySubtopologyId].map(([subtopologyId, partitions]) => ({ subtopologyId, partitions })));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPartition = (a: Task, b: Task): number => a.partition - b.partition || byText(a.subtopologyId, b.subtopologyId);
const bySubtopology = (a: Task, b: Task): number =>
  byText(a.subtopologyId, b.subtopologyId) || a.partition - b.partition;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
