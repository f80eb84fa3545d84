/** What lies in the log directories of brokers. */
import type { ErrorName } from '../../protocol/errors.js';
import { errorOfCode, KafkaError } from '../../protocol/errors.js';
import { type DescribeLogDirsResponse, describeLogDirsApi } from '../../protocol/generated/describe-log-dirs.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import { toNodes } from '../fan-out.js';
import type { TopicPartition } from '../topic-partition.js';

export interface LogDir {
  readonly path: string;
  /** Why the directory cannot be used; null where it can. */
  readonly error: ErrorName | null;
  /** Of the volume; null where the broker does not tell. */
  readonly totalBytes: number | null;
  readonly usableBytes: number | null;
  /** Takes no new replicas (KIP-1066). */
  readonly isCordoned: boolean;
  readonly replicas: readonly LogDirReplica[];
}

export interface LogDirReplica extends TopicPartition {
  readonly sizeBytes: number;
  /** By how much it is behind: a future replica the current one, another the high watermark. */
  readonly offsetLag: number;
  /** It is being moved into this directory. */
  readonly isFuture: boolean;
}

/**
 * The log directories of each broker, or why it could not say.
 *
 * @param topics that are asked for; null for all
 */
export function describeLogDirs(
  cluster: Cluster,
  brokers: readonly number[],
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null = null,
  options: RetryOptions = {},
): Promise<Map<number, readonly LogDir[] | Error>> {
  return toNodes(cluster, brokers, async (node) => {
    const response = await cluster.call({ node }, describeLogDirsApi, { topics }, options);
    if (response.results.length > 0) return response.results.map(logDirOf);
    // Before version 3 an empty answer was all that a broker could say to those who may not ask.
    throw kafkaErrorOf(response.errorCode) ?? new KafkaError('CLUSTER_AUTHORIZATION_FAILED');
  });
}

function logDirOf(result: DescribeLogDirsResponse['results'][number]): LogDir {
  return {
    path: result.logDir,
    error: result.errorCode === 0 ? null : errorOfCode(result.errorCode).name,
    totalBytes: result.totalBytes < 0 ? null : result.totalBytes,
    usableBytes: result.usableBytes < 0 ? null : result.usableBytes,
    isCordoned: result.isCordoned,
    replicas: result.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, partitionSize, offsetLag, isFutureKey }) => ({
        topic: name,
        partition: partitionIndex,
        sizeBytes: partitionSize,
        offsetLag,
        isFuture: isFutureKey,
      })),
    ),
  };
}
