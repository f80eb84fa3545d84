import { createTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import type { TopicsOptions } from './options.js';
import { parseReplicaAssignment } from './replica-assignment.js';

const MOST_REPLICAS = 0x7fff;

/** --create: gives the line that tells of it; empty where --if-not-exists finds the topic. @throws ToolError, KafkaError */
export async function createTopic(admin: Cluster, options: TopicsOptions, io: Io): Promise<string> {
  const name = options.value('topic') as string;
  const partitions = options.value('partitions');
  const replicationFactor = options.value('replication-factor');
  const assignment = options.value('replica-assignment');
  const assignments = assignment ? new Map(parseReplicaAssignment(assignment).entries()) : null;
  const texts = options.values('config');
  const configs = texts.length === 0 ? new Map() : (await import('./topic-configs.js')).parseTopicConfigs(texts);
  if (/[._]/.test(name)) io.print(COLLISION);
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
  if (!isError(result)) return `Created topic ${name}.\n`;
  if (result.error === 'TOPIC_ALREADY_EXISTS' && options.has('if-not-exists')) return '';
  throw result;
}

const COLLISION =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. " +
  'To avoid issues it is best to use either, but not both.';
