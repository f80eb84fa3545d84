import { createPartitions, describeTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, valueOrThrow } from '../../../client/fan-out.js';
import { existingTopics } from './matching-topics.js';
import type { TopicsOptions } from './options.js';
import { parseReplicaAssignment } from './replica-assignment.js';

/** --alter: more partitions. @throws ToolError, KafkaError */
export async function alterTopics(admin: Cluster, options: TopicsOptions): Promise<() => void> {
  const totalCount = options.value('partitions') as number;
  const text = options.value('replica-assignment');
  const assignment = text === null ? null : parseReplicaAssignment(text);
  const names = await existingTopics(admin, options);
  const described = await describeTopics(admin, names);
  const wanted = names.map((topic) => {
    const { partitions } = valueOrThrow(described.get(topic));
    const assignments = assignment === null ? {} : { assignments: assignment.slice(partitions.length) };
    return { topic, totalCount, ...assignments };
  });
  const results = await createPartitions(admin, wanted, { retryOnQuotaViolation: false });
  for (const result of results.values()) if (isError(result)) throw result;
  return () => undefined;
}
