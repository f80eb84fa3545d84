/** Which partitions a consumer has and where it stands in each. Pure: others fetch, look offsets up, and tell. */
import { KafkaError } from '../../protocol/errors.js';
import { comparePartitions, keyOf, partitionKey, type TopicPartition } from '../topic-partition.js';

export interface FetchPosition {
  readonly offset: number;
  /** Leader epoch of the record before it; -1 where it is not known. */
  readonly offsetEpoch: number;
}

export interface PartitionState extends TopicPartition {
  readonly key: string;
  /** Of the next record that `poll` gives; null until it was looked up. */
  position: FetchPosition | null;
  /** Wants the offset that auto.offset.reset or a seek to the beginning or end names. */
  resetTo: 'default' | 'earliest' | 'latest' | null;
  isPaused: boolean;
  /** The leader epoch under which the position was last found to be right; null: it has to be checked. */
  validatedEpoch: number | null;
  highWatermark: number;
  lastStableOffset: number;
  logStartOffset: number;
  /** Grows with each seek and assignment, so that what was asked before is known to be stale. */
  version: number;
}

export class SubscriptionState {
  readonly partitions = new Map<string, PartitionState>();
  private nextVersion = 1;

  assigned(): TopicPartition[] {
    return [...this.partitions.values()].map(({ topic, partition }) => ({ topic, partition })).sort(comparePartitions);
  }

  get(topic: string, partition: number): PartitionState | undefined {
    return this.partitions.get(partitionKey(topic, partition));
  }

  /** @throws KafkaError where the partition is not assigned. */
  require({ topic, partition }: TopicPartition): PartitionState {
    const state = this.get(topic, partition);
    if (state !== undefined) return state;
    throw new KafkaError('INVALID_REQUEST', `No current assignment for partition ${partitionKey(topic, partition)}`);
  }

  /** Makes the assignment this; partitions that stay keep their positions. */
  assign(wanted: readonly TopicPartition[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const key of [...this.partitions.keys()]) if (!keys.has(key)) this.partitions.delete(key);
    for (const { topic, partition } of wanted) {
      const key = partitionKey(topic, partition);
      if (this.partitions.has(key)) continue;
      this.partitions.set(key, {
        key,
        topic,
        partition,
        position: null,
        resetTo: null,
        isPaused: false,
        validatedEpoch: null,
        highWatermark: -1,
        lastStableOffset: -1,
        logStartOffset: -1,
        version: this.nextVersion++,
      });
    }
  }

  seek(state: PartitionState, position: FetchPosition): void {
    state.position = position;
    state.resetTo = null;
    state.validatedEpoch = null;
    state.version = this.nextVersion++;
  }

  requestReset(state: PartitionState, resetTo: 'default' | 'earliest' | 'latest'): void {
    state.position = null;
    state.resetTo = resetTo;
    state.version = this.nextVersion++;
  }

  needingCommitted(): PartitionState[] {
    return [...this.partitions.values()].filter(({ position, resetTo }) => position === null && resetTo === null);
  }

  needingReset(): PartitionState[] {
    return [...this.partitions.values()].filter(({ position, resetTo }) => position === null && resetTo !== null);
  }
}
