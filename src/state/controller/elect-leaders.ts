import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode, errorNamed } from '../../protocol/errors.js';
import type {
  ElectLeadersRequest,
  ElectLeadersResponse,
  PartitionResult,
  TopicPartitions,
} from '../../protocol/generated/elect-leaders.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { NO_LEADER } from '../metadata/partition-state.js';
import { type Decision, decide } from './decision.js';
import { changedPartition } from './partition-change.js';
import { partitionRules } from './partition-rules.js';
import type { ControllerContext } from './settings.js';

const ELECTIONS = ['preferred', 'unclean'] as const;
type Elected = { readonly record: MetadataRecord } | { readonly error: ErrorName; readonly message?: string };

/** Gives partitions the leader that they should have (KIP-460); without a list, all that need it. */
export function electLeaders(call: CallId, request: ElectLeadersRequest, context: ControllerContext): Decision {
  // Asked for nothing, Kafka does not look at the kind.
  if (request.topicPartitions?.length === 0) return decide(call, { replicaElectionResults: [] });
  const election = ELECTIONS[request.electionType];
  if (election === undefined) return decide(call, unknownElection(request));
  const records: MetadataRecord[] = [];
  const answer = (topic: string, partitionId: number): Init<PartitionResult> => {
    const elected = electLeader(topic, partitionId, election, context);
    if ('record' in elected) {
      records.push(elected.record);
      return { partitionId, errorMessage: null };
    }
    const errorMessage = elected.message ?? errorNamed(elected.error).message;
    return { partitionId, errorCode: errorCode(elected.error), errorMessage };
  };
  const asked = request.topicPartitions ?? everyPartition(context);
  const replicaElectionResults = asked.map(({ topic, partitions }) => {
    const results = partitions.map((partition) => answer(topic, partition));
    const isShown = ({ errorCode: code }: Init<PartitionResult>): boolean =>
      request.topicPartitions !== null || code !== errorCode('ELECTION_NOT_NEEDED');
    return { topic, partitionResult: results.filter(isShown) };
  });
  return decide(call, { replicaElectionResults }, records);
}

function unknownElection(request: ElectLeadersRequest): Init<ElectLeadersResponse> {
  const code = errorCode('INVALID_REQUEST');
  const errorMessage = `Unknown election type ${request.electionType}`;
  return {
    errorCode: code,
    replicaElectionResults: (request.topicPartitions ?? []).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode: code, errorMessage })),
    })),
  };
}

const everyPartition = ({ image }: ControllerContext): Pick<TopicPartitions, 'topic' | 'partitions'>[] =>
  [...image.topics.values()].map(({ name, partitions }) => ({ topic: name, partitions: [...partitions.keys()] }));

function electLeader(
  topicName: string,
  index: number,
  election: 'preferred' | 'unclean',
  context: ControllerContext,
): Elected {
  const topic = context.image.topics.get(topicName);
  if (topic === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `No such topic as ${topicName}` };
  const state = topic.partitions[index];
  if (state === undefined) {
    return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `No such partition as ${topicName}-${index}` };
  }
  const isDone = election === 'preferred' ? state.leader === state.replicas[0] : state.leader !== NO_LEADER;
  if (isDone) return { error: 'ELECTION_NOT_NEEDED' };
  const rules = partitionRules(topicName, state, context);
  const record = changedPartition(topic.id, index, state, { election }, rules);
  if (record !== null) return { record };
  return { error: election === 'preferred' ? 'PREFERRED_LEADER_NOT_AVAILABLE' : 'ELIGIBLE_LEADERS_NOT_AVAILABLE' };
}
