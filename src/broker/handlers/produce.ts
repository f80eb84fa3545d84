import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type PartitionProduceResponse,
  type ProduceRequest,
  type ProduceResponse,
  produceApi,
  type TopicProduceData,
} from '../../protocol/generated/produce.js';
import { CorruptRecordError } from '../../protocol/records/record-errors.js';
import { hasTransactionalBatch } from '../../protocol/records/validate-batch.js';
import { CLOSE_CONNECTION, handler, NO_RESPONSE, type RequestContext } from '../handler.js';
import { isInternalTopic } from '../internal-topics.js';
import { NOTHING_TO_VERIFY, partitionKey, type VerifiedPartitions, verifyProduced } from '../produce-verification.js';

const FIRST_VERSION_WITH_TOPIC_IDS = 13;
const ALL = -1;

type Answer = Init<PartitionProduceResponse>;

export const produce = handler({
  api: produceApi,
  advertisedMinVersion: 0,
  leavesRequest: true,
  handle(request, context) {
    const topics = distinctTopics(request.topicData, context);
    const refusal = refusalOfAll(request);
    if (refusal !== null || request.transactionalId === null) {
      return handle(request, topics, context, refusal, NOTHING_TO_VERIFY);
    }
    const verified = verifyProduced(request.transactionalId, recordsOf(topics), context);
    if (verified === 'two producers') return handle(request, topics, context, TWO_PRODUCERS, NOTHING_TO_VERIFY);
    return verified instanceof Promise
      ? verified.then((later) => handle(request, topics, context, null, later))
      : handle(request, topics, context, null, verified);
  },
});

interface Refusal {
  readonly error: ErrorName;
  readonly message: string | null;
}

const TWO_PRODUCERS: Refusal = {
  error: 'INVALID_PRODUCER_ID_MAPPING',
  message: 'Transactional records contained more than one producer ID',
};

function handle(
  request: ProduceRequest,
  topics: readonly TopicToAppend[],
  context: RequestContext,
  refusal: Refusal | null,
  verified: VerifiedPartitions,
) {
  const pending: Promise<void>[] = [];
  const response = answer(request, topics, context, refusal, verified, pending);
  const done = () => {
    if (request.acks !== 0) return response;
    return hasError(response) ? CLOSE_CONNECTION : NO_RESPONSE;
  };
  return pending.length === 0 ? done() : Promise.all(pending).then(done);
}

const recordsOf = (topics: readonly TopicToAppend[]) =>
  topics
    .filter(({ error }) => error === null)
    .flatMap(({ name, partitionData }) => partitionData.map(({ index, records }) => ({ topic: name, index, records })));

function answer(
  request: ProduceRequest,
  topics: readonly TopicToAppend[],
  context: RequestContext,
  refusal: Refusal | null,
  verified: VerifiedPartitions,
  pending: Promise<void>[],
): Init<ProduceResponse> {
  const responses = topics.map((topic) => ({
    name: topic.name,
    topicId: topic.topicId,
    partitionResponses: distinctPartitions(topic).map((partition) => {
      const error = refusal?.error ?? topic.error;
      if (error !== null && error !== undefined) return failed(partition.index, error, refusal?.message ?? null);
      return append(topic.name, partition, request, context, verified, pending);
    }),
  }));
  const nodeEndpoints = responses.some((topic) => topic.partitionResponses.some((partition) => partition.currentLeader))
    ? leaderEndpoints(context)
    : [];
  return { responses, nodeEndpoints };
}

