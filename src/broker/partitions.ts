import { Waiting } from '../base/waiting.js';
import type { ErrorName } from '../protocol/errors.js';
import type { BrokerMetadata } from './broker-metadata.js';
import type { Partition } from './partition.js';

/** A long poll: it is told of bytes that came in, and that its partitions are to be looked at anew. */
export interface FetchWaiter {
  arrived(sizeBytes: number): void;
  lookAgain(): void;
}

/** All partitions of which this broker has a replica. */
export class Partitions {
  readonly fetchWaiters = new Waiting<FetchWaiter>();
  /** Somebody looks for a partition that is not here: it may be added while this is called. */
  onMissing: (topic: string, index: number) => void = () => undefined;
  private readonly byTopic = new Map<string, Map<number, Partition>>();
  private readonly metadata: BrokerMetadata;
  private readonly nodeId: number;

  constructor(metadata: BrokerMetadata, nodeId: number) {
    this.metadata = metadata;
    this.nodeId = nodeId;
  }

  get(topic: string, index: number): Partition | undefined {
    const partition = this.byTopic.get(topic)?.get(index);
    if (partition !== undefined) return partition;
    this.onMissing(topic, index);
    return this.byTopic.get(topic)?.get(index);
  }

  isOpen(topic: string, index: number): boolean {
    return this.byTopic.get(topic)?.has(index) === true;
  }

  *all(): Generator<Partition> {
    for (const partitions of this.byTopic.values()) yield* partitions.values();
  }

  /** The partition to read from or write to, or why it cannot be had here. */
  leader(topic: string, index: number): Partition | ErrorName {
    const partition = this.get(topic, index);
    if (partition?.isLeader) return partition;
    const known = this.metadata.image.partition(topic, index);
    if (known === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
    const dataIsAway = partition === undefined && known.replicas.includes(this.nodeId);
    return dataIsAway ? 'KAFKA_STORAGE_ERROR' : 'NOT_LEADER_OR_FOLLOWER';
  }

  add(partition: Partition): void {
    const partitions = this.byTopic.get(partition.topic) ?? new Map<number, Partition>();
    partitions.set(partition.index, partition);
    this.byTopic.set(partition.topic, partitions);
  }

  remove(partition: Partition): void {
    const partitions = this.byTopic.get(partition.topic);
    if (partitions?.get(partition.index) !== partition) return;
    partitions.delete(partition.index);
    if (partitions.size === 0) this.byTopic.delete(partition.topic);
    this.wakeAll(partition);
  }

  /** Records came in: polls that wait for enough of them count along. */
  wake(partition: Partition, sizeBytes: number): void {
    if (this.fetchWaiters.size === 0) return;
    for (const waiter of this.fetchWaiters.on(partition.name)) waiter.arrived(sizeBytes);
  }

  /** Something else than records changed: leadership, existence, the start of the log. */
  wakeAll(partition: Partition): void {
    for (const waiter of this.fetchWaiters.on(partition.name)) waiter.lookAgain();
  }
}
