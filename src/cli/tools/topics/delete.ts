import { deleteTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { existingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';

/** --delete. @throws ToolError, KafkaError */
export async function deleteMatching(admin: Cluster, options: TopicsOptions): Promise<() => void> {
  const names = await existingTopics(admin, options);
  const results = await deleteTopics(admin, names, { retryOnQuotaViolation: false });
  for (const result of results.values()) if (isError(result)) throw result;
  return () => undefined;
}
