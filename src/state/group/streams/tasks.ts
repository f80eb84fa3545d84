import { filter, has, isSame, minus, NO_PARTITIONS, type PartitionSet, union } from '../assignment/partition-sets.js';

/** Tasks of a Streams application, each set by the id of its subtopology; a task is a partition of that. */
export interface Tasks {
  readonly active: PartitionSet;
  readonly standby: PartitionSet;
  readonly warmup: PartitionSet;
}

export const NO_TASKS: Tasks = { active: NO_PARTITIONS, standby: NO_PARTITIONS, warmup: NO_PARTITIONS };

export const ROLES = ['active', 'standby', 'warmup'] as const;
export type Role = (typeof ROLES)[number];

/** The tasks of a subtopology, as requests and records have them. */
export interface TaskIds {
  readonly subtopologyId: string;
  readonly partitions: readonly number[];
}

interface TaskLists {
  readonly activeTasks: readonly TaskIds[];
  readonly standbyTasks: readonly TaskIds[];
  readonly warmupTasks: readonly TaskIds[];
}

export const tasksFrom = ({ activeTasks, standbyTasks, warmupTasks }: TaskLists): Tasks => ({
  active: setOf(activeTasks),
  standby: setOf(standbyTasks),
  warmup: setOf(warmupTasks),
});

/** Ascending, without subtopologies of which there is no task. */
export function setOf(lists: readonly TaskIds[]): PartitionSet {
  const found = lists.filter(({ partitions }) => partitions.length > 0);
  return new Map(
    found.map(({ subtopologyId, partitions }) => [subtopologyId, [...new Set(partitions)].sort(byNumber)]),
  );
}

/** Sorted, as records and descriptions have them. */
export const sortedList = (set: PartitionSet): { subtopologyId: string; partitions: number[] }[] =>
  [...set]
    .map(([subtopologyId, partitions]) => ({ subtopologyId, partitions: [...partitions].sort(byNumber) }))
    .sort((a, b) => (a.subtopologyId < b.subtopologyId ? -1 : 1));

/** Role by role. */
export const eachRole = (make: (role: Role) => PartitionSet): Tasks => ({
  active: make('active'),
  standby: make('standby'),
  warmup: make('warmup'),
});

export const unionOf = (a: Tasks, b: Tasks): Tasks => eachRole((role) => union(a[role], b[role]));

export const without = (a: Tasks, b: Tasks): Tasks => eachRole((role) => minus(a[role], b[role]));

export const common = (a: Tasks, b: Tasks): Tasks =>
  eachRole((role) => filter(a[role], (subtopologyId, partition) => has(b[role], subtopologyId, partition)));

export const isNone = (tasks: Tasks): boolean => ROLES.every((role) => tasks[role].size === 0);

export const isSameTasks = (a: Tasks, b: Tasks): boolean => ROLES.every((role) => isSame(a[role], b[role]));

const byNumber = (a: number, b: number): number => a - b;
