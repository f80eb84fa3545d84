import { describeTopics } from '../../../client/admin/describe-topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { byTopic, keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { MissingNameError, ofFuture, ofRuntime, thrown } from './failure.js';
import { committedOffsets } from './offset-rows.js';
import { type GroupsOptions, groupsUsageError } from './options.js';
import { parseTopicScopes, partitionsOfTopics } from './topic-scopes.js';

/** The partitions that the options name, each once; none where a file will name them. @throws ToolError, UsageError */
export async function partitionsToReset(
  admin: Cluster,
  groupId: string,
  options: GroupsOptions,
): Promise<TopicPartition[]> {
  if (options.has('all-topics')) return [...(await committedOffsets(admin, groupId)).values()];
  if (options.has('topic')) return namedPartitions(admin, options.values('topic'));
  if (options.has('from-file')) return [];
  throw groupsUsageError('One of the reset scopes should be defined: --all-topics, --topic.');
}

async function namedPartitions(admin: Cluster, texts: readonly string[]): Promise<TopicPartition[]> {
  const scopes = parseTopicScopes(texts);
  const whole = scopes.filter(({ partitions }) => partitions === null).map(({ topic }) => topic);
  const found = await partitionsOfTopics(admin, whole);
  const named = scopes.flatMap(({ topic, partitions }): TopicPartition[] => {
    if (partitions !== null) return partitions.map((partition) => ({ topic, partition }));
    const all = found.get(topic) ?? [];
    if (isError(all)) throw new MissingNameError('topic', topic, all, thrown(all));
    return [...all];
  });
  return [...new Map(named.map((at) => [keyOf(at), at])).values()];
}

/** The same partitions, all of which are there and have a leader. @throws ToolError */
export async function checkedPartitions(
  admin: Cluster,
  partitions: readonly TopicPartition[],
): Promise<readonly TopicPartition[]> {
  await checkAll(admin, partitions, (topic, error) => {
    throw new MissingNameError('topic', topic, error, ofRuntime(ofFuture(error)));
  });
  return partitions;
}

/**
 * The same for the partitions of a file, of which Kafka's tool asks for offsets without a check, and waits for those
 * that will never be there.
 *
 * @throws ToolError
 */
export function checkListed(admin: Cluster, partitions: readonly TopicPartition[]): Promise<void> {
  return checkAll(admin, partitions, (topic, error) => {
    const key = keyOf(partitions.find((at) => at.topic === topic) as TopicPartition);
    const why =
      error.error === 'INVALID_TOPIC_EXCEPTION'
        ? `due to invalid topic \`${topic}\``
        : `because metadata for topic \`${topic}\` could not be found`;
    const told = new KafkaError(error.error, `Failed to fetch metadata for partition ${key} ${why}`);
    throw new MissingNameError('topic', topic, error, ofRuntime(ofFuture(told)));
  });
}

async function checkAll(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  fail: (topic: string, error: KafkaError) => never,
): Promise<void> {
  const leaders = new Map<string, number>();
  for (const [topic, found] of await describeTopics(admin, [...byTopic(partitions).keys()])) {
    if (isError(found)) fail(topic, found);
    for (const { partition, leader } of found.partitions) leaders.set(keyOf({ topic, partition }), leader);
  }
  const names = (isWrong: (leader: number | undefined) => boolean): string =>
    partitions
      .map(keyOf)
      .filter((key) => isWrong(leaders.get(key)))
      .join(',');
  const missing = names((leader) => leader === undefined);
  if (missing !== '') {
    throw thrown(new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The partitions "${missing}" do not exist`));
  }
  const leaderless = names((leader) => leader !== undefined && leader < 0);
  if (leaderless !== '') {
    throw thrown(new KafkaError('LEADER_NOT_AVAILABLE', `The partitions "${leaderless}" have no leader`));
  }
}
