import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import type { StreamsGroupHeartbeatResponse } from '../../../protocol/generated/streams-group-heartbeat.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import { JOIN_EPOCH } from './check-streams-heartbeat.js';
import type { ConfiguredTopology, InternalTopic } from './configured-topology.js';
import type { StreamsGroup, StreamsMember } from './streams-group.js';
import { streamsHeartbeatIntervalMs } from './streams-settings.js';
import type { Heartbeat } from './streams-steps.js';
import { isSameTasks } from './tasks.js';
import { STATUS, type Status } from './topic-problem.js';
import { partitionsByEndpoint } from './user-endpoints.js';

export interface StreamsHeartbeatAnswer {
  readonly response: Init<StreamsGroupHeartbeatResponse>;
  /** The broker makes them; what keeps it from that is told with a later heartbeat. */
  readonly missingTopics: readonly InternalTopic[];
}

/** Tasks are told of when they changed, and to whoever joins. */
export function answer(
  { machine, group, request, context, statuses }: Heartbeat,
  before: StreamsMember,
  after: StreamsMember,
  configured: ConfiguredTopology,
): StreamsHeartbeatAnswer {
  const { soft, groupId } = group;
  const { assigned, memberId, memberEpoch, userEndpoint } = after;
  const isNews = request.memberEpoch === JOIN_EPOCH || !isSameTasks(before.assigned, assigned);
  if (isNews && userEndpoint !== null) soft.endpointEpoch += 1;
  const knowsEndpoints = soft.endpointEpoch === request.endpointInformationEpoch;
  const image = context.image as MetadataImage;
  const all = [...statuses, ...(configured.problem === null ? [] : [configured.problem]), ...shutdownOf(group)];
  const response = {
    memberId,
    memberEpoch,
    heartbeatIntervalMs: streamsHeartbeatIntervalMs(groupId, context),
    status: all.map((status) => ({ ...status })),
    activeTasks: isNews ? listed(assigned.active) : null,
    standbyTasks: isNews ? listed(assigned.standby) : null,
    warmupTasks: isNews ? listed(assigned.warmup) : null,
    partitionsByUserEndpoint: knowsEndpoints ? null : partitionsByEndpoint(group, after, configured, image),
    // A group that is not there yet has not got one.
    endpointInformationEpoch: machine.group(groupId) === null ? 0 : soft.endpointEpoch,
  };
  return { response, missingTopics: configured.missingTopics };
}

function shutdownOf({ soft: { shutdownMemberId } }: StreamsGroup): Status[] {
  if (shutdownMemberId === null) return [];
  const statusDetail = `Streams group member ${shutdownMemberId} encountered a fatal error and requested a shutdown for the entire application.`;
  return [{ statusCode: STATUS.shutdownApplication, statusDetail }];
}

const listed = (set: PartitionSet) =>
  inHashOrder(
    [...set].map(([subtopologyId, partitions]) => ({ subtopologyId, partitions: [...partitions] })),
    ({ subtopologyId }) => javaHash(subtopologyId),
  );
