import { ZERO_UUID } from '../../../base/bytes.js';
import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { OffsetCommitValue } from '../../../protocol/generated/offset-commit-value.js';
import { PendingOffsets } from './pending-offsets.js';

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
  /** Set by clients of old that chose their own retention; -1 otherwise. */
  readonly expireTimestampMs: number;
  readonly topicId: string;
  /** Where it stands in the log, which decides between one in a transaction and one that counted at once. */
  readonly recordOffset?: number;
}

const OFFSET_COMMIT_VERSION = 4;
/** The only version that has a time of expiry of its own. */
const VERSION_WITH_EXPIRY = 1;

/** Committed offsets by group, topic and partition. */
export class Offsets {
  /** Of transactions that have not ended. */
  readonly pending = new PendingOffsets();
  private readonly byGroup = new Map<string, Map<string, Map<number, CommittedOffset>>>();

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.byGroup.get(group)?.get(topic)?.get(partition);
  }

  topics(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.byGroup.get(group) ?? NO_TOPICS;
  }

  groups(): Iterable<string> {
    return this.byGroup.keys();
  }

  has(group: string): boolean {
    return this.byGroup.has(group);
  }

  /** @param producerId whose transaction the commit is part of; left out where it counts at once */
  replay(
    group: string,
    topic: string,
    partition: number,
    value: OffsetCommitValue | null,
    recordOffset?: number,
    producerId?: number,
  ): void {
    if (value === null) {
      this.remove(group, topic, partition);
      this.pending.remove(group, topic, partition);
      return;
    }
    const committed = committedOf(value, recordOffset);
    if (producerId === undefined) this.put(group, topic, partition, committed);
    else this.pending.put(producerId, { group, topic, partition, committed });
  }

  /** The transaction of a producer has ended: what it committed counts now, or never did. */
  endTransaction(producerId: number, isCommit: boolean): void {
    for (const { group, topic, partition, committed } of this.pending.take(producerId)) {
      if (!isCommit) continue;
      const known = this.get(group, topic, partition);
      // One that was made outside of the transaction while it was open is newer.
      const isNewest =
        known?.recordOffset === undefined ||
        committed.recordOffset === undefined ||
        committed.recordOffset > known.recordOffset;
      if (isNewest) this.put(group, topic, partition, committed);
    }
  }

  private put(group: string, topic: string, partition: number, committed: CommittedOffset): void {
    const topics = this.byGroup.get(group) ?? new Map<string, Map<number, CommittedOffset>>();
    const partitions = topics.get(topic) ?? new Map<number, CommittedOffset>();
    partitions.set(partition, committed);
    topics.set(topic, partitions);
    this.byGroup.set(group, topics);
  }

  private remove(group: string, topic: string, partition: number): void {
    const topics = this.byGroup.get(group);
    const partitions = topics?.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) topics?.delete(topic);
    if (topics?.size === 0) this.byGroup.delete(group);
  }
}

const committedOf = (value: OffsetCommitValue, recordOffset?: number): CommittedOffset => ({
  offset: value.offset,
  leaderEpoch: value.leaderEpoch,
  metadata: value.metadata,
  commitTimestampMs: value.commitTimestamp,
  expireTimestampMs: value.expireTimestamp,
  topicId: value.topicId,
  recordOffset,
});

const NO_TOPICS: ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> = new Map();

export function offsetRecord(group: string, topic: string, partition: number, committed: CommittedOffset): GroupRecord {
  return {
    type: 'OffsetCommit',
    version: committed.expireTimestampMs >= 0 ? VERSION_WITH_EXPIRY : OFFSET_COMMIT_VERSION,
    key: { group, topic, partition },
    value: {
      offset: committed.offset,
      leaderEpoch: committed.leaderEpoch,
      metadata: committed.metadata,
      commitTimestamp: committed.commitTimestampMs,
      expireTimestamp: committed.expireTimestampMs,
      topicId: committed.expireTimestampMs >= 0 ? ZERO_UUID : committed.topicId,
    },
  };
}

export function offsetTombstone(group: string, topic: string, partition: number): GroupRecord {
  return { type: 'OffsetCommit', version: OFFSET_COMMIT_VERSION, key: { group, topic, partition }, value: null };
}
