/** Operations on topics. Those that change them go to the controller; its brokers hand them on. */
import { ZERO_UUID } from '../../base/bytes.js';
import { KafkaError } from '../../protocol/errors.js';
import { createPartitionsApi } from '../../protocol/generated/create-partitions.js';
import { createTopicsApi } from '../../protocol/generated/create-topics.js';
import { deleteTopicsApi } from '../../protocol/generated/delete-topics.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { Result } from '../fan-out.js';
import { nameless } from './describe-topics.js';

export { type DescribedPartition, type DescribedTopic, describeTopics } from './describe-topics.js';

export { listTopics, type TopicListing } from './list-topics.js';

export interface NewTopic {
  readonly name: string;
  /** Left out or -1: the broker's default. */
  readonly partitions?: number;
  readonly replicationFactor?: number;
  /** Brokers by partition number, instead of counts; the first of each is the preferred leader. */
  readonly assignments?: ReadonlyMap<number, readonly number[]>;
  readonly configs?: ReadonlyMap<string, string>;
}

export interface CreatedTopic {
  readonly name: string;
  readonly topicId: string;
  /** -1 where the broker does not tell or the caller may not see it. */
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface ChangeOptions extends RetryOptions {
  readonly validateOnly?: boolean;
  /** Errors of quotas are waited out unless this is false. */
  readonly retryOnQuotaViolation?: boolean;
}

export function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  options: ChangeOptions = {},
): Promise<Map<string, Result<CreatedTopic>>> {
  return changeAtController(
    cluster,
    'CreateTopics',
    new Map(topics.map((topic) => [topic.name, topic])),
    options,
    async (wanted, timeoutMs) => {
      const connection = await cluster.connectTo('controller');
      const response = await connection.send(createTopicsApi, {
        topics: wanted.map((topic) => ({
          name: topic.name,
          numPartitions: topic.assignments === undefined ? (topic.partitions ?? -1) : -1,
          replicationFactor: topic.assignments === undefined ? (topic.replicationFactor ?? -1) : -1,
          assignments: [...(topic.assignments ?? [])].map(([partitionIndex, brokerIds]) => ({
            partitionIndex,
            brokerIds,
          })),
          configs: [...(topic.configs ?? [])].map(([name, value]) => ({ name, value })),
        })),
        timeoutMs,
        validateOnly: options.validateOnly ?? false,
      });
      return response.topics.map(({ name, topicId, errorCode, errorMessage, numPartitions, replicationFactor }) => [
        name,
        kafkaErrorOf(errorCode, errorMessage) ?? { name, topicId, partitions: numPartitions, replicationFactor },
      ]);
    },
  );
}

export function deleteTopics(
  cluster: Cluster,
  names: readonly string[],
  options: Omit<ChangeOptions, 'validateOnly'> = {},
): Promise<Map<string, Result<true>>> {
  return changeAtController(
    cluster,
    'DeleteTopics',
    new Map(names.map((name) => [name, name])),
    options,
    async (wanted, timeoutMs) => {
      const connection = await cluster.connectTo('controller');
      const isById = connection.versionOf(deleteTopicsApi) >= 6;
      const response = await connection.send(deleteTopicsApi, {
        ...(isById ? { topics: wanted.map((name) => ({ name, topicId: ZERO_UUID })) } : { topicNames: wanted }),
        timeoutMs,
      });
      return response.responses.map(({ name, errorCode, errorMessage }) => [
        name ?? '',
        kafkaErrorOf(errorCode, errorMessage) ?? true,
      ]);
    },
  );
}

export interface NewPartitions {
  readonly topic: string;
  /** Of the whole topic afterwards. */
  readonly totalCount: number;
  /** Brokers of each new partition. */
  readonly assignments?: readonly (readonly number[])[];
}

export function createPartitions(
  cluster: Cluster,
  topics: readonly NewPartitions[],
  options: ChangeOptions = {},
): Promise<Map<string, Result<true>>> {
  return changeAtController(
    cluster,
    'CreatePartitions',
    new Map(topics.map((one) => [one.topic, one])),
    options,
    async (wanted, timeoutMs) => {
      const connection = await cluster.connectTo('controller');
      const response = await connection.send(createPartitionsApi, {
        topics: wanted.map(({ topic, totalCount, assignments }) => ({
          name: topic,
          count: totalCount,
          assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null,
        })),
        timeoutMs,
        validateOnly: options.validateOnly ?? false,
      });
      return response.results.map(({ name, errorCode, errorMessage }) => [
        name,
        kafkaErrorOf(errorCode, errorMessage) ?? true,
      ]);
    },
  );
}

/** Made again for a controller that moved and for items over a quota; all other errors are answers. */
async function changeAtController<Item, Value>(
  cluster: Cluster,
  what: string,
  items: ReadonlyMap<string, Item>,
  options: ChangeOptions,
  send: (items: Item[], timeoutMs: number) => Promise<[string, Result<Value>][]>,
): Promise<Map<string, Result<Value>>> {
  const results = new Map<string, Result<Value>>();
  const pending = new Map(items);
  const isPassing = (result: unknown): result is KafkaError =>
    result instanceof KafkaError &&
    (result.error === 'NOT_CONTROLLER' ||
      (result.error === 'THROTTLING_QUOTA_EXCEEDED' && options.retryOnQuotaViolation !== false));
  if (pending.delete('')) results.set('', nameless());
  if (pending.size === 0) return results;
  await cluster.retry(
    what,
    async ({ timeoutMs }) => {
      let passing: KafkaError | null = null;
      for (const [name, result] of await send([...pending.values()], timeoutMs)) {
        if (isPassing(result)) {
          passing = result;
          continue;
        }
        results.set(name, result);
        pending.delete(name);
      }
      if (passing === null) return;
      cluster.onError('controller', passing);
      throw passing;
    },
    options,
  );
  for (const name of pending.keys()) {
    results.set(
      name,
      new KafkaError('UNKNOWN_SERVER_ERROR', `The controller response did not contain a result for topic ${name}`),
    );
  }
  return results;
}
