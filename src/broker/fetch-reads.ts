import { ZERO_UUID } from '../base/bytes.js';
import type { Init } from '../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../protocol/errors.js';
import type { PartitionData } from '../protocol/generated/fetch.js';
import * as header from '../protocol/records/batch-header.js';
import { batchStarts } from '../protocol/records/batch-reader.js';
import type { FetchedPartition } from '../state/fetch/fetch-sessions.js';
import type { ReadResult } from '../storage/log-read.js';
import type { AbortedTransaction } from '../storage/transaction-index.js';
import type { RequestContext } from './handler.js';
import type { Partition } from './partition.js';

export interface FetchedData {
  readonly partition: FetchedPartition;
  readonly response: Init<PartitionData>;
  /** The client's log has to be cut before it can go on (KIP-595). */
  readonly diverges: boolean;
}

interface ReadLimits {
  readonly maxBytes: number;
  /** 0 all records, 1 those of committed transactions alone. */
  readonly isolationLevel: number;
}

const NO_RECORDS = Buffer.alloc(0);
const UNKNOWN_OFFSET = -1;
const READ_COMMITTED = 1;

/**
 * Reads the partitions in order, sharing out `maxBytes`: the first that has records gives at least one whole batch,
 * however large. At once when everything is in memory.
 */
export function readPartitions(
  partitions: readonly FetchedPartition[],
  context: RequestContext,
  limits: ReadLimits,
): FetchedData[] | Promise<FetchedData[]> {
  const data: FetchedData[] = [];
  let leftBytes = limits.maxBytes;
  let nothingYet = true;
  const take = (partition: FetchedPartition, result: FetchedData): void => {
    const sizeBytes = result.response.records?.length ?? 0;
    if (sizeBytes > 0) nothingYet = false;
    leftBytes = Math.max(0, leftBytes - sizeBytes);
    data.push({ ...result, partition });
  };
  const step = (from: number): FetchedData[] | Promise<FetchedData[]> => {
    for (let index = from; index < partitions.length; index++) {
      const partition = partitions[index] as FetchedPartition;
      const maxBytes = Math.min(leftBytes, partition.maxBytes);
      const result = readOne(partition, context, { ...limits, maxBytes }, nothingYet);
      if (result instanceof Promise) {
        return result.then((later) => {
          take(partition, later);
          return step(index + 1);
        });
      }
      take(partition, result);
    }
    return data;
  };
  return step(0);
}

function readOne(
  wanted: FetchedPartition,
  context: RequestContext,
  limits: ReadLimits,
  minOneBatch: boolean,
): FetchedData | Promise<FetchedData> {
  if (limits.isolationLevel < 0 || limits.isolationLevel > READ_COMMITTED)
    return failed(wanted, 'UNKNOWN_SERVER_ERROR');
  const found = findPartition(wanted, context);
  if (typeof found === 'string') return failed(wanted, found);
  const wrongEpoch = found.checkLeaderEpoch(wanted.currentLeaderEpoch);
  if (wrongEpoch !== null) return failed(wanted, wrongEpoch);
  const diverging = divergence(wanted, found);
  if (diverging !== null) return diverging;
  const { log } = found;
  const result = log.read({
    offset: wanted.fetchOffset,
    maxBytes: limits.maxBytes,
    upTo: limits.isolationLevel === READ_COMMITTED ? 'lastStable' : 'highWatermark',
    minOneBatch,
  });
  if (!(result instanceof Promise)) return toData(wanted, found, result, limits);
  return result.then((later) => {
    // It was moved to another directory while it was read.
    if (later.kind === 'failed' && found.log !== log) return readOne(wanted, context, limits, minOneBatch);
    return toData(wanted, found, later, limits);
  });
}

function findPartition(wanted: FetchedPartition, { services }: RequestContext): Partition | ErrorName {
  if (wanted.topicId === ZERO_UUID) return services.partitions.leader(wanted.topic, wanted.partition);
  const topic = services.metadata.image.topicsById.get(wanted.topicId);
  return topic === undefined ? 'UNKNOWN_TOPIC_ID' : services.partitions.leader(topic.name, wanted.partition);
}

function divergence(wanted: FetchedPartition, partition: Partition): FetchedData | null {
  if (wanted.lastFetchedEpoch < 0) return null;
  const { epoch, endOffset } = partition.log.endOffsetForEpoch(wanted.lastFetchedEpoch);
  if (epoch >= wanted.lastFetchedEpoch && endOffset >= wanted.fetchOffset) return null;
  const { highWatermark, lastStableOffset, logStartOffset } = partition.log;
  return {
    partition: wanted,
    diverges: true,
    response: {
      partitionIndex: wanted.partition,
      errorCode: 0,
      highWatermark,
      lastStableOffset,
      logStartOffset,
      divergingEpoch: { epoch, endOffset },
      records: NO_RECORDS,
    },
  };
}

function toData(wanted: FetchedPartition, partition: Partition, result: ReadResult, limits: ReadLimits): FetchedData {
  if (result.kind === 'failed') return failed(wanted, result.error);
  const { records, highWatermark, lastStableOffset, logStartOffset } = result;
  let abortedTransactions: AbortedTransaction[] | null = null;
  try {
    if (limits.isolationLevel === READ_COMMITTED) {
      abortedTransactions = abortedAmong(partition, wanted.fetchOffset, records);
    }
  } catch (cause) {
    return failed(wanted, partition.log.failureOf(cause).error);
  }
  return {
    partition: wanted,
    diverges: false,
    response: {
      partitionIndex: wanted.partition,
      errorCode: 0,
      highWatermark,
      lastStableOffset,
      logStartOffset,
      abortedTransactions,
      preferredReadReplica: -1,
      records,
    },
  };
}

function abortedAmong(partition: Partition, fetchOffset: number, records: Buffer): AbortedTransaction[] {
  let end = fetchOffset;
  for (const at of batchStarts(records)) end = header.lastOffset(records, at) + 1;
  return partition.log.abortedTransactions(fetchOffset, end);
}

function failed(partition: FetchedPartition, error: ErrorName): FetchedData {
  return {
    partition,
    diverges: false,
    response: {
      partitionIndex: partition.partition,
      errorCode: errorCode(error),
      highWatermark: UNKNOWN_OFFSET,
      lastStableOffset: UNKNOWN_OFFSET,
      logStartOffset: UNKNOWN_OFFSET,
      preferredReadReplica: -1,
      records: NO_RECORDS,
    },
  };
}
