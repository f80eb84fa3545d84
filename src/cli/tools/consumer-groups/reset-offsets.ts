import { describeConsumerGroups } from '../../../client/admin/describe-groups.js';
import { alterGroupOffsets } from '../../../client/admin/group-offsets.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { comparePartitions, type OfPartition, type TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { Io } from '../../io.js';
import { consumerGroups } from './list.js';
import { newOffsets } from './new-offsets.js';
import { committedOffsets } from './offset-rows.js';
import { type GroupsOptions, groupsUsageError } from './options.js';
import { columns, printGroupError, widest } from './output.js';
import { loadCsv } from './reset-file.js';
import { topicScopes } from './topic-scopes.js';

interface Row extends OfPartition<number> {
  readonly groupId: string;
}

/** --reset-offsets: a plan, carried out with --execute. @throws KafkaError, ToolError, UsageError */
export async function resetOffsets(admin: Cluster, options: GroupsOptions, io: Io): Promise<void> {
  const groupIds = options.has('all-groups')
    ? (await consumerGroups(admin)).map(({ groupId }) => groupId)
    : [...new Set(options.values('group'))];
  const states = await describeConsumerGroups(admin, groupIds);
  const rows: Row[] = [];
  for (const groupId of groupIds) {
    const group = states.get(groupId);
    const state = group === undefined || isError(group) ? deadUnlessOther(group) : group.state;
    if (state !== 'Empty' && state !== 'Dead') {
      const text = `Assignments can only be reset if the group '${groupId}' is inactive, but the current state is ${state}.`;
      printGroupError(io, text);
      continue;
    }
    const offsets = await plan(admin, groupId, options, io);
    if (options.has('execute') && offsets.length > 0) await commit(admin, groupId, offsets);
    for (const one of offsets) rows.push({ ...one, groupId });
  }
  if (options.has('export')) io.stdout.write(csvText(rows, groupIds.length > 1));
  else printPlan(rows, io);
}

function deadUnlessOther(error: KafkaError | undefined): string {
  if (error === undefined || error.error === 'GROUP_ID_NOT_FOUND') return 'Dead';
  throw error;
}

async function plan(admin: Cluster, groupId: string, options: GroupsOptions, io: Io): Promise<OfPartition<number>[]> {
  const path = options.value('from-file');
  const fromFile = path === null ? null : loadCsv(io, path, groupId);
  const partitions = fromFile ?? (await partitionsToReset(admin, groupId, options));
  return newOffsets(admin, groupId, [...partitions].sort(comparePartitions), options, fromFile, io);
}

async function partitionsToReset(admin: Cluster, groupId: string, options: GroupsOptions): Promise<TopicPartition[]> {
  if (options.has('all-topics')) return [...(await committedOffsets(admin, groupId)).values()];
  if (!options.has('topic')) {
    throw groupsUsageError('One of the reset scopes should be defined: --all-topics, --topic.');
  }
  const scopes = await topicScopes(admin, options.values('topic'));
  return scopes.flatMap(({ partitions, count }) => {
    if (isError(partitions)) throw partitions;
    const missing = partitions.filter(({ partition }) => partition >= count);
    if (missing.length === 0) return [...partitions];
    const names = missing.map(({ topic, partition }) => `${topic}-${partition}`).join(',');
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The partitions "${names}" do not exist`);
  });
}

async function commit(admin: Cluster, groupId: string, offsets: readonly OfPartition<number>[]): Promise<void> {
  const wanted = offsets.map(({ topic, partition, value }) => ({ topic, partition, offset: value }));
  for (const { value } of await alterGroupOffsets(admin, groupId, wanted)) if (isError(value)) throw value;
}

function printPlan(rows: readonly Row[], io: Io): void {
  const widths = [
    widest(
      15,
      rows.map(({ groupId }) => groupId),
    ),
    widest(
      15,
      rows.map(({ topic }) => topic),
    ),
    10,
    0,
  ];
  const cells = rows.map(({ groupId, topic, partition, value }) => [groupId, topic, partition, value]);
  const lines = [['GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'], ...cells];
  io.stdout.write(`${lines.map((line) => `\n${columns(widths, line)}`).join('')}\n`);
}

function csvText(rows: readonly Row[], withGroup: boolean): string {
  const lines = rows.map(({ groupId, topic, partition, value }) => {
    return `${withGroup ? `${groupId},` : ''}${topic},${partition},${value}\n`;
  });
  return `${lines.join('')}\n`;
}
