/** The quorum of controllers that holds the metadata log (KIP-595, KIP-853). */
import { KafkaError } from '../../protocol/errors.js';
import { addRaftVoterApi } from '../../protocol/generated/add-raft-voter.js';
import { type DescribeQuorumResponse, describeQuorumApi } from '../../protocol/generated/describe-quorum.js';
import { removeRaftVoterApi } from '../../protocol/generated/remove-raft-voter.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';

const METADATA_TOPIC = '__cluster_metadata';

export interface QuorumReplica {
  readonly id: number;
  /** A uuid; that of zeros where the quorum does not know directories. */
  readonly directoryId: string;
  readonly logEndOffset: number;
  /** Milliseconds since 1970; null where the leader does not tell. */
  readonly lastFetchMs: number | null;
  readonly lastCaughtUpMs: number | null;
}

/** An address that a controller can be reached at by the others. */
export interface VoterEndpoint {
  readonly listener: string;
  readonly host: string;
  readonly port: number;
}

export interface DescribedQuorum {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  /** Addresses of voters by id. */
  readonly endpoints: ReadonlyMap<number, readonly VoterEndpoint[]>;
}

type PartitionData = DescribeQuorumResponse['topics'][number]['partitions'][number];

/** @throws KafkaError */
export async function describeQuorum(cluster: Cluster, options: RetryOptions = {}): Promise<DescribedQuorum> {
  const response = await cluster.call(
    atLeader(cluster),
    describeQuorumApi,
    { topics: [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }] },
    { ...options, errorOf: errorOfQuorum },
  );
  const partition = response.topics[0]?.partitions[0];
  if (partition === undefined) {
    throw new KafkaError('UNKNOWN_SERVER_ERROR', `the answer has nothing about ${METADATA_TOPIC}`);
  }
  const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition;
  return {
    leaderId,
    leaderEpoch,
    highWatermark,
    voters: currentVoters.map(replicaOf),
    observers: observers.map(replicaOf),
    endpoints: new Map(
      response.nodes.map(({ nodeId, listeners }) => [
        nodeId,
        listeners.map(({ name, host, port }) => ({ listener: name, host, port })),
      ]),
    ),
  };
}

function errorOfQuorum({ errorCode, errorMessage, topics }: DescribeQuorumResponse): KafkaError | null {
  const partition = topics[0]?.partitions[0];
  return (
    kafkaErrorOf(errorCode, errorMessage) ??
    (partition === undefined ? null : kafkaErrorOf(partition.errorCode, partition.errorMessage))
  );
}

function replicaOf(replica: PartitionData['currentVoters'][number]): QuorumReplica {
  const { replicaId, replicaDirectoryId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp } = replica;
  return {
    id: replicaId,
    directoryId: replicaDirectoryId,
    logEndOffset,
    lastFetchMs: lastFetchTimestamp < 0 ? null : lastFetchTimestamp,
    lastCaughtUpMs: lastCaughtUpTimestamp < 0 ? null : lastCaughtUpTimestamp,
  };
}

/** Brokers hand these calls on; of controllers the active one has to be asked. */
const atLeader = ({ settings }: Cluster) => (settings.bootstrapControllers ? 'controller' : 'any');

/** Makes an observer a voter. @throws KafkaError */
export async function addRaftVoter(
  cluster: Cluster,
  voter: { readonly id: number; readonly directoryId: string; readonly endpoints: readonly VoterEndpoint[] },
  options: RetryOptions = {},
): Promise<void> {
  await cluster.call(
    atLeader(cluster),
    addRaftVoterApi,
    {
      clusterId: null,
      timeoutMs: options.timeoutMs ?? cluster.settings.requestTimeoutMs,
      voterId: voter.id,
      voterDirectoryId: voter.directoryId,
      listeners: voter.endpoints.map(({ listener, host, port }) => ({ name: listener, host, port })),
    },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
}

/** Takes a voter out of the quorum. @throws KafkaError */
export async function removeRaftVoter(
  cluster: Cluster,
  voter: { readonly id: number; readonly directoryId: string },
  options: RetryOptions = {},
): Promise<void> {
  await cluster.call(
    atLeader(cluster),
    removeRaftVoterApi,
    { clusterId: null, voterId: voter.id, voterDirectoryId: voter.directoryId },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
}
