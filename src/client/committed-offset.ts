/** A committed offset, and how the requests for them name it. */
import { ZERO_UUID } from '../base/bytes.js';
import type { Init } from '../protocol/codec-runtime.js';
import type { OffsetCommitRequestTopic } from '../protocol/generated/offset-commit.js';
import { kafkaErrorOf } from './client-errors.js';
import type { Result } from './fan-out.js';
import { byTopic, type OfPartition, type TopicPartition } from './topic-partition.js';

/** The last version of OffsetCommit and OffsetFetch that names topics instead of giving their ids. */
export const LAST_VERSION_WITH_NAMES = 9;

export interface CommittedOffset {
  readonly offset: number;
  /** -1 where it is not known. */
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/** An offset of which nothing else is known. */
export const offsetAlone = (offset: number): CommittedOffset => ({ offset, leaderEpoch: -1, metadata: '' });

export const topicsToCommit = (offsets: readonly OfPartition<CommittedOffset>[]): Init<OffsetCommitRequestTopic>[] =>
  [...byTopic(offsets)].map(([name, ofTopic]) => ({
    name,
    topicId: ZERO_UUID,
    partitions: ofTopic.map(({ partition, value }) => ({
      partitionIndex: partition,
      committedOffset: value.offset,
      committedLeaderEpoch: value.leaderEpoch,
      committedMetadata: value.metadata,
    })),
  }));

export const topicsToFetch = (partitions: readonly TopicPartition[]) =>
  [...byTopic(partitions)].map(([name, ofTopic]) => ({
    name,
    partitionIndexes: ofTopic.map(({ partition }) => partition),
  }));

interface FetchedTopic {
  readonly name: string;
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly committedOffset: number;
    readonly committedLeaderEpoch: number;
    readonly metadata: string | null;
    readonly errorCode: number;
  }[];
}

/** Partitions without an offset have the value null. */
export const fetchedOffsets = (topics: readonly FetchedTopic[]): OfPartition<Result<CommittedOffset | null>>[] =>
  topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode }) => {
      const found =
        committedOffset < 0
          ? null
          : { offset: committedOffset, leaderEpoch: committedLeaderEpoch, metadata: metadata ?? '' };
      return { topic: name, partition: partitionIndex, value: kafkaErrorOf(errorCode) ?? found };
    }),
  );
