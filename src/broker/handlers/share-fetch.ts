import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type PartitionData,
  type ShareFetchRequest,
  type ShareFetchResponse,
  shareFetchApi,
} from '../../protocol/generated/share-fetch.js';
import { handler, type RequestContext } from '../handler.js';
import { type AcknowledgeResult, acknowledgeAll, isMemberId } from '../share/acknowledgements.js';
import { CurrentLeaders } from '../share/current-leaders.js';
import { failedPartition, type PolledPartition, SharePoll } from '../share/share-poll.js';
import { FINAL_EPOCH, INITIAL_EPOCH, type SessionPartition, type SessionTurn } from '../share/share-sessions.js';
import { hasShareGroups } from '../share-group-states.js';

const FIRST_VERSION_WITH_RENEWAL = 2;
const BATCH_OPTIMIZED = 0;
const RECORD_LIMIT = 1;
const NO_RECORDS = Buffer.alloc(0);

const failed = (error: ErrorName): Init<ShareFetchResponse> => ({ errorCode: errorCode(error) });

export const shareFetch = handler({
  api: shareFetchApi,
  handle(request, context) {
    const { groupId, memberId } = request;
    if (!hasShareGroups(context.services)) return failed('UNSUPPORTED_VERSION');
    if (groupId === null || !isMemberId(memberId)) return failed('INVALID_REQUEST');
    return new MemberFetch(request, { groupId, memberId }, context).run();
  },
});

/** One request of a member: what it acknowledges, and what it gets. */
class MemberFetch {
  private readonly request: ShareFetchRequest;
  private readonly member: { readonly groupId: string; readonly memberId: string };
  private readonly context: RequestContext;

  constructor(
    request: ShareFetchRequest,
    member: { readonly groupId: string; readonly memberId: string },
    context: RequestContext,
  ) {
    this.request = request;
    this.member = member;
    this.context = context;
  }

  async run(): Promise<Init<ShareFetchResponse>> {
    const { request, context } = this;
    const { clock, sharePartitions } = context.services;
    if (this.isRenewal && this.asksForRecords) return failed('INVALID_REQUEST');
    const turn = this.begin();
    if (turn === 'SHARE_SESSION_LIMIT_REACHED') {
      // Whoever comes too late tries again and again.
      await new Promise<void>((resolve) => clock.setTimer(Math.max(0, request.maxWaitMs), resolve));
    }
    if (typeof turn === 'string') return failed(turn);
    const acknowledging = this.acknowledges ? this.acknowledge() : Promise.resolve([]);
    const fetching = this.isRenewal || request.shareSessionEpoch === FINAL_EPOCH ? [] : this.fetch(turn);
    const [polled, acknowledged] = await Promise.all([fetching, acknowledging]);
    const response = polled === null ? failed('UNKNOWN_SERVER_ERROR') : this.respond(turn, polled, acknowledged);
    if (request.shareSessionEpoch === FINAL_EPOCH) sharePartitions.endSession(turn.session);
    return response;
  }

  private get isRenewal(): boolean {
    return this.context.version >= FIRST_VERSION_WITH_RENEWAL && this.request.isRenewAck;
  }

  /** What a renewal may not do: it is to be answered at once (KIP-1222). */
  private get asksForRecords(): boolean {
    const { maxBytes, minBytes, maxRecords, maxWaitMs } = this.request;
    return maxBytes !== 0 || minBytes !== 0 || maxRecords !== 0 || maxWaitMs !== 0;
  }

  private get acknowledges(): boolean {
    return this.request.topics.some(({ partitions }) =>
      partitions.some(({ acknowledgementBatches }) => acknowledgementBatches.length > 0),
    );
  }

  private begin(): SessionTurn | ErrorName {
    const { request, context } = this;
    const { groupId, memberId } = this.member;
    const { sessions } = context.services.sharePartitions;
    const epoch = request.shareSessionEpoch;
    if (epoch === FINAL_EPOCH) {
      const session = sessions.get(groupId, memberId);
      if (session === undefined) return 'SHARE_SESSION_NOT_FOUND';
      return { session, epoch: session.epoch, isIncremental: false, partitions: [] };
    }
    const partitions = request.topics.flatMap(({ topicId, partitions: wanted }) =>
      wanted.map(({ partitionIndex }) => this.partition(topicId, partitionIndex)),
    );
    if (epoch === INITIAL_EPOCH) {
      if (this.acknowledges) return 'INVALID_REQUEST';
      return sessions.begin(groupId, memberId, context.connectionId, partitions);
    }
    const forgotten = request.forgottenTopicsData.flatMap(({ topicId, partitions: unwanted }) =>
      unwanted.map((index) => this.partition(topicId, index)),
    );
    return sessions.next(groupId, memberId, epoch, partitions, forgotten);
  }

