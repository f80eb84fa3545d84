import { listTopics, type TopicListing } from '../../../client/admin/list-topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { MissingTopicError } from './missing-topic.js';
import type { TopicsOptions } from './options.js';

/** The topics that the options mean, by name. @throws ToolError */
export async function matchingTopics(admin: Cluster, options: TopicsOptions): Promise<TopicListing[]> {
  return matching(await allTopics(admin, options), options);
}

/** The names of the topics, of which there has to be one unless --if-exists is given. @throws ToolError */
export async function existingTopics(admin: Cluster, options: TopicsOptions): Promise<string[]> {
  const all = await allTopics(admin, options);
  const names = (await matching(all, options)).map(({ name }) => name);
  const wanted = options.value('topic') ?? '';
  if (names.length === 0 && wanted !== '' && !options.has('if-exists')) {
    throw new MissingTopicError(
      wanted,
      all.map(({ name }) => name),
    );
  }
  return names;
}

/** Internal ones unless --exclude-internal is given; --topic counts for nothing. */
export async function allTopics(admin: Cluster, options: TopicsOptions): Promise<TopicListing[]> {
  const all = await listTopics(admin, { listInternal: !options.has('exclude-internal') });
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function matching(sorted: TopicListing[], options: TopicsOptions): Promise<TopicListing[]> {
  const pattern = options.value('topic');
  if (pattern === null) return sorted;
  // Java's regular expressions take longer to load than a list without them takes in all.
  const { isInternalTopic, topicPattern } = await import('../../format/topic-pattern.js');
  const matches = topicPattern(pattern);
  const withInternal = !options.has('exclude-internal');
  return sorted.filter(({ name }) => matches(name) && (withInternal || !isInternalTopic(name)));
}
