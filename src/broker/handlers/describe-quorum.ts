import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode, errorNamed } from '../../protocol/errors.js';
import {
  type DescribeQuorumRequest,
  type DescribeQuorumResponse,
  type DescribeQuorumResponsePartitionData,
  describeQuorumApi,
} from '../../protocol/generated/describe-quorum.js';
import { handler } from '../handler.js';
import type { BrokerServices } from '../services.js';

const METADATA_TOPIC = '__cluster_metadata';

/** What the one voter knows of its quorum (KIP-595, KIP-836): it leads, and is never behind itself. */
export const describeQuorum = handler({
  api: describeQuorumApi,
  handle(request, { services }) {
    if (!asksForMetadataAlone(request)) return refusal(request);
    return {
      topics: [{ topicName: METADATA_TOPIC, partitions: [quorumOf(services)] }],
      nodes: nodesOf(services),
    };
  },
});

/** The metadata partition cannot be asked for among others. */
function asksForMetadataAlone({ topics }: DescribeQuorumRequest): boolean {
  const [topic, ...others] = topics;
  if (topic?.topicName !== METADATA_TOPIC || others.length > 0) return false;
  return topic.partitions.length === 1 && topic.partitions[0]?.partitionIndex === 0;
}

function refusal({ topics }: DescribeQuorumRequest): Init<DescribeQuorumResponse> {
  const { code, message: errorMessage } = errorNamed('UNKNOWN_TOPIC_OR_PARTITION');
  return {
    topics: topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code, errorMessage })),
    })),
  };
}

function quorumOf({ nodeId, quorum, clock }: BrokerServices): Init<DescribeQuorumResponsePartitionData> {
  const nowMs = clock.nowMs();
  const voter = {
    replicaId: nodeId,
    replicaDirectoryId: quorum.voterDirectoryId,
    logEndOffset: quorum.endOffset,
    lastFetchTimestamp: nowMs,
    lastCaughtUpTimestamp: nowMs,
  };
  return {
    errorCode: errorCode('NONE'),
    leaderId: nodeId,
    leaderEpoch: quorum.leaderEpoch,
    highWatermark: quorum.endOffset,
    currentVoters: [voter],
  };
}

function nodesOf({ metadata }: BrokerServices): Init<DescribeQuorumResponse>['nodes'] {
  return [...metadata.image.controllers.values()].map(({ controllerId, endPoints }) => ({
    nodeId: controllerId,
    listeners: endPoints.map(({ name, host, port }) => ({ name, host, port })),
  }));
}
