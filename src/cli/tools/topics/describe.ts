import { ZERO_UUID } from '../../../base/bytes.js';
import { describeCluster } from '../../../client/admin/cluster-facts.js';
import { ConfigResourceType, describeConfigs } from '../../../client/admin/configs.js';
import { describeTopicsById } from '../../../client/admin/describe-topics.js';
import { type DescribedTopic, describeTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { valueOrThrow } from '../../../client/fan-out.js';
import { terminalTable } from '../../format/table.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import { existingTopics, matchingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';
import { type DescribedRow, isShown, partitionCells, partitionLine, topicLine } from './partition-rows.js';
import { reassignments } from './reassignments.js';

/** --describe. @throws ToolError, KafkaError */
export async function describeMatching(admin: Cluster, options: TopicsOptions, io: Io): Promise<string> {
  const topics = await describedTopics(admin, options);
  if (topics.length === 0) return '';
  const resources = topics.map(({ name }) => ({ type: ConfigResourceType.TOPIC, name }));
  const [configs, cluster, moving] = await Promise.all([
    describeConfigs(admin, resources),
    describeCluster(admin),
    reassignments(admin, topics),
  ]);
  const liveBrokers = new Set(cluster.nodes.map(({ id }) => id));
  const rows = topics.map((topic, index): DescribedRow => {
    const entries = valueOrThrow(configs[index]?.entries);
    const overrides = entries.filter(({ source }) => source !== 'DEFAULT_CONFIG').sort(byName);
    const minIsr = Number(entries.find(({ name }) => name === 'min.insync.replicas')?.value ?? 1);
    return { topic, overrides, minIsr, liveBrokers, moving };
  });
  const parts: string[] = [];
  for (const row of rows) parts.push(await describedText(row, options, io));
  return parts.join('');
}

async function describedTopics(admin: Cluster, options: TopicsOptions): Promise<DescribedTopic[]> {
  const topicId = options.value('topic-id');
  const names = topicId === null || topicId === ZERO_UUID ? await existingTopics(admin, options) : null;
  if (names === null) return describedById(admin, options, topicId as string);
  const limit = options.value('partition-size-limit-per-response');
  const described = await describeTopics(admin, names, limit === null ? {} : { partitionSizeLimitPerResponse: limit });
  return names.map((name) => valueOrThrow(described.get(name)));
}

async function describedById(admin: Cluster, options: TopicsOptions, topicId: string): Promise<DescribedTopic[]> {
  const listed = await matchingTopics(admin, options);
  if (!listed.some((topic) => topic.topicId === topicId)) {
    if (options.has('if-exists')) return [];
    throw illegalArgument(`TopicId '${topicId}' does not exist as expected`);
  }
  return [valueOrThrow((await describeTopicsById(admin, [topicId])).get(topicId))];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

async function describedText(row: DescribedRow, options: TopicsOptions, io: Io): Promise<string> {
  const shown = row.topic.partitions.filter((partition) => isShown(row, partition, options));
  const head = headOf(row, options);
  if (!io.stdout.isTerminal) {
    const lines = shown.map((partition) => `${partitionLine(row, partition)}\n`).join('');
    return `${head === null ? '' : `${head}\n`}${lines}`;
  }
  if (shown.length === 0) return head === null ? '' : `${head.replaceAll('\t', '  ')}\n`;
  const headings = ['Partition', 'Leader', 'Replicas', 'Isr', 'Elr', 'LastKnownElr'];
  const cells = shown.map((partition) => partitionCells(row, partition));
  return `${(head ?? `Topic: ${row.topic.name}`).replaceAll('\t', '  ')}\n${await terminalTable(io.stdout, headings, cells)}`;
}

/** Null where only some partitions are asked for, or only topics with settings of their own. */
function headOf(row: DescribedRow, options: TopicsOptions): string | null {
  const isReport =
    options.has('unavailable-partitions') ||
    options.has('under-replicated-partitions') ||
    options.has('under-min-isr-partitions') ||
    options.has('at-min-isr-partitions');
  if (isReport || (options.has('topics-with-overrides') && row.overrides.length === 0)) return null;
  return topicLine(row);
}
