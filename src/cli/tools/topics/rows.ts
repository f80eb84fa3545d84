import { ZERO_UUID } from '../../../base/bytes.js';
import type { DescribedPartition } from '../../../client/admin/describe-topics.js';
import type { TopicListing } from '../../../client/admin/list-topics.js';
import { partitionKey } from '../../../client/topic-partition.js';
import type { DescribedRow } from './partition-rows.js';

/** A row of `kafka-topics --list --output json`; its schema is TOPIC_LISTING_SCHEMA. */
export interface TopicListingRow {
  readonly topic: string;
  /** Null where the broker does not tell. */
  readonly topicId: string | null;
  readonly isInternal: boolean;
}

/** A row of `kafka-topics --describe --output json`; its schema is TOPIC_DESCRIPTION_SCHEMA. */
export interface TopicDescriptionRow extends TopicListingRow {
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Settings other than the defaults of Kafka; null where they must not be seen. */
  readonly configs: Readonly<Record<string, string | null>>;
  /** All, or those that a report asks for (--unavailable-partitions and the like); none with --topics-with-overrides. */
  readonly partitions: readonly TopicPartitionRow[];
}

export interface TopicPartitionRow {
  readonly partition: number;
  /** Null while there is none. */
  readonly leader: number | null;
  /** The preferred leader first. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Null where the broker does not tell (KIP-966). */
  readonly elr: readonly number[] | null;
  readonly lastKnownElr: readonly number[] | null;
  /** Where the partition is moving to and from; empty while it is not. */
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

export function topicListingRow({ name, topicId, isInternal }: TopicListing): TopicListingRow {
  return { topic: name, topicId: topicId === ZERO_UUID ? null : topicId, isInternal };
}

export function topicDescriptionRow(row: DescribedRow, shown: readonly DescribedPartition[]): TopicDescriptionRow {
  const { topic, overrides } = row;
  return {
    ...topicListingRow(topic),
    partitionCount: topic.partitions.length,
    replicationFactor: row.replicationFactor,
    configs: Object.fromEntries(overrides.map(({ name, value }) => [name, value])),
    partitions: shown.map((partition): TopicPartitionRow => {
      const moving = row.moving.get(partitionKey(topic.name, partition.partition));
      return {
        partition: partition.partition,
        leader: partition.leader < 0 ? null : partition.leader,
        replicas: partition.replicas,
        isr: partition.isr,
        elr: partition.eligibleLeaderReplicas,
        lastKnownElr: partition.lastKnownElr,
        addingReplicas: moving?.adding ?? [],
        removingReplicas: moving?.removing ?? [],
      };
    }),
  };
}