  private partition(topicId: string, partition: number): SessionPartition {
    const topic = this.context.services.metadata.image.topicsById.get(topicId)?.name ?? null;
    return { topicId, topic, partition };
  }

  private acknowledge(): Promise<AcknowledgeResult[]> {
    const { request, context } = this;
    const knowsRenewal = context.version >= FIRST_VERSION_WITH_RENEWAL;
    const call = { ...this.member, topics: request.topics, knowsRenewal, isRenewal: request.isRenewAck };
    return acknowledgeAll(call, context.services);
  }

  /**
   * Null when it asks for records in a way that there is not, or of a topic that there is not (any more): as measured on
   * Apache Kafka 4.3.1 the answer has no partition then until the session forgets that topic.
   */
  private async fetch(turn: SessionTurn): Promise<PolledPartition[] | null> {
    const { request, context } = this;
    const { image } = context.services.metadata;
    if (turn.partitions.some(({ topicId }) => !image.topicsById.has(topicId))) return null;
    const refused: PolledPartition[] = [];
    const wanted: (SessionPartition & { topic: string })[] = [];
    for (const partition of turn.partitions) {
      const { topic, topicId } = partition;
      const isThere = image.topicsById.get(topicId)?.partitions[partition.partition] !== undefined;
      if (topic !== null && isThere) wanted.push({ ...partition, topic });
      else refused.push(failedPartition(partition, 'UNKNOWN_TOPIC_OR_PARTITION'));
    }
    if (wanted.length === 0) return refused;
    const { shareAcquireMode } = request;
    if (shareAcquireMode !== BATCH_OPTIMIZED && shareAcquireMode !== RECORD_LIMIT) return null;
    const maxBytes = Math.min(request.maxBytes, context.services.settings.fetchMaxBytes);
    if (request.maxRecords === 0 || maxBytes === 0) return refused;
    const poll = {
      maxWaitMs: request.maxWaitMs,
      minBytes: Math.min(request.minBytes, maxBytes),
      maxBytes,
      maxRecords: request.maxRecords,
      batchSize: request.batchSize,
      recordLimit: shareAcquireMode === RECORD_LIMIT,
    };
    const polled = await new SharePoll(poll, turn, this.rotated(wanted), context.services).run();
    return [...polled, ...refused];
  }

  /** Each request begins with another partition, so that none waits for ever. */
  private rotated<Element>(partitions: Element[]): Element[] {
    const { shareSessionEpoch } = this.request;
    const at = shareSessionEpoch < 1 ? 0 : shareSessionEpoch % partitions.length;
    return [...partitions.slice(at), ...partitions.slice(0, at)];
  }

  private respond(
    turn: SessionTurn,
    polled: readonly PolledPartition[],
    acknowledged: readonly AcknowledgeResult[],
  ): Init<ShareFetchResponse> {
    const { sharePartitions } = this.context.services;
    const leaders = new CurrentLeaders(this.context);
    const topics = new Map<string, Map<number, Init<PartitionData>>>();
    const partitionsOf = (topicId: string) => {
      const partitions = topics.get(topicId) ?? new Map<number, Init<PartitionData>>();
      topics.set(topicId, partitions);
      return partitions;
    };
    const isOvertaken = turn.isIncremental && turn.session.epoch !== turn.epoch;
    for (const { partition, data } of isOvertaken ? [] : polled) {
      const code = data.errorCode ?? 0;
      const hasRecords = (data.records?.length ?? 0) > 0;
      if (!sharePartitions.sessions.note(turn, partition, hasRecords, code !== 0)) continue;
      const { topicId, topic, partition: index } = partition;
      partitionsOf(topicId).set(index, { ...data, ...leaders.of(topic, index, code) });
    }
    for (const { topicId, partition: partitionIndex, error, message } of acknowledged) {
      const partitions = partitionsOf(topicId);
      const data = partitions.get(partitionIndex) ?? { partitionIndex, records: NO_RECORDS };
      const acknowledgement = { acknowledgeErrorCode: errorCode(error), acknowledgeErrorMessage: message };
      partitions.set(partitionIndex, { ...data, ...acknowledgement });
    }
    return {
      errorCode: errorCode(isOvertaken ? 'INVALID_SHARE_SESSION_EPOCH' : 'NONE'),
      acquisitionLockTimeoutMs: sharePartitions.settings.lockDurationMs(this.member.groupId),
      responses: [...topics].map(([topicId, partitions]) => ({ topicId, partitions: [...partitions.values()] })),
      nodeEndpoints: leaders.endpoints(),
    };
  }
}
