import { ZERO_UUID } from '../../../base/bytes.js';
import type { ConfigEntry } from '../../../client/admin/configs.js';
import type { DescribedPartition, DescribedTopic } from '../../../client/admin/topics.js';
import { partitionKey } from '../../../client/topic-partition.js';
import type { TopicsOptions } from './options.js';
import type { Reassignment } from './reassignments.js';

/** A topic with what is needed to describe it. */
export interface DescribedRow {
  readonly topic: DescribedTopic;
  /** Settings that are not the default. */
  readonly overrides: readonly ConfigEntry[];
  readonly minIsr: number;
  readonly liveBrokers: ReadonlySet<number>;
  readonly moving: ReadonlyMap<string, Reassignment>;
  /** Of the first partition, without replicas that are only being added. */
  readonly replicationFactor: number;
}

/** `Topic: orders	TopicId: ...	PartitionCount: 3	ReplicationFactor: 1	Configs: ...` */
export function topicLine(row: DescribedRow): string {
  const { name, topicId, partitions } = row.topic;
  const configs = row.overrides.map((entry) => `${entry.name}=${entry.value}`).join(',');
  const id = topicId === ZERO_UUID ? '' : `\tTopicId: ${topicId}`;
  const counts = `PartitionCount: ${partitions.length}\tReplicationFactor: ${row.replicationFactor}`;
  return `Topic: ${name}${id}\t${counts}\tConfigs: ${configs}`;
}

export function partitionLine(row: DescribedRow, partition: DescribedPartition): string {
  const { leader, replicas, isr, eligibleLeaderReplicas, lastKnownElr } = partition;
  const moving = row.moving.get(partitionKey(row.topic.name, partition.partition));
  const movingText =
    moving === undefined
      ? ''
      : `\tAdding Replicas: ${moving.adding.join(',')}\tRemoving Replicas: ${moving.removing.join(',')}`;
  const leaderText = leader < 0 ? 'none' : String(leader);
  const where = `\tTopic: ${row.topic.name}\tPartition: ${partition.partition}\tLeader: ${leaderText}`;
  const elr = `\tElr: ${eligibleLeaderReplicas?.join(',') ?? 'N/A'}\tLastKnownElr: ${lastKnownElr?.join(',') ?? 'N/A'}`;
  return `${where}\tReplicas: ${replicas.join(',')}\tIsr: ${isr.join(',')}${movingText}${elr}`;
}

/** Replicas that are only being added do not count. */
export function replicationFactor(
  topic: string,
  { partition, replicas }: DescribedPartition,
  moving: ReadonlyMap<string, Reassignment>,
): number {
  return replicas.length - (moving.get(partitionKey(topic, partition))?.adding.length ?? 0);
}

/** What is wrong with a partition, for colours. */
export function partitionTone(row: DescribedRow, partition: DescribedPartition): 'bad' | 'warning' | null {
  if (isOffline(row, partition)) return 'bad';
  return isUnderReplicated(row, partition) ? 'warning' : null;
}

const isOffline = ({ liveBrokers }: DescribedRow, { leader }: DescribedPartition): boolean =>
  leader < 0 || !liveBrokers.has(leader);

const isUnderReplicated = ({ topic, moving }: DescribedRow, partition: DescribedPartition): boolean =>
  replicationFactor(topic.name, partition, moving) > partition.isr.length;

export function isShown(row: DescribedRow, partition: DescribedPartition, options: TopicsOptions): boolean {
  const { leader, isr } = partition;
  const conditions: boolean[] = [];
  if (options.has('topics-with-overrides')) return false;
  if (options.has('under-replicated-partitions')) conditions.push(isUnderReplicated(row, partition));
  if (options.has('unavailable-partitions')) conditions.push(isOffline(row, partition));
  if (options.has('under-min-isr-partitions')) conditions.push(leader < 0 || isr.length < row.minIsr);
  if (options.has('at-min-isr-partitions')) conditions.push(isr.length === row.minIsr);
  return conditions.length === 0 || conditions.some((isMet) => isMet);
}
