import { listTopics, type TopicListing } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isInternalTopic, topicPattern } from '../../format/topic-pattern.js';
import { illegalArgument } from '../../tool-error.js';
import type { TopicsOptions } from './options.js';

/** The topics that the options mean, by name. */
export async function matchingTopics(admin: Cluster, options: TopicsOptions): Promise<TopicListing[]> {
  const pattern = options.value('topic');
  const withInternal = !options.has('exclude-internal');
  const all = await listTopics(admin, { listInternal: withInternal });
  const sorted = all.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (pattern === null) return sorted;
  const matches = topicPattern(pattern);
  return sorted.filter(({ name }) => matches(name) && (withInternal || !isInternalTopic(name)));
}

/** The names of the topics, of which there has to be one unless --if-exists is given. @throws ToolError */
export async function existingTopics(admin: Cluster, options: TopicsOptions): Promise<string[]> {
  const topics = await matchingTopics(admin, options);
  const wanted = options.value('topic') ?? '';
  if (topics.length === 0 && wanted !== '' && !options.has('if-exists')) {
    throw illegalArgument(`Topic '${wanted}' does not exist as expected`);
  }
  return topics.map(({ name }) => name);
}
