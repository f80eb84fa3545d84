import { errorNamed, KafkaError } from '../../protocol/errors.js';
import { shareAcknowledgeApi } from '../../protocol/generated/share-acknowledge.js';
import {
  type AcknowledgementBatch,
  type ShareFetchResponse,
  shareFetchApi,
} from '../../protocol/generated/share-fetch.js';
import { asError, isRetriable, kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import { partitionKey, type TopicPartition } from '../topic-partition.js';
import type { AcknowledgementRuns } from './acknowledgement-runs.js';
import { AcquiredRecords } from './acquired-records.js';
import type { ShareConsumerSettings } from './share-consumer-config.js';
import type { ShareRecords } from './share-records.js';
import { type AcknowledgedPartition, type ShareOrigin, type SharePartition, ShareSession } from './share-session.js';

/** What the broker says to acknowledgements of a partition. */
export interface AcknowledgementResult extends TopicPartition {
  readonly topicId: string;
  /** The offsets that they were of. */
  readonly batches: readonly AcknowledgementBatch[];
  /** Null where the broker took them. */
  readonly error: Error | null;
}

export interface ShareNodeEvents {
  memberId(): string;
  onAcquired(records: AcquiredRecords): void;
  onSettled(result: AcknowledgementResult): void;
  /** Records that the broker keeps for longer. */
  onRenewed(records: readonly ShareRecords[]): void;
  onLockTimeout(timeoutMs: number): void;
  /** A partition is led by another broker now, or that has to be found out. */
  onMoved(partition: TopicPartition, leader: { readonly leaderId: number; readonly leaderEpoch: number }): void;
  wishMetadata(): void;
  /** Nothing can be read until somebody changes something. */
  onError(error: Error): void;
  onProgress(): void;
}

interface Pending {
  readonly partition: SharePartition;
  readonly runs: AcknowledgementRuns;
  /** Records whose time is prolonged. */
  renewing: ShareRecords[];
  /** Until then it is tried again where that may help. */
  readonly deadlineMs: number;
}

interface Sent extends AcknowledgedPartition {
  readonly pending: Pending;
}

/** One broker that leads partitions of a share consumer: its session, and one request at a time, as sessions want it. */
export class ShareNode {
  readonly id: number;
  isFetching = false;
  private readonly cluster: Cluster;
  private readonly settings: ShareConsumerSettings;
  private readonly events: ShareNodeEvents;
  private readonly session = new ShareSession();
  private pending = new Map<string, Pending>();
  private sent: readonly Sent[] = [];
  private wanted: readonly SharePartition[] | null = null;
  private busy: Promise<void> | null = null;
  private closed = false;

  constructor(id: number, cluster: Cluster, settings: ShareConsumerSettings, events: ShareNodeEvents) {
    this.id = id;
    this.cluster = cluster;
    this.settings = settings;
    this.events = events;
  }

  /** Whether the broker has not answered to all that was acknowledged. */
  get hasUnsettled(): boolean {
    return this.pending.size > 0 || this.sent.length > 0;
  }

  /** Whether records are being renewed: they come before all others. */
  get isRenewing(): boolean {
    const isOf = ({ renewing }: Pending) => renewing.length > 0;
    return [...this.pending.values()].some(isOf) || this.sent.some(({ pending }) => isOf(pending));
  }

  /** Takes acknowledgements along with the next request. @param renewed records of which some are renewed */
  add({ partition, generation }: ShareOrigin, runs: AcknowledgementRuns, renewed: ShareRecords | null = null): void {
    if (runs.isEmpty) return;
    const renewing = renewed === null ? [] : [renewed];
    if (generation !== this.session.generation || this.closed) {
      this.settle({ partition, runs, renewing, deadlineMs: 0 }, runs.batches(), lost());
      return;
    }
    const known = this.pending.get(partition.key);
    if (known === undefined) {
      const deadlineMs = this.nowMs() + this.settings.defaultApiTimeoutMs;
      this.pending.set(partition.key, { partition, runs, renewing, deadlineMs });
    } else {
      known.runs.addAll(runs);
      known.renewing.push(...renewing);
    }
  }

  /** Fetches these as soon as it has nothing else to do. */
  fetch(wanted: readonly SharePartition[]): void {
    this.wanted = wanted;
    this.advance();
  }

  /** Sends what was acknowledged. */
  advance(): void {
    if (this.busy !== null || this.closed) return;
    const { wanted } = this;
    const rides = wanted !== null && [...this.pending.values()].every((one) => ridesWith(one, wanted));
    if (this.pending.size > 0 && !rides) this.run(this.sendAcknowledge(this.takePending()));
    else if (wanted !== null) {
      this.wanted = null;
      this.isFetching = true;
      this.run(this.sendFetch(wanted, this.takePending()));
    }
  }

  /** Ends the session: what is not acknowledged by now goes to others. Never fails. */
  async close(timeoutMs: number): Promise<void> {
    this.wanted = null;
    const deadlineMs = this.nowMs() + timeoutMs;
    if (this.busy !== null) await Promise.race([this.busy, this.cluster.pauses.wait(timeoutMs)]).catch(() => undefined);
    const sent = this.takePending();
    this.closed = true;
    const connection = this.cluster.currentConnection(this.id, 'fetch');
    if (!this.session.isOpen || connection === null || this.busy !== null) {
      for (const one of sent) this.settle(one.pending, one.batches, lost());
      return;
    }
    const isRenewAck = sent.some(({ pending }) => pending.runs.hasRenewals);
    const request = { ...this.ids(), ...this.session.close(sent), ...(isRenewAck ? { isRenewAck } : {}) };
    try {
      const leftMs = Math.max(1, deadlineMs - this.nowMs());
      const response = await connection.send(shareAcknowledgeApi, request, { timeoutMs: leftMs });
      this.settleAll(sent, kafkaErrorOf(response.errorCode, response.errorMessage), errorsOf(response.responses));
    } catch (error) {
      this.settleAll(sent, asError(error), new Map());
    }
  }

  private nowMs(): number {
    return this.cluster.host.clock.monotonicMs();
  }

  private ids() {
    return { groupId: this.settings.groupId, memberId: this.events.memberId() };
  }

  private takePending(): readonly Sent[] {
    const sent = [...this.pending.values()].map((pending) => {
      return { pending, partition: pending.partition, batches: pending.runs.batches() };
    });
    this.pending = new Map();
    this.sent = sent;
    return sent;
  }

  /** @param request never fails */
  private run(request: Promise<void>): void {
    const busy = request.then(() => {
      this.busy = null;
      this.isFetching = false;
      this.wanted = null;
      this.events.onProgress();
      if (this.pending.size > 0) this.advance();
    });
    this.busy = busy;
  }

  private async sendFetch(wanted: readonly SharePartition[], sent: readonly Sent[]): Promise<void> {
    const { settings, session } = this;
    try {
      const connection = await this.cluster.connectToNode(this.id, 'fetch');
      const request = {
        ...this.ids(),
        maxWaitMs: settings.fetchMaxWaitMs,
        minBytes: settings.fetchMinBytes,
        maxBytes: settings.fetchMaxBytes,
        maxRecords: settings.maxPollRecords,
        batchSize: settings.maxPollRecords,
        shareAcquireMode: settings.isRecordLimit ? 1 : 0,
        ...session.fetch(wanted, sent),
      };
      const response = await connection.send(shareFetchApi, request);
      const error = kafkaErrorOf(response.errorCode, response.errorMessage);
      if (error !== null) throw error;
      session.onFetched();
      this.onFetched(response, wanted, sent);
    } catch (error) {
      await this.failed(asError(error), sent);
    }
  }

  private async sendAcknowledge(sent: readonly Sent[]): Promise<void> {
    try {
      const connection = await this.cluster.connectToNode(this.id, 'fetch');
      const isRenewAck = sent.some(({ pending }) => pending.runs.hasRenewals);
      const request = { ...this.ids(), ...this.session.acknowledge(sent), ...(isRenewAck ? { isRenewAck } : {}) };
      const response = await connection.send(shareAcknowledgeApi, request);
      const error = kafkaErrorOf(response.errorCode, response.errorMessage);
      if (error !== null) throw error;
      this.session.onAcknowledged();
      if (response.acquisitionLockTimeoutMs > 0) this.events.onLockTimeout(response.acquisitionLockTimeoutMs);
      this.addEndpoints(response.nodeEndpoints);
      this.settleAll(sent, null, errorsOf(response.responses));
    } catch (error) {
      await this.failed(asError(error), sent);
    }
  }

  /** The session is over, and with it all that was acquired by it. */
  private async failed(error: Error, sent: readonly Sent[]): Promise<void> {
    this.session.onFailure();
    this.settleAll(sent, error, new Map());
    if (this.cluster.isClosed) return;
    for (const one of this.pending.values()) this.settle(one, one.runs.batches(), lost());
    this.pending.clear();
    if (isOfSession(error)) return;
    this.events.wishMetadata();
    if (!isRetriable(error)) this.events.onError(error);
    await this.cluster.pauses.wait(this.settings.retryBackoffMs).catch(() => undefined);
  }

  private addEndpoints(endpoints: ShareFetchResponse['nodeEndpoints']): void {
    for (const { nodeId, host, port, rack } of endpoints) {
      this.cluster.metadata.nodes.set(nodeId, { id: nodeId, host, port, rack });
    }
  }

  private onFetched(response: ShareFetchResponse, wanted: readonly SharePartition[], sent: readonly Sent[]): void {
    this.addEndpoints(response.nodeEndpoints);
    if (response.acquisitionLockTimeoutMs > 0) this.events.onLockTimeout(response.acquisitionLockTimeoutMs);
    const errors = new Map<string, Error | null>();
    const known = new Map(wanted.map((one) => [one.key, one]));
    const { generation } = this.session;
    for (const { topicId, partitions } of response.responses) {
      for (const data of partitions) {
        const key = partitionKey(topicId, data.partitionIndex);
        errors.set(key, kafkaErrorOf(data.acknowledgeErrorCode, data.acknowledgeErrorMessage));
        const partition = known.get(key);
        if (partition === undefined) continue;
        const error = kafkaErrorOf(data.errorCode, data.errorMessage);
        if (error !== null) this.onPartitionError(partition, error, data.currentLeader);
        else if (data.acquiredRecords.length > 0) {
          const origin = { node: this.id, generation, partition };
          this.events.onAcquired(new AcquiredRecords(origin, data.records, data.acquiredRecords, this.settings));
        }
      }
    }
    this.settleAll(sent, null, errors);
  }

  private onPartitionError(
    partition: SharePartition,
    error: KafkaError,
    leader: { readonly leaderId: number; readonly leaderEpoch: number },
  ): void {
    const { refreshMetadata, retriable } = errorNamed(error.error);
    if (refreshMetadata) this.events.onMoved(partition, leader);
    else if (!retriable || error.error === 'CORRUPT_MESSAGE') {
      this.events.onError(
        new KafkaError(error.error, `${partitionKey(partition.topic, partition.partition)}: ${error.message}`),
      );
    }
  }

  private settleAll(sent: readonly Sent[], whole: Error | null, errors: ReadonlyMap<string, Error | null>): void {
    this.sent = [];
    for (const { pending, partition, batches } of sent) {
      const told = errors.get(partition.key);
      const error = whole ?? (told === undefined ? unanswered(partition) : told);
      if (whole === null && error !== null && this.isWorthAnother(error, pending))
        this.pending.set(partition.key, pending);
      else this.settle(pending, batches, error);
    }
  }

  private isWorthAnother(error: Error, { deadlineMs, partition }: Pending): boolean {
    if (this.closed || this.pending.has(partition.key) || this.nowMs() >= deadlineMs) return false;
    return error instanceof KafkaError && errorNamed(error.error).retriable && !errorNamed(error.error).refreshMetadata;
  }

  private settle(
    { partition, renewing }: Pending,
    batches: readonly AcknowledgementBatch[],
    error: Error | null,
  ): void {
    for (const records of renewing) this.events.onRenewed(records.settleRenewals(error === null));
    const { topic, topicId, partition: number } = partition;
    this.events.onSettled({ topic, topicId, partition: number, batches, error });
  }
}

/** Renewals have a request of their own, and what is not fetched any more is not named in a fetch. */
function ridesWith({ partition, runs }: Pending, wanted: readonly SharePartition[]): boolean {
  return !runs.hasRenewals && wanted.some(({ key }) => key === partition.key);
}

function errorsOf(
  responses: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: number;
      readonly errorMessage: string | null;
    }[];
  }[],
): Map<string, Error | null> {
  const errors = new Map<string, Error | null>();
  for (const { topicId, partitions } of responses) {
    for (const { partitionIndex, errorCode: code, errorMessage } of partitions) {
      errors.set(partitionKey(topicId, partitionIndex), kafkaErrorOf(code, errorMessage));
    }
  }
  return errors;
}

/** The broker has forgotten the session, or counts it otherwise: a new one can begin at once. */
const isOfSession = (error: Error): boolean =>
  error instanceof KafkaError &&
  (error.error === 'SHARE_SESSION_NOT_FOUND' || error.error === 'INVALID_SHARE_SESSION_EPOCH');

const lost = (): KafkaError => new KafkaError('SHARE_SESSION_NOT_FOUND');

const unanswered = ({ topic, partition }: SharePartition): KafkaError =>
  new KafkaError('UNKNOWN_SERVER_ERROR', `the broker did not answer for ${partitionKey(topic, partition)}`);
