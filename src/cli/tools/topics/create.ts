import { createTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { illegalArgument } from '../../tool-error.js';
import type { TopicsOptions } from './options.js';
import { parseReplicaAssignment } from './replica-assignment.js';

const MOST_REPLICAS = 0x7fff;

/** --create. @throws ToolError, KafkaError */
export async function createTopic(admin: Cluster, options: TopicsOptions): Promise<string> {
  const name = options.value('topic') as string;
  const partitions = options.value('partitions');
  const replicationFactor = options.value('replication-factor');
  const assignment = options.value('replica-assignment');
  const assignments = assignment === null ? null : new Map(parseReplicaAssignment(assignment).entries());
  const configs = parseConfigs(options.values('config'));
  const warning = /[._]/.test(name) ? `${COLLISION}\n` : '';
  if (replicationFactor !== null && (replicationFactor < 1 || replicationFactor > MOST_REPLICAS)) {
    throw illegalArgument(`The replication factor must be between 1 and ${MOST_REPLICAS} inclusive`);
  }
  if (partitions !== null && partitions < 1) throw illegalArgument('The partitions must be greater than 0');
  const topic = {
    name,
    configs,
    ...(partitions === null ? {} : { partitions }),
    ...(replicationFactor === null ? {} : { replicationFactor }),
    ...(assignments === null ? {} : { assignments }),
  };
  const result = (await createTopics(admin, [topic], { retryOnQuotaViolation: false })).get(name);
  if (!isError(result)) return `${warning}Created topic ${name}.\n`;
  if (result.error === 'TOPIC_ALREADY_EXISTS' && options.has('if-not-exists')) return warning;
  throw result;
}

const COLLISION =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. " +
  'To avoid issues it is best to use either, but not both.';

function parseConfigs(texts: readonly string[]): Map<string, string> {
  const configs = new Map<string, string>();
  for (const text of texts) {
    const [name = '', value = '', ...more] = text.split(/\s*=\s*/);
    if (value === '' || more.some((part) => part !== '')) {
      throw illegalArgument(
        'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
      );
    }
    configs.set(name.trim(), value.trim());
  }
  return configs;
}
