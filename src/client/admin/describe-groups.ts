/** Groups in full: classic ones, and those of the consumer protocol (KIP-848). */
import { Reader } from '../../base/bytes.js';
import { KafkaError } from '../../protocol/errors.js';
import { type Assignment, consumerGroupDescribeApi } from '../../protocol/generated/consumer-group-describe.js';
import { readConsumerProtocolAssignment } from '../../protocol/generated/consumer-protocol-assignment.js';
import { type DescribedGroup, describeGroupsApi } from '../../protocol/generated/describe-groups.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import { isError, type Result, toCoordinators } from '../fan-out.js';
import { type Node, operationsOf } from '../metadata-cache.js';
import type { TopicPartition } from '../topic-partition.js';

export const CONSUMER_PROTOCOL_TYPE = 'consumer';
/** The highest version of the assignment that this client reads; a newer one begins with the same fields. */
const ASSIGNMENT_VERSION = 3;

export interface DescribeGroupsOptions extends RetryOptions {
  readonly includeAuthorizedOperations?: boolean;
}

export interface ClassicMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** Of the protocol that the group chose. */
  readonly metadata: Buffer;
  readonly assignment: Buffer;
}

export interface ClassicGroup {
  readonly groupId: string;
  readonly protocolType: string;
  /** The assignor's name; empty while there is none. */
  readonly protocol: string;
  readonly state: string;
  readonly coordinator: Node;
  readonly members: readonly ClassicMember[];
  readonly authorizedOperations: number | null;
}

export function describeClassicGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeGroupsOptions = {},
): Promise<Map<string, Result<ClassicGroup>>> {
  return toCoordinators<ClassicGroup>(
    cluster,
    'DescribeGroups',
    'group',
    groupIds,
    async (node, groups, { timeoutMs }) => {
      const request = { groups, includeAuthorizedOperations: options.includeAuthorizedOperations ?? false };
      const response = await cluster.send(node, describeGroupsApi, request, { timeoutMs, lane: 'coordinator' });
      return new Map<string, Result<ClassicGroup>>(
        response.groups.map((group) => [
          group.groupId,
          kafkaErrorOf(group.errorCode, group.errorMessage) ?? classicGroupOf(group, cluster.node(node) as Node),
        ]),
      );
    },
    options,
  );
}

function classicGroupOf(group: DescribedGroup, coordinator: Node): ClassicGroup {
  return {
    groupId: group.groupId,
    protocolType: group.protocolType,
    protocol: group.protocolData,
    state: group.groupState,
    coordinator,
    members: group.members.map(
      ({ memberId, groupInstanceId, clientId, clientHost, memberMetadata, memberAssignment }) => {
        return {
          memberId,
          groupInstanceId,
          clientId,
          clientHost,
          metadata: memberMetadata,
          assignment: memberAssignment,
        };
      },
    ),
    authorizedOperations: operationsOf(group.authorizedOperations),
  };
}

export interface ConsumerGroupMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly assignment: readonly TopicPartition[];
  /** Null in a classic group. */
  readonly targetAssignment: readonly TopicPartition[] | null;
  /** Null in a classic group. */
  readonly memberEpoch: number | null;
  /** Whether the member has moved to the consumer protocol; null where the broker does not tell. */
  readonly isUpgraded: boolean | null;
  /** Empty in a classic group. */
  readonly subscribedTopics: readonly string[];
  readonly subscribedTopicRegex: string | null;
}

export interface ConsumerGroup {
  readonly groupId: string;
  readonly type: 'classic' | 'consumer';
  readonly isSimple: boolean;
  readonly state: string;
  readonly coordinator: Node;
  readonly assignor: string;
  readonly members: readonly ConsumerGroupMember[];
  /** Null in a classic group. */
  readonly groupEpoch: number | null;
  readonly targetAssignmentEpoch: number | null;
  readonly authorizedOperations: number | null;
}

/** Groups of both protocols: those that ConsumerGroupDescribe does not know are asked for with DescribeGroups. */
export async function describeConsumerGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeGroupsOptions = {},
): Promise<Map<string, Result<ConsumerGroup>>> {
  const found = await describeByConsumerProtocol(cluster, groupIds, options);
  const rest: string[] = [];
  for (const [groupId, result] of found) if (isError(result) && mayBeClassic(result)) rest.push(groupId);
  if (rest.length === 0) return found;
  const classic = await describeClassicGroups(cluster, rest, options);
  for (const [groupId, result] of classic) found.set(groupId, isError(result) ? result : consumerGroupOf(result));
  return found;
}

