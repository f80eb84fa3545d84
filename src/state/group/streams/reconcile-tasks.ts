import { epochsOf } from '../assignment/assignment-epochs.js';
import { filter, has, minus, type PartitionSet } from '../assignment/partition-sets.js';
import { isReconciled, STABLE, type StreamsGroup, type StreamsMember, UNRELEASED, UNREVOKED } from './streams-group.js';
import {
  common,
  eachRole,
  isNone,
  isSameTasks,
  NO_TASKS,
  ROLES,
  type Role,
  type Tasks,
  unionOf,
  without,
} from './tasks.js';

export interface TaskTarget {
  readonly epoch: number;
  readonly tasks: Tasks;
}

/**
 * The next step of a member towards its target: first it gives back what it must not keep, then it gets what nobody
 * else has any more. A task has one active owner in the group, and one place in each process (KIP-1071).
 * @param group as it is before the step
 * @param owned what the member says it has; null when it says nothing
 */
export function reconcileTasks(
  group: StreamsGroup,
  member: StreamsMember,
  owned: Tasks | null,
  target: TaskTarget,
): StreamsMember {
  if (isReconciled(member, target.epoch)) return member;
  if (member.state !== UNREVOKED) return nextStep(group, member, owned, target, member.memberEpoch);
  if (stillHas(owned, member.pendingRevocation)) return member;
  return nextStep(group, member, owned, target, member.memberEpoch + 1);
}

const stillHas = (owned: Tasks | null, revoked: Tasks): boolean => owned === null || !isNone(common(owned, revoked));

/** @param waitingEpoch of the member, should it have to give something back */
function nextStep(
  group: StreamsGroup,
  member: StreamsMember,
  owned: Tasks | null,
  target: TaskTarget,
  waitingEpoch: number,
): StreamsMember {
  const kept = common(member.assigned, target.tasks);
  const toRevoke = without(member.assigned, target.tasks);
  // Whatever changes, the epoch that the member has now becomes its previous one.
  const base = { ...member, previousMemberEpoch: member.memberEpoch };
  if (!isNone(toRevoke) && stillHas(owned, toRevoke)) {
    const assignmentEpochs = epochsOf([kept.active, toRevoke.active], member.assignmentEpochs, waitingEpoch);
    const step = { state: UNREVOKED, memberEpoch: waitingEpoch, assigned: kept, pendingRevocation: toRevoke };
    return { ...base, ...step, assignmentEpochs };
  }
  const wanted = without(target.tasks, kept);
  const places = new TaskPlaces(group);
  const free = eachRole((role) => places.freeOf(wanted[role], role, member.processId));
  const isWaiting = ROLES.some((role) => minus(wanted[role], free[role]).size > 0);
  const keptEpochs = epochsOf([kept.active], member.assignmentEpochs, target.epoch);
  return {
    ...base,
    state: isWaiting ? UNRELEASED : STABLE,
    memberEpoch: target.epoch,
    assigned: unionOf(kept, free),
    pendingRevocation: NO_TASKS,
    assignmentEpochs: epochsOf([kept.active, free.active], keptEpochs, target.epoch),
  };
}

/** Who has a task or has not given it back yet. */
class TaskPlaces {
  private readonly activeTasks = new Set<string>();
  /** With the process before them. */
  private readonly tasksOfProcesses = new Set<string>();

  constructor(group: StreamsGroup) {
    for (const { assigned, pendingRevocation, processId } of group.members.values()) {
      for (const tasks of [assigned, pendingRevocation]) {
        for (const role of ROLES) this.note(tasks[role], role, processId);
      }
    }
  }

  private note(set: PartitionSet, role: Role, processId: string): void {
    for (const [subtopologyId, partitions] of set) {
      for (const partition of partitions) {
        this.tasksOfProcesses.add(keyOf(processId, subtopologyId, partition));
        if (role === 'active') this.activeTasks.add(keyOf('', subtopologyId, partition));
      }
    }
  }

  freeOf(wanted: PartitionSet, role: Role, processId: string): PartitionSet {
    return filter(wanted, (subtopologyId, partition) => {
      if (role === 'active' && this.activeTasks.has(keyOf('', subtopologyId, partition))) return false;
      return !this.tasksOfProcesses.has(keyOf(processId, subtopologyId, partition));
    });
  }
}

const keyOf = (processId: string, subtopologyId: string, partition: number): string =>
  JSON.stringify([processId, subtopologyId, partition]);

export const isSameStep = (before: StreamsMember, after: StreamsMember): boolean =>
  before.state === after.state &&
  before.memberEpoch === after.memberEpoch &&
  before.previousMemberEpoch === after.previousMemberEpoch &&
  isSameTasks(before.assigned, after.assigned) &&
  isSameTasks(before.pendingRevocation, after.pendingRevocation);

/** Whether a member says only what it was given. */
export const isWithin = (part: PartitionSet, whole: PartitionSet): boolean =>
  [...part].every(([subtopologyId, partitions]) =>
    partitions.every((partition) => has(whole, subtopologyId, partition)),
  );
