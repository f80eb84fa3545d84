import { ZERO_UUID } from '../../base/bytes.js';
import { KafkaError } from '../../protocol/errors.js';
import { type FetchResponse, fetchApi, type PartitionData } from '../../protocol/generated/fetch.js';
import { asError, isRetriable, kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import { partitionKey } from '../topic-partition.js';
import type { ConsumedRecords } from './consumed-records.js';
import type { ConsumerSettings } from './consumer-config.js';
import { OffsetOutOfRangeError } from './consumer-errors.js';
import { FetchSession, type WantedPartition } from './fetch-session.js';
import { FetchedPartition } from './fetched-partition.js';
import type { PartitionState, SubscriptionState } from './subscription-state.js';

/** The last version that names topics instead of giving their ids. */
const LAST_VERSION_WITH_NAMES = 12;
/** Fetches of one partition that are kept before it is fetched again: one is read while the next comes. */
const BUFFERED_FETCHES = 2;
const PREFERRED_REPLICA_LEASE_MS = 300_000;

export interface FetcherEvents {
  wishMetadata(): void;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

interface Asked extends WantedPartition {
  readonly version: number;
}

/** Fetches ahead of the application: one request a broker at a time, a few fetches of each partition. */
export class Fetcher {
  private readonly cluster: Cluster;
  private readonly settings: ConsumerSettings;
  private readonly state: SubscriptionState;
  private readonly events: FetcherEvents;
  private readonly sessions = new Map<number, FetchSession>();
  private readonly busy = new Set<number>();
  private readonly buffers = new Map<string, FetchedPartition[]>();
  private readonly preferred = new Map<string, { readonly node: number; readonly untilMs: number }>();
  private error: Error | null = null;
  private closed = false;

  constructor(cluster: Cluster, settings: ConsumerSettings, state: SubscriptionState, events: FetcherEvents) {
    this.cluster = cluster;
    this.settings = settings;
    this.state = state;
    this.events = events;
  }

  /** Sends a request to each broker that has partitions to fetch and none on its way. */
  sendFetches(): void {
    const byNode = new Map<number, Asked[]>();
    const { metadata } = this.cluster;
    for (const state of this.state.partitions.values()) {
      const buffer = this.fresh(state);
      if (state.position === null || state.isPaused || buffer.length >= BUFFERED_FETCHES) continue;
      const partition = metadata.partition(state.topic, state.partition);
      const leader = partition?.leader ?? -1;
      if (partition === undefined || leader < 0) {
        this.events.wishMetadata();
        continue;
      }
      if (state.validatedEpoch !== partition.leaderEpoch) continue;
      const asked: Asked = {
        topic: state.topic,
        partition: state.partition,
        key: state.key,
        topicId: metadata.topicId(state.topic),
        fetchOffset: buffer.at(-1)?.endOffset ?? state.position.offset,
        currentLeaderEpoch: partition.leaderEpoch,
        maxBytes: this.settings.maxPartitionFetchBytes,
        version: state.version,
      };
      const node = this.replicaFor(state.key, leader);
      const known = byNode.get(node);
      if (known === undefined) byNode.set(node, [asked]);
      else known.push(asked);
    }
    for (const [node, asked] of byNode) if (!this.busy.has(node)) this.fetch(node, asked);
  }

  /** @throws the error that came instead of records. */
  collect(limit: number): ConsumedRecords[] {
    const collected: ConsumedRecords[] = [];
    let left = limit;
    for (const [key, buffer] of this.buffers) {
      const state = this.state.partitions.get(key);
      if (state === undefined) {
        this.buffers.delete(key);
        continue;
      }
      if (state.isPaused) continue;
      if (left === 0) break;
      left -= this.collectOf(state, buffer, left, collected);
      if (this.fresh(state).length === 0) this.buffers.delete(key);
    }
    if (collected.length === 0 && this.error !== null) {
      const { error } = this;
      this.error = null;
      throw error;
    }
    return collected;
  }

  /** Whether there are records that could be given out at once. */
  get hasBuffered(): boolean {
    for (const [key, buffer] of this.buffers) {
      if (buffer.length > 0 && this.state.partitions.get(key)?.isPaused === false) return true;
    }
    return this.error !== null;
  }

  /** Tells brokers that the sessions are over; answers are not waited for. */
  close(): void {
    this.closed = true;
    for (const [node, session] of this.sessions) {
      const ids = session.closingRequest();
      const connection = this.cluster.currentConnection(node, 'fetch');
      if (ids === null || connection === null || this.busy.has(node)) continue;
      connection.send(fetchApi, { ...this.limits(), maxWaitMs: 0, ...ids }).catch(() => undefined);
    }
    this.buffers.clear();
  }

  /** Records of one partition, in order, as many as are wanted. An error waits until those before it are given out. */
  private collectOf(state: PartitionState, buffer: FetchedPartition[], limit: number, into: ConsumedRecords[]): number {
    let count = 0;
    while (count < limit) {
      const fetched = this.fresh(state)[0];
      if (fetched === undefined) break;
      try {
        const records = fetched.take(limit - count);
        state.position = { offset: fetched.nextOffset, offsetEpoch: epochAfter(fetched, state) };
        if (records === null) {
          buffer.shift();
          continue;
        }
        into.push(records);
        count += records.count;
      } catch (error) {
        this.buffers.delete(state.key);
        this.error = asError(error);
        break;
      }
    }
    return count;
  }

  /** What was fetched for the position that the partition has now; what a seek left behind goes. */
  private fresh(state: PartitionState): FetchedPartition[] {
    const buffer = this.buffers.get(state.key);
    if (buffer === undefined) return [];
    while (buffer[0] !== undefined && buffer[0].version !== state.version) buffer.shift();
    return buffer;
  }

  private replicaFor(key: string, leader: number): number {
    const preferred = this.preferred.get(key);
    if (preferred === undefined) return leader;
    const isValid = preferred.untilMs > this.cluster.host.clock.monotonicMs() && this.cluster.node(preferred.node);
    if (isValid) return preferred.node;
    this.preferred.delete(key);
    return leader;
  }

  private fetch(node: number, asked: Asked[]): void {
    this.busy.add(node);
    this.send(node, asked).then(
      () => this.done(node),
      (error: unknown) => {
        this.sessions.get(node)?.onFailure();
        if (this.closed) return;
        for (const { key } of asked) this.preferred.delete(key);
        this.events.wishMetadata();
        if (!isRetriable(error)) this.error = asError(error);
        const { retryBackoffMs } = this.settings;
        this.cluster.pauses.wait(retryBackoffMs).then(
          () => this.done(node),
          () => undefined,
        );
      },
    );
  }

  private done(node: number): void {
    this.busy.delete(node);
    if (this.closed) return;
    this.sendFetches();
    this.events.onProgress();
  }

  private async send(node: number, asked: Asked[]): Promise<void> {
    const connection = await this.cluster.connectToNode(node, 'fetch');
    let session = this.sessions.get(node);
    if (session === undefined) {
      session = new FetchSession();
      this.sessions.set(node, session);
    }
    const hasIds = asked.every(({ topicId }) => topicId !== ZERO_UUID);
    const limit = hasIds ? {} : { maxVersion: LAST_VERSION_WITH_NAMES };
    const version = connection.versionOf(fetchApi, limit.maxVersion);
    const rack = version >= 11 ? { rackId: this.settings.clientRack } : {};
    const response = await connection.send(fetchApi, { ...this.limits(), ...session.request(asked), ...rack }, limit);
    const error = kafkaErrorOf(response.errorCode);
    session.onResponse(error?.error ?? null, response.sessionId);
    if (error === null) this.onResponse(response, new Map(asked.map((one) => [one.key, one])));
    else if (!isRetriable(error)) throw error;
    else if (error.error === 'FETCH_SESSION_TOPIC_ID_ERROR') this.events.wishMetadata();
  }

  private limits() {
    return {
      maxWaitMs: this.settings.fetchMaxWaitMs,
      minBytes: this.settings.fetchMinBytes,
      maxBytes: this.settings.fetchMaxBytes,
      isolationLevel: this.settings.readCommitted ? 1 : 0,
    };
  }

  private onResponse(response: FetchResponse, asked: ReadonlyMap<string, Asked>): void {
    for (const { nodeId, host, port, rack } of response.nodeEndpoints) {
      this.cluster.metadata.nodes.set(nodeId, { id: nodeId, host, port, rack });
    }
    for (const { topic, topicId, partitions } of response.responses) {
      const name = topic === '' ? this.cluster.metadata.topicName(topicId) : topic;
      for (const data of partitions) {
        const state = name === undefined ? undefined : this.state.get(name, data.partitionIndex);
        const one = state === undefined ? undefined : asked.get(state.key);
        if (state === undefined || one === undefined || state.version !== one.version) continue;
        if (data.errorCode === 0) this.onRecords(state, one, data);
        else this.onError(state, one, data);
      }
    }
  }

  private onRecords(state: PartitionState, asked: Asked, data: PartitionData): void {
    state.highWatermark = data.highWatermark;
    state.lastStableOffset = data.lastStableOffset;
    if (data.logStartOffset >= 0) state.logStartOffset = data.logStartOffset;
    if (data.preferredReadReplica >= 0) {
      const untilMs = this.cluster.host.clock.monotonicMs() + PREFERRED_REPLICA_LEASE_MS;
      this.preferred.set(state.key, { node: data.preferredReadReplica, untilMs });
    }
    const { records } = data;
    if (records === null || records.length === 0) return;
    const { topic, partition, version, fetchOffset } = asked;
    const aborted = data.abortedTransactions ?? [];
    const fetched = new FetchedPartition(topic, partition, version, fetchOffset, records, aborted, this.settings);
    const buffer = this.buffers.get(state.key);
    if (buffer === undefined) this.buffers.set(state.key, [fetched]);
    else buffer.push(fetched);
  }

  private onError(state: PartitionState, asked: Asked, data: PartitionData): void {
    const error = kafkaErrorOf(data.errorCode) as KafkaError;
    if (error.error === 'OFFSET_OUT_OF_RANGE') {
      if (this.preferred.delete(state.key)) return;
      this.onOutOfRange(state, asked);
      return;
    }
    if (!isRetriable(error) || error.error === 'CORRUPT_MESSAGE') {
      this.error = new KafkaError(error.error, `${partitionKey(state.topic, state.partition)}: ${error.message}`);
      return;
    }
    const { leaderId, leaderEpoch } = data.currentLeader;
    const isTold = this.cluster.metadata.updateLeader(state.topic, state.partition, leaderId, leaderEpoch);
    if (!isTold && error.error !== 'UNKNOWN_LEADER_EPOCH' && error.error !== 'OFFSET_NOT_AVAILABLE')
      this.events.wishMetadata();
  }

  private onOutOfRange(state: PartitionState, { fetchOffset }: Asked): void {
    // What is buffered before it is still good; the end of that is where the reset begins.
    if (this.fresh(state).length > 0 || state.position?.offset !== fetchOffset) return;
    if (this.settings.offsetReset.kind !== 'none') {
      this.state.requestReset(state, 'default');
      return;
    }
    this.error = new OffsetOutOfRangeError(
      `Fetch position ${this.positionText(state)} is out of range for partition ${state.key}`,
    );
  }

  /** As Java prints a FetchPosition. */
  private positionText({ topic, partition, position }: PartitionState): string {
    const { leader = -1, leaderEpoch = -1 } = this.cluster.metadata.partition(topic, partition) ?? {};
    const node = this.cluster.node(leader);
    const text = node && `${node.host}:${node.port} (id: ${node.id} rack: ${node.rack} isFenced: false)`;
    const epoch =
      position !== null && position.offsetEpoch >= 0 ? `Optional[${position.offsetEpoch}]` : 'Optional.empty';
    const current = `LeaderAndEpoch{leader=${text ? `Optional[${text}]` : 'Optional.empty'}, epoch=${leaderEpoch}}`;
    return `FetchPosition{offset=${position?.offset}, offsetEpoch=${epoch}, currentLeader=${current}}`;
  }
}

const epochAfter = (fetched: FetchedPartition, state: PartitionState): number =>
  fetched.lastEpoch >= 0 ? fetched.lastEpoch : (state.position?.offsetEpoch ?? -1);
