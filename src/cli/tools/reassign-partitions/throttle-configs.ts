import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeCluster } from '../../../client/admin/cluster-facts.js';
import { type ConfigChange, ConfigResourceType, incrementalAlterConfigs } from '../../../client/admin/configs.js';
import type { Cluster } from '../../../client/cluster.js';
import type { Plan } from './plan-file.js';
import type { TopicThrottles } from './throttles.js';
import { checkBrokersKnown } from './unknown-brokers.js';

const LEADER_RATE = 'leader.replication.throttled.rate';
const FOLLOWER_RATE = 'follower.replication.throttled.rate';
const LOG_DIR_RATE = 'replica.alter.log.dirs.io.max.bytes.per.second';
const LEADER_REPLICAS = 'leader.replication.throttled.replicas';
const FOLLOWER_REPLICAS = 'follower.replication.throttled.replicas';

const set = (name: string, value: string | number): ConfigChange => ({ name, operation: 'SET', value: String(value) });
const removal = (name: string): ConfigChange => ({ name, operation: 'DELETE', value: null });

export async function throttleTopics(admin: Cluster, throttles: readonly TopicThrottles[]): Promise<void> {
  const changes = throttles.map(({ topic, leaders, followers }) => ({
    resource: { type: ConfigResourceType.TOPIC, name: topic },
    changes: [set(LEADER_REPLICAS, leaders), set(FOLLOWER_REPLICAS, followers)],
  }));
  throwFirst(await incrementalAlterConfigs(admin, changes));
}

/** @param rate bytes a second */
export async function throttleBetweenBrokers(admin: Cluster, brokers: readonly number[], rate: number): Promise<void> {
  await changeBrokers(admin, brokers, [set(LEADER_RATE, javaLong(rate)), set(FOLLOWER_RATE, javaLong(rate))]);
}

/** @param rate bytes a second */
export async function throttleBetweenLogDirs(admin: Cluster, brokers: readonly number[], rate: number): Promise<void> {
  await changeBrokers(admin, brokers, [set(LOG_DIR_RATE, javaLong(rate))]);
}

/** Infinity stands for Long.MAX_VALUE. */
export const javaLong = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '9223372036854775807' : String(value);

/**
 * Takes all throttles away: of every broker, since nobody knows any more which took part.
 *
 * @param say is told what is done, a line at a time
 */
export async function clearThrottles(admin: Cluster, { partitions }: Plan, say: (line: string) => void): Promise<void> {
  const { nodes } = await describeCluster(admin);
  const ids = new Set([...nodes.map(({ id }) => id), ...partitions.flatMap(({ replicas }) => replicas)]);
  const brokers = inHashOrder([...ids], (id) => id);
  say(`Clearing broker-level throttles on broker${brokers.length === 1 ? '' : 's'} ${brokers.join(',')}`);
  await changeBrokers(admin, brokers, [LEADER_RATE, FOLLOWER_RATE, LOG_DIR_RATE].map(removal));
  const topics = inHashOrder([...new Set(partitions.map(({ topic }) => topic))], javaHash);
  say(`Clearing topic-level throttles on topic${topics.length === 1 ? '' : 's'} ${topics.join(',')}`);
  const changes = topics.map((topic) => ({
    resource: { type: ConfigResourceType.TOPIC, name: topic },
    changes: [LEADER_REPLICAS, FOLLOWER_REPLICAS].map(removal),
  }));
  throwFirst(await incrementalAlterConfigs(admin, changes));
}

/** Those that are there are changed even where others are not. */
async function changeBrokers(
  admin: Cluster,
  brokers: readonly number[],
  changes: readonly ConfigChange[],
): Promise<void> {
  const { known, check } = await checkBrokersKnown(admin, brokers, 'incrementalAlterConfigs');
  const ofBrokers = known.map((id) => ({ resource: { type: ConfigResourceType.BROKER, name: String(id) }, changes }));
  throwFirst(await incrementalAlterConfigs(admin, ofBrokers));
  check();
}

function throwFirst(results: readonly { readonly result: unknown }[]): void {
  const failed = results.find(({ result }) => result instanceof Error);
  if (failed !== undefined) throw failed.result;
}