/** What makes the whole request fail, before any record is looked at. */
function refusalOfAll(request: ProduceRequest): Refusal | null {
  if (request.acks < ALL || request.acks > 1) return { error: 'INVALID_REQUIRED_ACKS', message: null };
  if (request.transactionalId !== null) return null;
  try {
    const transactional = request.topicData.some((topic) =>
      topic.partitionData.some((partition) => partition.records !== null && hasTransactionalBatch(partition.records)),
    );
    return transactional ? { error: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', message: null } : null;
  } catch (error) {
    if (error instanceof CorruptRecordError) return { error: 'CORRUPT_MESSAGE', message: error.message };
    throw error;
  }
}

interface TopicToAppend {
  readonly name: string;
  readonly topicId: string;
  readonly error: ErrorName | null;
  readonly partitionData: TopicProduceData['partitionData'];
}

/** Topics by name from version 13 on too; what is there twice counts once. */
function distinctTopics(topics: readonly TopicProduceData[], context: RequestContext): TopicToAppend[] {
  const byKey = new Map<string, TopicToAppend>();
  for (const topic of topics) {
    const known = byKey.get(topic.name + topic.topicId);
    if (known !== undefined) {
      known.partitionData.push(...topic.partitionData);
      continue;
    }
    byKey.set(topic.name + topic.topicId, resolve(topic, context));
  }
  return [...byKey.values()];
}

function resolve(topic: TopicProduceData, { services, version }: RequestContext): TopicToAppend {
  const partitionData = [...topic.partitionData];
  if (version < FIRST_VERSION_WITH_TOPIC_IDS) return { ...topic, error: null, partitionData };
  const known = services.metadata.image.topicsById.get(topic.topicId);
  const error = known === undefined ? 'UNKNOWN_TOPIC_ID' : null;
  return { name: known?.name ?? '', topicId: topic.topicId, error, partitionData };
}

function distinctPartitions(topic: TopicToAppend): TopicProduceData['partitionData'] {
  return [...new Map(topic.partitionData.map((partition) => [partition.index, partition])).values()];
}

function append(
  topic: string,
  { index, records }: { index: number; records: Buffer | null },
  request: ProduceRequest,
  context: RequestContext,
  verified: VerifiedPartitions,
  pending: Promise<void>[],
): Answer {
  const { services, version } = context;
  const verification = verified.size === 0 ? undefined : verified.get(partitionKey(topic, index));
  if (verification?.error) return failed(index, verification.error, verification.message);
  if (isInternalTopic(topic)) {
    return failed(index, 'INVALID_TOPIC_EXCEPTION');
  }
  const partition = services.partitions.leader(topic, index);
  if (typeof partition === 'string')
    return { ...failed(index, partition), ...currentLeader(topic, index, partition, context) };
  if (records === null) return failed(index, 'INVALID_RECORD', 'Records of a produce request must not be null.');
  if (request.acks === ALL && tooFewReplicas(topic, index, partition.minInsyncReplicas, context)) {
    return failed(index, 'NOT_ENOUGH_REPLICAS');
  }
  const result = partition.append(records, services.clock.nowMs(), version, verification);
  if (result.kind === 'failed') {
    return {
      ...failed(index, result.error, result.replyMessage),
      logStartOffset: partition.log.logStartOffset,
      recordErrors: result.recordErrors.map((error) => ({
        batchIndex: error.batchIndex,
        batchIndexErrorMessage: error.message,
      })),
    };
  }
  if (result.flushed !== null && request.acks !== 0) pending.push(result.flushed);
  return {
    index,
    baseOffset: result.baseOffset,
    logAppendTimeMs: result.logAppendTimeMs,
    logStartOffset: result.logStartOffset,
  };
}

/** min.insync.replicas never asks for more replicas than there are. */
function tooFewReplicas(topic: string, index: number, minInsync: number, { services }: RequestContext): boolean {
  const state = services.metadata.image.partition(topic, index);
  return state !== undefined && state.isr.length < Math.min(minInsync, state.replicas.length);
}

function failed(index: number, error: ErrorName, errorMessage: string | null = null): Answer {
  return { index, errorCode: errorCode(error), baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1, errorMessage };
}

/** KIP-951: who leads instead, so that the client need not ask for metadata. */
function currentLeader(
  topic: string,
  index: number,
  error: ErrorName,
  { services, version }: RequestContext,
): Partial<Answer> {
  if (error !== 'NOT_LEADER_OR_FOLLOWER' || version < 10) return {};
  const state = services.metadata.image.partition(topic, index);
  return state === undefined ? {} : { currentLeader: { leaderId: state.leader, leaderEpoch: state.leaderEpoch } };
}

const leaderEndpoints = ({ services, listener }: RequestContext) =>
  services.metadata.aliveBrokers(listener).map(({ id: nodeId, host, port, rack }) => ({ nodeId, host, port, rack }));

const hasError = (response: Init<ProduceResponse>): boolean =>
  (response.responses ?? []).some((topic) => (topic.partitionResponses ?? []).some((partition) => partition.errorCode));
