import { javaHash } from '../../../base/java-hash.js';
import { JavaHashMap } from '../assignment/java-hash-map.js';
import { JavaPriorityQueue } from './java-priority-queue.js';

export interface Task {
  readonly subtopologyId: string;
  readonly partition: number;
}

interface MemberLoad {
  readonly memberId: string;
  tasks: number;
}

export const keyOf = ({ subtopologyId, partition }: Task): string => `${partition}:${subtopologyId}`;

/** What the members that are one process have been given so far: no two of them may have the same task. */
export class ProcessLoad {
  readonly active = new Map<string, Task[]>();
  readonly standby = new Map<string, Task[]>();
  private readonly counts = new JavaHashMap<string, number>(javaHash);
  private readonly tasks = new Set<string>();
  private taskCount = 0;
  /** Kept until a task goes to a member that was asked for by name. */
  private membersByLoad: JavaPriorityQueue<MemberLoad> | null = null;

  /** Tasks a member. */
  get load(): number {
    return this.taskCount / this.counts.size;
  }

  addMember(memberId: string): void {
    this.counts.set(memberId, 0);
  }

  has(task: Task): boolean {
    return this.tasks.has(keyOf(task));
  }

  countOf(memberId: string): number {
    return this.counts.get(memberId) ?? 0;
  }

  /** @returns how many tasks the member has now */
  give(memberId: string, task: Task, isActive: boolean): number {
    this.membersByLoad = null;
    return this.note(memberId, task, isActive);
  }

  /** To the member that has the fewest. @returns how many it has now */
  giveToLeastLoaded(task: Task, isActive: boolean): number {
    if (this.counts.size === 1) return this.note(this.counts.keys()[0] as string, task, isActive);
    this.membersByLoad ??= new JavaPriorityQueue<MemberLoad>(
      (a, b) => a.tasks - b.tasks,
      this.counts.entries().map(([memberId, tasks]) => ({ memberId, tasks })),
    );
    const member = this.membersByLoad.poll() as MemberLoad;
    member.tasks = this.note(member.memberId, task, isActive);
    this.membersByLoad.add(member);
    return member.tasks;
  }

  private note(memberId: string, task: Task, isActive: boolean): number {
    this.taskCount += 1;
    this.tasks.add(keyOf(task));
    const given = isActive ? this.active : this.standby;
    given.set(memberId, [...(given.get(memberId) ?? []), task]);
    const count = this.countOf(memberId) + 1;
    this.counts.set(memberId, count);
    return count;
  }
}