const mayBeClassic = ({ error }: KafkaError): boolean =>
  error === 'GROUP_ID_NOT_FOUND' || error === 'UNSUPPORTED_VERSION';

function describeByConsumerProtocol(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeGroupsOptions,
): Promise<Map<string, Result<ConsumerGroup>>> {
  return toCoordinators<ConsumerGroup>(
    cluster,
    'ConsumerGroupDescribe',
    'group',
    groupIds,
    async (node, ids, { timeoutMs }) => {
      const connection = await cluster.connectToNode(node, 'coordinator');
      if (!connection.supports(consumerGroupDescribeApi)) {
        return new Map(ids.map((id) => [id, new KafkaError('UNSUPPORTED_VERSION')]));
      }
      const includeAuthorizedOperations = options.includeAuthorizedOperations ?? false;
      const request = { groupIds: ids, includeAuthorizedOperations };
      const response = await connection.send(consumerGroupDescribeApi, request, { timeoutMs });
      return new Map<string, Result<ConsumerGroup>>(
        response.groups.map((group) => {
          const error = kafkaErrorOf(group.errorCode, group.errorMessage);
          if (error !== null) return [group.groupId, error];
          const members = group.members.map((member) => ({
            memberId: member.memberId,
            groupInstanceId: member.instanceId,
            rackId: member.rackId,
            clientId: member.clientId,
            clientHost: member.clientHost,
            assignment: partitionsOf(member.assignment),
            targetAssignment: partitionsOf(member.targetAssignment),
            memberEpoch: member.memberEpoch,
            isUpgraded: member.memberType < 0 ? null : member.memberType === 1,
            subscribedTopics: member.subscribedTopicNames,
            subscribedTopicRegex: member.subscribedTopicRegex,
          }));
          const described: ConsumerGroup = {
            groupId: group.groupId,
            type: 'consumer',
            isSimple: false,
            state: group.groupState,
            coordinator: cluster.node(node) as Node,
            assignor: group.assignorName,
            members,
            groupEpoch: group.groupEpoch,
            targetAssignmentEpoch: group.assignmentEpoch,
            authorizedOperations: operationsOf(group.authorizedOperations),
          };
          return [group.groupId, described];
        }),
      );
    },
    options,
  );
}

const partitionsOf = ({ topicPartitions }: Assignment): TopicPartition[] =>
  topicPartitions.flatMap(({ topicName, partitions }) =>
    partitions.map((partition) => ({ topic: topicName, partition })),
  );

function consumerGroupOf(group: ClassicGroup): Result<ConsumerGroup> {
  const isSimple = group.protocolType === '';
  if (!isSimple && group.protocolType !== CONSUMER_PROTOCOL_TYPE) {
    return new KafkaError(
      'GROUP_ID_NOT_FOUND',
      `GroupId ${group.groupId} is not a consumer group (${group.protocolType}).`,
    );
  }
  const { groupId, state, coordinator, authorizedOperations } = group;
  const members = group.members.map(({ memberId, groupInstanceId, clientId, clientHost, assignment }) => ({
    memberId,
    groupInstanceId,
    rackId: null,
    clientId,
    clientHost,
    assignment: assignment.length === 0 ? [] : readAssignedPartitions(assignment),
    targetAssignment: null,
    memberEpoch: null,
    isUpgraded: null,
    subscribedTopics: [],
    subscribedTopicRegex: null,
  }));
  return {
    groupId,
    type: 'classic',
    isSimple,
    state,
    coordinator,
    assignor: group.protocol,
    members,
    groupEpoch: null,
    targetAssignmentEpoch: null,
    authorizedOperations,
  };
}

/** The partitions that a member of a classic group was given. @throws MalformedBytesError */
export function readAssignedPartitions(assignment: Buffer): TopicPartition[] {
  const reader = new Reader(assignment);
  const version = Math.min(reader.int16(), ASSIGNMENT_VERSION);
  return readConsumerProtocolAssignment(reader, version).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}
