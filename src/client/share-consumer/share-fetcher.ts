import { asError } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import type { TopicPartition } from '../topic-partition.js';
import { AcknowledgementRuns } from './acknowledgement-runs.js';
import type { AcquiredRecords } from './acquired-records.js';
import type { ShareConsumerSettings } from './share-consumer-config.js';
import { type AcknowledgementResult, ShareNode } from './share-node.js';
import type { ShareRecords } from './share-records.js';
import type { SharePartition } from './share-session.js';

export interface ShareFetcherEvents {
  memberId(): string;
  wishMetadata(): void;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

/** Fetches records of the assigned partitions from their leaders, and acknowledges them there. */
export class ShareFetcher {
  /** How long a record is kept for this member, as the broker last told; null before. */
  lockTimeoutMs: number | null = null;
  private readonly cluster: Cluster;
  private readonly settings: ShareConsumerSettings;
  private readonly events: ShareFetcherEvents;
  private readonly nodes = new Map<number, ShareNode>();
  private assigned: readonly SharePartition[] = [];
  private buffer: AcquiredRecords[] = [];
  private renewed: ShareRecords[] = [];
  private results: AcknowledgementResult[] = [];
  private lastNode = -1;
  private error: Error | null = null;

  constructor(cluster: Cluster, settings: ShareConsumerSettings, events: ShareFetcherEvents) {
    this.cluster = cluster;
    this.settings = settings;
    this.events = events;
  }

  /** Makes the assignment this. What came of partitions that are gone, and nobody has read, goes to others. */
  assign(partitions: readonly SharePartition[]): void {
    this.assigned = partitions;
    const keys = new Set(partitions.map(({ key }) => key));
    const [kept, gone] = [true, false].map((isKept) =>
      this.buffer.filter(({ origin }) => keys.has(origin.partition.key) === isKept),
    ) as [AcquiredRecords[], AcquiredRecords[]];
    this.buffer = kept;
    for (const records of gone) {
      records.release();
      this.hand(records);
    }
    this.flush();
  }

  assignment(): readonly SharePartition[] {
    return this.assigned;
  }

  /** Whether records are being renewed: what is fetched comes after them. */
  get isRenewing(): boolean {
    return [...this.nodes.values()].some((node) => node.isRenewing);
  }

  /** Whether the brokers have not answered to all that was acknowledged. */
  get hasUnsettled(): boolean {
    return [...this.nodes.values()].some((node) => node.hasUnsettled);
  }

  /** Puts what was said of records on its way to their broker; it is sent with the next fetch, or by {@link flush}. */
  acknowledge(records: ShareRecords): void {
    const runs = new AcknowledgementRuns();
    const hasRenewals = records.take(runs);
    this.nodeOf(records.origin.node).add(records.origin, runs, hasRenewals ? records : null);
  }

  flush(): void {
    for (const node of this.nodes.values()) node.advance();
  }

  /**
   * Records that are here, of whole batches, until there are `limit` or more; renewed ones before all others.
   * @throws the error that came instead of records.
   */
  collect(limit: number): ShareRecords[] {
    if (this.renewed.length > 0) return this.renewed.splice(0);
    const collected: ShareRecords[] = [];
    let count = 0;
    for (
      let first = this.buffer[0];
      first !== undefined && count < limit && this.error === null;
      first = this.buffer[0]
    ) {
      const records = this.taken(first);
      if (records === null) continue;
      collected.push(records);
      count += records.count;
    }
    if (collected.length > 0 || this.error === null) return collected;
    const { error } = this;
    this.error = null;
    throw error;
  }

  /** Asks each broker that leads assigned partitions and has no request on its way for more. */
  fetch(): void {
    const byNode = new Map<number, SharePartition[]>();
    for (const one of this.assigned) {
      const leader = this.cluster.metadata.partition(one.topic, one.partition)?.leader ?? -1;
      if (leader < 0) {
        this.events.wishMetadata();
        continue;
      }
      const known = byNode.get(leader);
      if (known === undefined) byNode.set(leader, [one]);
      else known.push(one);
    }
    for (const id of this.chosen([...byNode.keys()])) {
      const node = this.nodeOf(id);
      if (!node.isFetching) node.fetch(byNode.get(id) as SharePartition[]);
    }
    this.flush();
  }

  /** What brokers said to acknowledgements since the last time. */
  takeResults(): AcknowledgementResult[] {
    return this.results.splice(0);
  }

  /** Sends what was acknowledged and ends the sessions. Never fails. */
  async close(timeoutMs: number): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => node.close(timeoutMs)));
    this.buffer = [];
  }

  /** The next records of the buffer's first; what cannot be read is told when those before it were given out. */
  private taken(acquired: AcquiredRecords): ShareRecords | null {
    try {
      const records = acquired.take();
      if (records === null) {
        this.buffer.shift();
        this.hand(acquired);
      }
      return records;
    } catch (error) {
      this.error = asError(error);
      return null;
    }
  }

  private hand({ origin, ownRuns }: AcquiredRecords): void {
    this.nodeOf(origin.node).add(origin, ownRuns);
  }

  /** With a limit of records only one broker is asked at a time, each in its turn. */
  private chosen(nodes: number[]): number[] {
    if (!this.settings.isRecordLimit || nodes.length === 0) return nodes;
    if ([...this.nodes.values()].some(({ isFetching }) => isFetching)) return [];
    nodes.sort((a, b) => a - b);
    this.lastNode = nodes.find((id) => id > this.lastNode) ?? (nodes[0] as number);
    return [this.lastNode];
  }

  private nodeOf(id: number): ShareNode {
    const known = this.nodes.get(id);
    if (known !== undefined) return known;
    const node = new ShareNode(id, this.cluster, this.settings, {
      memberId: this.events.memberId,
      onAcquired: (records) => this.onAcquired(records),
      onSettled: (result) => this.results.push(result),
      onRenewed: (records) => this.renewed.push(...records),
      onLockTimeout: (timeoutMs) => {
        this.lockTimeoutMs = timeoutMs;
      },
      onMoved: (partition, leader) => this.onMoved(partition, leader),
      wishMetadata: this.events.wishMetadata,
      onError: (error) => {
        this.error = error;
      },
      onProgress: this.events.onProgress,
    });
    this.nodes.set(id, node);
    return node;
  }

  private onAcquired(records: AcquiredRecords): void {
    if (this.assigned.some(({ key }) => key === records.origin.partition.key)) {
      this.buffer.push(records);
      return;
    }
    records.release();
    this.hand(records);
  }

  private onMoved(
    { topic, partition }: TopicPartition,
    { leaderId, leaderEpoch }: { readonly leaderId: number; readonly leaderEpoch: number },
  ): void {
    if (!this.cluster.metadata.updateLeader(topic, partition, leaderId, leaderEpoch)) this.events.wishMetadata();
  }
}
