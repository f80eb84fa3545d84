import type { ConsumerGroup, ConsumerGroupMember } from '../../../client/admin/describe-groups.js';
import { type CommittedOffset, listGroupOffsets } from '../../../client/admin/group-offsets.js';
import { listOffsets, OffsetSpec } from '../../../client/admin/records.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, valueOrThrow } from '../../../client/fan-out.js';
import { comparePartitions, keyOf, type TopicPartition } from '../../../client/topic-partition.js';

/** How far a group is in one partition. */
export interface OffsetRow extends TopicPartition {
  readonly groupId: string;
  /** Null where nothing is committed. */
  readonly offset: number | null;
  readonly leaderEpoch: number | null;
  /** Null where it cannot be told. */
  readonly endOffset: number | null;
  /** Who consumes it now. */
  readonly member: ConsumerGroupMember | null;
}

/** First the partitions of the members, those with most first; then those that nobody consumes. */
export async function offsetRows(admin: Cluster, group: ConsumerGroup): Promise<OffsetRow[]> {
  const { groupId } = group;
  const committed = await committedOffsets(admin, groupId);
  const wanted: { at: TopicPartition; member: ConsumerGroupMember | null }[] = [];
  const assigned = new Set<string>();
  const members = [...group.members].sort((a, b) => b.assignment.length - a.assignment.length);
  for (const member of members) {
    for (const at of [...member.assignment].sort(comparePartitions)) {
      assigned.add(keyOf(at));
      wanted.push({ at, member });
    }
  }
  const others = [...committed.values()].filter((at) => !assigned.has(keyOf(at))).sort(comparePartitions);
  for (const at of others) wanted.push({ at, member: null });
  const ends = await endOffsets(
    admin,
    wanted.map(({ at }) => at),
  );
  return wanted.map(({ at, member }) => {
    const known = committed.get(keyOf(at))?.value ?? null;
    return {
      groupId,
      topic: at.topic,
      partition: at.partition,
      offset: known?.offset ?? null,
      leaderEpoch: known === null || known.leaderEpoch < 0 ? null : known.leaderEpoch,
      endOffset: ends.get(keyOf(at)) ?? null,
      member,
    };
  });
}

/** By partition; only those that have an offset. @throws KafkaError */
export async function committedOffsets(
  admin: Cluster,
  groupId: string,
): Promise<Map<string, TopicPartition & { readonly value: CommittedOffset }>> {
  const found = valueOrThrow((await listGroupOffsets(admin, new Map([[groupId, null]]))).get(groupId));
  const offsets = new Map<string, TopicPartition & { readonly value: CommittedOffset }>();
  for (const { topic, partition, value } of found) {
    if (value !== null && !isError(value)) offsets.set(keyOf({ topic, partition }), { topic, partition, value });
  }
  return offsets;
}

/** By partition; those whose end cannot be told are left out. */
export async function endOffsets(admin: Cluster, partitions: readonly TopicPartition[]): Promise<Map<string, number>> {
  return offsetsAt(admin, partitions, OffsetSpec.LATEST);
}

export async function offsetsAt(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestamp }));
  for (const { topic, partition, value } of await listOffsets(admin, queries)) {
    if (!isError(value)) ends.set(keyOf({ topic, partition }), value.offset);
  }
  return ends;
}
