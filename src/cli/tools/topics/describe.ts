import { ZERO_UUID } from '../../../base/bytes.js';
import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeCluster } from '../../../client/admin/cluster-facts.js';
import { type ConfigEntry, ConfigResourceType, describeConfigs } from '../../../client/admin/configs.js';
import { describeTopicsById } from '../../../client/admin/describe-topics.js';
import { type DescribedTopic, describeTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { valueOrThrow } from '../../../client/fan-out.js';
import type { Report } from '../../format/report.js';
import { illegalArgument } from '../../tool-error.js';
import { descriptionReport } from './description-report.js';
import { allTopics, existingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';
import { type DescribedRow, replicationFactor } from './partition-rows.js';
import { reassignments } from './reassignments.js';
import { parseTopicId } from './topic-id.js';

/** --describe. @throws ToolError, KafkaError */
export async function describeMatching(admin: Cluster, options: TopicsOptions): Promise<Report> {
  const topics = await describedTopics(admin, options);
  return descriptionReport(topics.length === 0 ? [] : await describedRows(admin, topics), options);
}

async function describedRows(admin: Cluster, topics: readonly DescribedTopic[]): Promise<DescribedRow[]> {
  const resources = topics.map(({ name }) => ({ type: ConfigResourceType.TOPIC, name }));
  const [configs, cluster, moving] = await Promise.all([
    describeConfigs(admin, resources),
    describeCluster(admin),
    reassignments(admin, topics),
  ]);
  const liveBrokers = new Set(cluster.nodes.map(({ id }) => id));
  return topics.map((topic, index): DescribedRow => {
    const entries = inHashOrder(valueOrThrow(configs[index]?.entries), ({ name }) => javaHash(name));
    const [first] = topic.partitions;
    return {
      topic,
      overrides: entries.filter(({ source }) => source !== 'DEFAULT_CONFIG'),
      minIsr: minIsrOf(entries),
      liveBrokers,
      moving,
      replicationFactor: first === undefined ? 0 : replicationFactor(topic.name, first, moving),
    };
  });
}

const minIsrOf = (entries: readonly ConfigEntry[]): number =>
  Number(entries.find(({ name }) => name === 'min.insync.replicas')?.value ?? 1);

async function describedTopics(admin: Cluster, options: TopicsOptions): Promise<DescribedTopic[]> {
  const given = options.value('topic-id');
  const topicId = given === null ? ZERO_UUID : parseTopicId(given);
  if (topicId !== ZERO_UUID) return describedById(admin, options, topicId);
  const names = await existingTopics(admin, options);
  const limit = options.value('partition-size-limit-per-response');
  const described = await describeTopics(admin, names, limit === null ? {} : { partitionSizeLimitPerResponse: limit });
  return inHashOrder(names, javaHash, names.length).map((name) => valueOrThrow(described.get(name)));
}

async function describedById(admin: Cluster, options: TopicsOptions, topicId: string): Promise<DescribedTopic[]> {
  const listed = await allTopics(admin, options);
  if (!listed.some((topic) => topic.topicId === topicId)) {
    if (options.has('if-exists')) return [];
    throw illegalArgument(`TopicId '${topicId}' does not exist as expected`);
  }
  return [valueOrThrow((await describeTopicsById(admin, [topicId])).get(topicId))];
}
