import { inMemberOrder } from '../assignment/member-order.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { Effects } from '../effects.js';
import type { ConfiguredTopology } from './configured-topology.js';
import { assignSticky } from './sticky-assignor.js';
import type { StreamsGroup, StreamsMember } from './streams-group.js';
import { streamsTargetEpochRecord, streamsTargetRecord } from './streams-records.js';
import { streamsAssignmentIntervalMs } from './streams-settings.js';
import { isSameTasks, NO_TASKS, type Tasks } from './tasks.js';

/** What a new target is worked out from. */
export interface Assigning {
  readonly groupEpoch: number;
  readonly configured: ConfiguredTopology;
  readonly standbyReplicas: string | null;
  /** Whose heartbeat it is; its record is not kept yet. */
  readonly member: StreamsMember | null;
}

/** Whether the last target is old enough for a new one. */
export function isTargetDue(group: StreamsGroup, context: GroupCommandContext): boolean {
  const intervalMs = streamsAssignmentIntervalMs(group.groupId, context);
  return group.targetTimestampMs === 0 || intervalMs === 0 || context.nowMs >= group.targetTimestampMs + intervalMs;
}

/** A new target for everybody: nothing as long as topics are missing. @returns who is to have what */
export function assignTasks(
  group: StreamsGroup,
  assigning: Assigning,
  effects: Effects,
  context: GroupCommandContext,
): Map<string, Tasks> {
  const { configured, member, standbyReplicas, groupEpoch } = assigning;
  const members = membersToAssign(group, member);
  const isReady = configured.problem === null;
  const targets = assignSticky({
    members: members.map(({ memberId, processId }) => {
      const { active, standby } = group.target(memberId);
      return { memberId, processId, active, standby };
    }),
    subtopologies: (isReady ? (configured.subtopologies ?? []) : []).map(
      ({ subtopologyId, taskCount, stateChangelogTopics }) => ({
        id: subtopologyId,
        taskCount,
        isStateful: stateChangelogTopics.length > 0,
      }),
    ),
    standbyReplicas: Number(standbyReplicas ?? 0),
  });
  for (const [memberId, target] of targets) {
    if (group.targets.has(memberId) && isSameTasks(group.target(memberId), target)) continue;
    effects.write(streamsTargetRecord(group.groupId, memberId, target));
  }
  effects.write(streamsTargetEpochRecord(group.groupId, groupEpoch, context.nowMs));
  return targets;
}

function membersToAssign(group: StreamsGroup, member: StreamsMember | null): StreamsMember[] {
  const memberIds = [...group.members.keys()];
  const joining = new Set(member === null || group.members.has(member.memberId) ? [] : [member.memberId]);
  return inMemberOrder([...memberIds, ...joining], joining, group.mostMembers).flatMap((memberId) =>
    memberId === member?.memberId ? member : (group.members.get(memberId) ?? []),
  );
}

/** The end of the time in which members of a new group gather. */
export function assignAfterDelay(group: StreamsGroup, effects: Effects, context: GroupCommandContext): void {
  const { configured } = group.soft;
  const { groupEpoch, standbyReplicas } = group;
  // Without a look at the topics the next heartbeat has to do it.
  if (group.isEmpty || configured === null || groupEpoch <= group.targetEpoch || !isTargetDue(group, context)) return;
  assignTasks(group, { groupEpoch, configured, standbyReplicas, member: null }, effects, context);
}

export const targetOf = (targets: ReadonlyMap<string, Tasks>, memberId: string): Tasks =>
  targets.get(memberId) ?? NO_TASKS;
