import { inHashOrder } from '../../../base/java-hash-order.js';
import type { ReplicaMove } from '../../../client/admin/replica-log-dirs.js';
import { comparePartitions, keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { jacksonFailure } from '../../format/jackson-failure.js';
import { type JavaJson, javaJsonString, parseJavaJson } from '../../format/java-json.js';
import { asArray, asInteger, asObject, asString, fieldOf } from '../../format/java-json-decoding.js';
import { partitionHash } from '../../format/partition-hash.js';
import { uncaught } from '../../tool-error.js';

/** The brokers that hold a partition, or are to hold it. */
export interface PartitionReplicas extends TopicPartition {
  readonly replicas: readonly number[];
}

/** What a plan asks for. */
export interface Plan {
  readonly partitions: readonly PartitionReplicas[];
  /** Replicas that the plan names a directory for. */
  readonly moves: readonly ReplicaMove[];
}

const ANY_LOG_DIR = 'any';

/** Reads `{"version":1,"partitions":[{"topic":"foo","partition":0,"replicas":[1],"log_dirs":["any"]}]}`. @throws ToolError */
export function parsePlan(text: string): Plan {
  const parsed = parseJavaJson(text);
  if (parsed === null) throw operationFailure(jacksonFailure(text));
  const root = asObject(parsed.value);
  checkVersion(root);
  const partitions: PartitionReplicas[] = [];
  const moves: ReplicaMove[] = [];
  const found = root.get('partitions');
  for (const element of found === undefined ? [] : asArray(found)) {
    const object = asObject(element);
    const topic = asString(fieldOf(object, 'topic'));
    const partition = asInteger(fieldOf(object, 'partition'));
    const replicas = asArray(fieldOf(object, 'replicas')).map(asInteger);
    partitions.push({ topic, partition, replicas });
    moves.push(...movesOf({ topic, partition, replicas }, object.get('log_dirs')));
  }
  return { partitions, moves };
}

function movesOf(of: PartitionReplicas, given: JavaJson | undefined): ReplicaMove[] {
  if (given === undefined) return [];
  const logDirs = asArray(given).map(asString);
  if (logDirs.length !== of.replicas.length) {
    throw commandFailure(
      `Size of replicas list [${of.replicas.join(', ')}] is different from size of log dirs list [${logDirs.join(', ')}] for partition ${keyOf(of)}`,
    );
  }
  const { topic, partition } = of;
  return of.replicas
    .map((broker, index) => ({ topic, partition, broker, logDir: logDirs[index] as string }))
    .filter(({ logDir }) => logDir !== ANY_LOG_DIR);
}

/** A plan that is to be carried out says something, and says it once. @throws ToolError */
export function checkExecutable({ partitions }: Plan): void {
  if (partitions.length === 0) throw commandFailure('Partition reassignment list cannot be empty');
  if (partitions.some(({ replicas }) => replicas.length === 0)) {
    throw commandFailure('Partition replica list cannot be empty');
  }
  const twice = duplicates(partitions, keyOf);
  if (twice.length > 0) {
    const names = inHashOrder(twice, partitionHash).map(keyOf).join(',');
    throw commandFailure(`Partition reassignment contains duplicate topic partitions: ${names}`);
  }
  const faulty = partitions.flatMap((partition) => {
    const brokers = duplicates(partition.replicas, String);
    const ids = inHashOrder(brokers, (id) => id).join(',');
    return brokers.length === 0 ? [] : [`${keyOf(partition)} contains multiple entries for ${ids}`];
  });
  if (faulty.length > 0) {
    throw commandFailure(`Partition replica lists may not contain duplicate entries: ${faulty.join('. ')}`);
  }
}

/** Reads `{"topics":[{"topic":"foo"}],"version":1}`. @throws ToolError */
export function parseTopics(text: string): string[] {
  const parsed = parseJavaJson(text);
  if (parsed === null) throw operationFailure('The input string is not a valid JSON');
  const root = asObject(parsed.value);
  checkVersion(root);
  const found = root.get('topics');
  return (found === undefined ? [] : asArray(found)).map((element) => asString(fieldOf(asObject(element), 'topic')));
}

function checkVersion(root: ReadonlyMap<string, JavaJson>): void {
  const given = root.get('version');
  const version = given === undefined ? 1 : asInteger(given);
  if (version !== 1) throw operationFailure(`Not supported version field value ${version}`);
}

/** What stands more than once in a list, once each. */
export function duplicates<T>(items: readonly T[], keyOfItem: (item: T) => string): T[] {
  const first = new Map<string, T>();
  const twice = new Map<string, T>();
  for (const item of items) {
    const key = keyOfItem(item);
    if (first.has(key)) twice.set(key, item);
    else first.set(key, item);
  }
  return [...twice.values()];
}

/**
 * A plan as a file has it.
 *
 * @param logDirOf null for any
 */
export function planText(
  partitions: readonly PartitionReplicas[],
  logDirOf: (partition: TopicPartition, broker: number) => string | null = () => null,
): string {
  const texts = [...partitions].sort(comparePartitions).map((of) => {
    const logDirs = of.replicas.map((broker) => javaJsonString(logDirOf(of, broker) ?? ANY_LOG_DIR));
    return `{"topic":${javaJsonString(of.topic)},"partition":${of.partition},"replicas":[${of.replicas.join(',')}],"log_dirs":[${logDirs.join(',')}]}`;
  });
  return `{"version":1,"partitions":[${texts.join(',')}]}`;
}

export const commandFailure = (message: string): Error =>
  uncaught('org.apache.kafka.tools.AdminCommandFailedException', message);

export const operationFailure = (message: string): Error =>
  uncaught('org.apache.kafka.tools.AdminOperationException', message);
