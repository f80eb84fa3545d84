import { KafkaError } from '../protocol/errors.js';
import { asError, isRetriable, needsMetadata } from './client-errors.js';
import type { Attempt, Cluster, CoordinatorType, RetryOptions } from './cluster.js';
import { byTopic, keyOf, type OfPartition, type TopicPartition } from './topic-partition.js';

/** What a call says of one item: its value, or why there is none. */
export type Result<T> = T | KafkaError;

export const isError = (result: unknown): result is KafkaError => result instanceof KafkaError;

/** Throws what a call said of its only item, or gives its value. */
export function valueOrThrow<T>(result: Result<T> | undefined): T {
  if (result === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR', 'the broker did not answer for the item');
  if (isError(result)) throw result;
  return result;
}

type Send<Item, Value> = (node: number, items: Item[], attempt: Attempt) => Promise<Map<string, Result<Value>>>;

interface Round<Item> {
  readonly byNode: Map<number, Item[]>;
  readonly failed: Map<string, KafkaError>;
}

/**
 * Sends many items to the brokers that they belong to, one request a broker and round, until each has a value or an
 * error that will not go away. When the time is up, what is left has the error of its last round.
 */
async function fanOut<Item, Value>(
  cluster: Cluster,
  what: string,
  items: ReadonlyMap<string, Item>,
  locate: (items: ReadonlyMap<string, Item>, attempt: Attempt) => Promise<Round<Item>>,
  send: Send<Item, Value>,
  options: RetryOptions,
): Promise<Map<string, Result<Value>>> {
  const results = new Map<string, Result<Value>>();
  const pending = new Map(items);
  const round = async (attempt: Attempt): Promise<void> => {
    const { byNode, failed } = await locate(pending, attempt);
    let last: Error | null = null;
    const settle = (answers: Iterable<[string, Result<Value>]>) => {
      for (const [key, result] of answers) {
        if (!pending.has(key)) continue;
        results.set(key, result);
        if (isError(result) && isRetriable(result)) last = preferred(last, result);
        else pending.delete(key);
      }
    };
    settle(failed);
    const sends = [...byNode].map(async ([node, ofNode]) => {
      try {
        settle(await send(node, ofNode, attempt));
      } catch (error) {
        if (!isRetriable(error)) throw error;
        last = preferred(last, asError(error));
      }
    });
    await Promise.all(sends);
    if (last !== null) throw last;
  };
  try {
    if (pending.size > 0) await cluster.retry(what, round, options);
  } catch (error) {
    if (!(error instanceof KafkaError && error.error === 'REQUEST_TIMED_OUT')) throw error;
    for (const key of pending.keys()) results.set(key, error);
  }
  return results;
}

/** Of several errors of a round the one that asks for fresh metadata counts. */
const preferred = (known: Error | null, next: Error): Error => (known !== null && needsMetadata(known) ? known : next);

/** Items of partitions, to their leaders; unknown topics and missing leaders are waited for, as Java does. */
export async function toLeaders<Item extends TopicPartition, Value>(
  cluster: Cluster,
  what: string,
  items: readonly Item[],
  send: Send<Item, Value>,
  options: RetryOptions,
): Promise<OfPartition<Result<Value>>[]> {
  const locate = async (pending: ReadonlyMap<string, Item>, attempt: Attempt): Promise<Round<Item>> => {
    const topics = [...byTopic(pending.values()).keys()];
    await cluster.fetchMetadata(topics, { timeoutMs: attempt.timeoutMs });
    const round: Round<Item> = { byNode: new Map(), failed: new Map() };
    for (const [key, item] of pending) {
      const leader = leaderOf(cluster, item);
      if (isError(leader)) round.failed.set(key, leader);
      else addTo(round.byNode, leader, item);
    }
    return round;
  };
  const keyed = new Map(items.map((item) => [keyOf(item), item]));
  const results = await fanOut(cluster, what, keyed, locate, send, options);
  return [...keyed].map(([key, { topic, partition }]) => ({
    topic,
    partition,
    value: results.get(key) ?? new KafkaError('UNKNOWN_SERVER_ERROR', `the broker did not answer for ${key}`),
  }));
}

/** The broker that leads a partition by what is known now. */
export function leaderOf(cluster: Cluster, { topic, partition }: TopicPartition): Result<number> {
  const known = cluster.metadata.topics.get(topic);
  if (known === undefined) return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
  if (known.error !== null) return new KafkaError(known.error);
  const found = known.partitions[partition];
  if (found === undefined) return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
  return found.leader < 0 ? new KafkaError('LEADER_NOT_AVAILABLE') : found.leader;
}

/** Keys of groups and transactional ids, to their coordinators. */
export function toCoordinators<Value>(
  cluster: Cluster,
  what: string,
  type: CoordinatorType,
  keys: readonly string[],
  send: Send<string, Value>,
  options: RetryOptions,
): Promise<Map<string, Result<Value>>> {
  const locate = async (pending: ReadonlyMap<string, string>): Promise<Round<string>> => {
    const round: Round<string> = { byNode: new Map(), failed: new Map() };
    for (const key of pending.keys()) {
      try {
        addTo(round.byNode, (await cluster.coordinatorOf(type, key)).id, key);
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        round.failed.set(key, error);
      }
    }
    return round;
  };
  const sendAndForget: Send<string, Value> = async (node, ofNode, attempt) => {
    try {
      const answers = await send(node, ofNode, attempt);
      for (const [key, result] of answers) if (isError(result)) cluster.onError({ coordinator: type, key }, result);
      return answers;
    } catch (error) {
      for (const key of ofNode) cluster.onError({ coordinator: type, key }, error);
      throw error;
    }
  };
  return fanOut(cluster, what, new Map(keys.map((key) => [key, key])), locate, sendAndForget, options);
}

/** The same request to each of some brokers, each with retries of its own. */
export async function toNodes<Value>(
  cluster: Cluster,
  nodes: readonly number[],
  send: (node: number) => Promise<Value>,
): Promise<Map<number, Value | Error>> {
  const answers = await Promise.all(nodes.map((node) => send(node).catch(asError)));
  if (cluster.isClosed) throw answers.find((answer) => answer instanceof Error);
  return new Map(nodes.map((node, index) => [node, answers[index] as Value | Error]));
}

function addTo<Item>(byNode: Map<number, Item[]>, node: number, item: Item): void {
  const known = byNode.get(node);
  if (known === undefined) byNode.set(node, [item]);
  else known.push(item);
}
