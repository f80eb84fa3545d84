import type { ConsumerGroup, ConsumerGroupMember } from '../../../client/admin/describe-groups.js';
import { listGroupOffsets } from '../../../client/admin/group-offsets.js';
import { listOffsets, OffsetSpec } from '../../../client/admin/records.js';
import type { Cluster } from '../../../client/cluster.js';
import type { CommittedOffset } from '../../../client/committed-offset.js';
import { isError, leaderOf, valueOrThrow } from '../../../client/fan-out.js';
import {
  byTopic,
  comparePartitions,
  keyOf,
  type OfPartition,
  type TopicPartition,
} from '../../../client/topic-partition.js';
import type { GroupOffsetRow } from './rows.js';

/**
 * How far a group is in its partitions: first those of the members, those with most first; then those that nobody
 * reads. @throws KafkaError
 */
export async function offsetRows(admin: Cluster, group: ConsumerGroup): Promise<GroupOffsetRow[]> {
  const committed = await committedOffsets(admin, group.groupId);
  const wanted = partitionsOf(group, committed.values());
  const ends = await endOffsets(
    admin,
    wanted.map(({ at }) => at),
  );
  return wanted.map(({ at, member }) => {
    const known = committed.get(keyOf(at))?.value ?? null;
    const logEndOffset = ends.get(keyOf(at)) ?? null;
    return {
      group: group.groupId,
      topic: at.topic,
      partition: at.partition,
      leaderEpoch: known === null || known.leaderEpoch < 0 ? null : known.leaderEpoch,
      currentOffset: known?.offset ?? null,
      logEndOffset,
      lag: known === null || logEndOffset === null ? null : logEndOffset - known.offset,
      consumerId: member?.memberId ?? null,
      host: member?.clientHost ?? null,
      clientId: member?.clientId ?? null,
    };
  });
}

interface Wanted {
  readonly at: TopicPartition;
  readonly member: ConsumerGroupMember | null;
}

function partitionsOf(group: ConsumerGroup, committed: Iterable<TopicPartition>): Wanted[] {
  const members = [...group.members].sort((a, b) => b.assignment.length - a.assignment.length);
  const assigned = members.flatMap((member) =>
    [...member.assignment].sort(comparePartitions).map((at): Wanted => ({ at, member })),
  );
  const taken = new Set(assigned.map(({ at }) => keyOf(at)));
  const others = [...committed].filter((at) => !taken.has(keyOf(at))).sort(comparePartitions);
  return [...assigned, ...others.map((at): Wanted => ({ at, member: null }))];
}

/** By partition; only those that have an offset. @throws KafkaError */
export async function committedOffsets(
  admin: Cluster,
  groupId: string,
): Promise<Map<string, OfPartition<CommittedOffset>>> {
  const found = valueOrThrow((await listGroupOffsets(admin, new Map([[groupId, null]]))).get(groupId));
  const offsets = new Map<string, OfPartition<CommittedOffset>>();
  for (const { topic, partition, value } of found) {
    if (value !== null && !isError(value)) offsets.set(keyOf({ topic, partition }), { topic, partition, value });
  }
  return offsets;
}

/** Where logs end, by partition. Those that are gone or have no leader are left out, and not waited for. @throws KafkaError */
async function endOffsets(admin: Cluster, partitions: readonly TopicPartition[]): Promise<Map<string, number>> {
  if (partitions.length === 0) return new Map();
  const topics = [...byTopic(partitions).keys()];
  await admin.retry('Metadata', ({ timeoutMs }) => admin.fetchMetadata(topics, { timeoutMs }));
  const led = partitions.filter((at) => !isError(leaderOf(admin, at)));
  return offsetsAt(admin, led, OffsetSpec.LATEST);
}

/** Offsets at a time or end, by partition; those whose offset cannot be told are left out. @throws KafkaError */
async function offsetsAt(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestamp }));
  for (const { topic, partition, value } of await listOffsets(admin, queries)) {
    if (!isError(value)) offsets.set(keyOf({ topic, partition }), value.offset);
  }
  return offsets;
}
