import { KafkaError } from '../../../protocol/errors.js';
import type { StreamsGroupHeartbeatRequest } from '../../../protocol/generated/streams-group-heartbeat.js';
import type { ConfiguredTopology } from './configured-topology.js';
import type { TaskIds } from './tasks.js';

export const JOIN_EPOCH = 0;
export const LEAVE_EPOCH = -1;
const STATIC_LEFT_EPOCH = -2;

/** What can be told from the request alone, in Kafka's order. @throws KafkaError */
export function checkStreamsHeartbeat(request: StreamsGroupHeartbeatRequest): void {
  checkSupported(request);
  const { memberEpoch, topology, activeTasks, standbyTasks, warmupTasks } = request;
  if (request.memberId === '') refuse("MemberId can't be empty.");
  if (request.groupId === '') refuse("GroupId can't be empty.");
  if (request.rackId === '') refuse("RackId can't be empty.");
  if (memberEpoch === JOIN_EPOCH) checkJoin(request);
  // Static members, who leave for a while, are not there yet.
  else if (memberEpoch === STATIC_LEFT_EPOCH) refuse("InstanceId can't be null.");
  else if (memberEpoch < STATIC_LEFT_EPOCH) {
    refuse(`MemberEpoch is ${memberEpoch}, but must be greater than or equal to -2.`);
  }
  const missing = [activeTasks, standbyTasks, warmupTasks].filter((tasks) => tasks === null).length;
  if (missing === 1 || missing === 2) refuse('If one task-type is non-null, all must be non-null.');
  if (memberEpoch !== JOIN_EPOCH && topology !== null) refuse('Topology can only be provided when (re-)joining.');
}

function checkSupported({
  instanceId,
  taskOffsets,
  taskEndOffsets,
  warmupTasks,
  topology,
}: StreamsGroupHeartbeatRequest) {
  if (instanceId !== null) refuse('Static membership is not yet supported.');
  if (taskOffsets !== null) refuse('TaskOffsets are not supported yet.');
  if (taskEndOffsets !== null) refuse('TaskEndOffsets are not supported yet.');
  if (warmupTasks !== null && warmupTasks.length > 0) refuse('WarmupTasks are not supported yet.');
  if (topology?.subtopologies.some(({ sourceTopicRegex }) => sourceTopicRegex.length > 0)) {
    refuse('Regular expressions for source topics are not supported yet.');
  }
}

function checkJoin({ rebalanceTimeoutMs, topology, ...tasks }: StreamsGroupHeartbeatRequest): void {
  if (rebalanceTimeoutMs === -1) refuse('RebalanceTimeoutMs must be provided in first request.');
  const lists = { ActiveTasks: tasks.activeTasks, StandbyTasks: tasks.standbyTasks, WarmupTasks: tasks.warmupTasks };
  for (const [name, list] of Object.entries(lists)) {
    if (list === null || list.length > 0) refuse(`${name} must be empty when (re-)joining.`);
  }
  if (topology === null) refuse('Topology must be non-null when (re-)joining.');
  for (const { name, partitions } of (topology?.subtopologies ?? []).flatMap((one) => one.stateChangelogTopics)) {
    if (partitions === 0) continue;
    throw new KafkaError(
      'STREAMS_INVALID_TOPOLOGY',
      `Changelog topic ${name} must have an undefined partition count, but it is set to ${partitions}.`,
    );
  }
}

/** A member can only have tasks that there are. @throws KafkaError */
export function checkOwnedTasks({ subtopologies }: ConfiguredTopology, lists: readonly (readonly TaskIds[] | null)[]) {
  const counts = new Map(subtopologies?.map(({ subtopologyId, taskCount }) => [subtopologyId, taskCount]));
  for (const { subtopologyId, partitions } of lists.flatMap((list) => list ?? [])) {
    const count = counts.get(subtopologyId);
    if (count === undefined) refuse(`Subtopology ${subtopologyId} does not exist in the topology.`);
    const wrong = partitions.find((partition) => partition < 0 || partition >= (count ?? 0));
    if (wrong === undefined) continue;
    refuse(`Task ${wrong} for subtopology ${subtopologyId} is invalid. Number of tasks for this subtopology: ${count}`);
  }
}

function refuse(text: string): never {
  throw new KafkaError('INVALID_REQUEST', text);
}
