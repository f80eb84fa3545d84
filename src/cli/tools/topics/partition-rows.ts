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
}

/** `Topic: orders	TopicId: ...	PartitionCount: 3	ReplicationFactor: 1	Configs: ...` */
export function topicLine(row: DescribedRow): string {
  const { name, topicId, partitions } = row.topic;
  const first = partitions[0];
  const factor = first === undefined ? 0 : replicationFactor(row, first);
  const configs = row.overrides.map((entry) => `${entry.name}=${entry.value}`).join(',');
  const id = topicId === ZERO_UUID ? '' : `\tTopicId: ${topicId}`;
  return `Topic: ${name}${id}\tPartitionCount: ${partitions.length}\tReplicationFactor: ${factor}\tConfigs: ${configs}`;
}

export function partitionLine(row: DescribedRow, partition: DescribedPartition): string {
  const [number, leader, replicas, isr, elr, lastKnownElr] = partitionCells(row, partition);
  const moving = row.moving.get(partitionKey(row.topic.name, partition.partition));
  const movingText =
    moving === undefined
      ? ''
      : `\tAdding Replicas: ${moving.adding.join(',')}\tRemoving Replicas: ${moving.removing.join(',')}`;
  const where = `\tTopic: ${row.topic.name}\tPartition: ${number}\tLeader: ${leader}\tReplicas: ${replicas}`;
  return `${where}\tIsr: ${isr}${movingText}\tElr: ${elr}\tLastKnownElr: ${lastKnownElr}`;
}

/** Partition, leader, replicas, isr, eligible leader replicas, last known ones. */
export function partitionCells(_row: DescribedRow, partition: DescribedPartition): string[] {
  const { leader, replicas, isr, eligibleLeaderReplicas, lastKnownElr } = partition;
  return [
    String(partition.partition),
    leader < 0 ? 'none' : String(leader),
    replicas.join(','),
    isr.join(','),
    eligibleLeaderReplicas?.join(',') ?? 'N/A',
    lastKnownElr?.join(',') ?? 'N/A',
  ];
}

/** Replicas that are only being added do not count. */
function replicationFactor({ topic, moving }: DescribedRow, { partition, replicas }: DescribedPartition): number {
  const adding = moving.get(partitionKey(topic.name, partition))?.adding ?? [];
  return replicas.length - adding.length;
}

export function isShown(row: DescribedRow, partition: DescribedPartition, options: TopicsOptions): boolean {
  const { leader, isr } = partition;
  const conditions: boolean[] = [];
  if (options.has('topics-with-overrides')) return false;
  if (options.has('under-replicated-partitions')) conditions.push(replicationFactor(row, partition) > isr.length);
  if (options.has('unavailable-partitions')) conditions.push(leader < 0 || !row.liveBrokers.has(leader));
  if (options.has('under-min-isr-partitions')) conditions.push(leader < 0 || isr.length < row.minIsr);
  if (options.has('at-min-isr-partitions')) conditions.push(isr.length === row.minIsr);
  return conditions.length === 0 || conditions.some((isMet) => isMet);
}
