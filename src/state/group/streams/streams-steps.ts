/** The steps of a heartbeat, one after the other. */
import { KafkaError } from '../../../protocol/errors.js';
import type { StreamsGroupHeartbeatRequest } from '../../../protocol/generated/streams-group-heartbeat.js';
import type { MetadataImage } from '../../metadata/image.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { type Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { checkOwnedTasks } from './check-streams-heartbeat.js';
import { type ConfiguredTopology, configureTopology } from './configured-topology.js';
import { isSameStep, reconcileTasks, type TaskTarget } from './reconcile-tasks.js';
import { type StreamsGroup, type StreamsMember, UNREVOKED } from './streams-group.js';
import { ownedTasks } from './streams-member.js';
import { streamsAssignmentRecord, streamsEpochRecord, streamsTopologyRecord } from './streams-records.js';
import { streamsInitialRebalanceDelayMs, streamsStandbyReplicas } from './streams-settings.js';
import { assignTasks, isTargetDue, targetOf } from './streams-target.js';
import { NO_TASKS } from './tasks.js';
import { STATUS, type Status } from './topic-problem.js';
import { isSameTopology, requiredTopics, type Topology, topologyOf } from './topology.js';

export interface Heartbeat {
  readonly machine: GroupMachine;
  readonly request: StreamsGroupHeartbeatRequest;
  /** As it is before the heartbeat. */
  readonly group: StreamsGroup;
  readonly effects: Effects;
  readonly context: GroupCommandContext;
  readonly statuses: Status[];
}

/** The first member brings the topology, and all others have to have the same; one with an older epoch is told so. */
export function followTopology({ group, request, effects, statuses }: Heartbeat, member: StreamsMember): Topology {
  const known = group.topology;
  if (known === null) {
    if (request.topology === null) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    const topology = topologyOf(request.topology);
    effects.write(streamsTopologyRecord(group.groupId, topology));
    return topology;
  }
  if (request.topology !== null) {
    const topology = topologyOf(request.topology);
    if (known.epoch <= topology.epoch && !isSameTopology(known, topology)) {
      throw new KafkaError('INVALID_REQUEST', 'Topology updates are not supported yet.');
    }
  }
  if (member.topologyEpoch < known.epoch) {
    const statusDetail = `The member's topology epoch ${member.topologyEpoch} is behind the group's topology epoch ${known.epoch}.`;
    statuses.push({ statusCode: STATUS.staleTopology, statusDetail });
  }
  return known;
}

/** A new epoch of the group when a member, a topic or the wanted standbys changed. */
export function followTopics({ group, request, effects, context }: Heartbeat, topology: Topology, isChanged: boolean) {
  const { groupId } = group;
  const image = context.image as MetadataImage;
  const metadataHash = hashOfTopics(new Set(requiredTopics(topology)), image);
  const hasNewTopics = metadataHash !== group.metadataHash;
  const known = group.topology === null || hasNewTopics ? null : group.soft.configured;
  const configured = known ?? configureTopology(topology, image);
  const isReady = configured.problem === null;
  if (isReady) checkOwnedTasks(configured, [request.activeTasks, request.standbyTasks, request.warmupTasks]);
  group.soft.configured = configured;
  const validatedTopologyEpoch = isReady ? topology.epoch : -1;
  const standbyReplicas = String(streamsStandbyReplicas(groupId, context));
  const bumps =
    isChanged ||
    hasNewTopics ||
    validatedTopologyEpoch !== group.validatedTopologyEpoch ||
    standbyReplicas !== group.standbyReplicas;
  const groupEpoch = group.groupEpoch + (bumps ? 1 : 0);
  if (bumps) {
    effects.write(streamsEpochRecord(groupId, { groupEpoch, metadataHash, validatedTopologyEpoch, standbyReplicas }));
  }
  return { configured, groupEpoch };
}

/** A new target when there is a new epoch and nothing has to be waited for. Otherwise a later heartbeat brings it. */
export function nextTarget(
  { machine, group, effects, context, statuses }: Heartbeat,
  member: StreamsMember,
  configured: ConfiguredTopology,
  groupEpoch: number,
): TaskTarget {
  const { groupId } = group;
  const delayMs = streamsInitialRebalanceDelayMs(groupId, context);
  if (group.isEmpty && delayMs > 0 && !machine.gatheringStreamsGroups.has(groupId)) {
    machine.gatheringStreamsGroups.add(groupId);
    effects.arm(timerKey('streams-delay', groupId), context.nowMs + delayMs);
  }
  const delayed = (statusDetail: string): void => {
    statuses.push({ statusCode: STATUS.assignmentDelayed, statusDetail });
  };
  if (machine.gatheringStreamsGroups.has(groupId)) {
    delayed('Assignment delayed due to the configured initial rebalance delay.');
    return { epoch: group.targetEpoch, tasks: NO_TASKS };
  }
  const last = { epoch: group.targetEpoch, tasks: group.target(member.memberId) };
  if (group.targetEpoch >= groupEpoch) return last;
  if (!isTargetDue(group, context)) {
    delayed('Assignment delayed due to the configured assignment interval.');
    return last;
  }
  const standbyReplicas = String(streamsStandbyReplicas(groupId, context));
  const targets = assignTasks(group, { groupEpoch, configured, standbyReplicas, member }, effects, context);
  return { epoch: groupEpoch, tasks: targetOf(targets, member.memberId) };
}

/** The member's next step towards its target. */
export function advance({ group, request, effects, context }: Heartbeat, member: StreamsMember, target: TaskTarget) {
  const after = reconcileTasks(group, member, ownedTasks(request), target);
  if (isSameStep(member, after)) return member;
  effects.write(streamsAssignmentRecord(group.groupId, after));
  const key = timerKey('streams-rebalance', group.groupId, member.memberId);
  if (after.state === UNREVOKED) effects.arm(key, context.nowMs + after.rebalanceTimeoutMs);
  else effects.disarm(key);
  return after;
}
