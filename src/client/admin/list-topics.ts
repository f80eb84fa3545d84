import type { Cluster, RetryOptions } from '../cluster.js';

export interface TopicListing {
  readonly name: string;
  readonly topicId: string;
  readonly isInternal: boolean;
}

/** Internal topics are left out, as in Java, unless they are asked for. */
export async function listTopics(
  cluster: Cluster,
  options: RetryOptions & { readonly listInternal?: boolean } = {},
): Promise<TopicListing[]> {
  const response = await cluster.retry(
    'Metadata',
    ({ timeoutMs }) => cluster.fetchMetadata(null, { timeoutMs }),
    options,
  );
  return response.topics
    .filter(({ isInternal }) => options.listInternal || !isInternal)
    .map(({ name, topicId, isInternal }) => ({ name: name ?? '', topicId, isInternal }));
}
