import { DiskError } from '../../../base/disk.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { DeleteBefore } from '../../../client/admin/records.js';
import { keyOf } from '../../../client/topic-partition.js';
import { parseJavaJson } from '../../format/java-json.js';
import { asArray, asInteger, asLong, asObject, asString, fieldOf } from '../../format/java-json-decoding.js';
import { partitionHash } from '../../format/partition-hash.js';
import type { Io } from '../../io.js';
import { uncaught } from '../../tool-error.js';

/** @throws ToolError */
export function readOffsetFile(io: Io, path: string): string {
  try {
    return io.host.disk.readWhole(path).toString();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw uncaught('java.io.IOException', `Cannot read ${path}: ${error.message}`, `Unable to read file ${path}`);
  }
}

/**
 * Reads `{"version":1,"partitions":[{"topic":"foo","partition":1,"offset":3}]}`; the version may be left out.
 *
 * @throws ToolError
 */
export function parseOffsetFile(text: string): DeleteBefore[] {
  const parsed = parseJavaJson(text);
  if (parsed === null) throw operationFailure('The input string is not a valid JSON');
  const root = asObject(parsed.value);
  const version = root.get('version');
  const number = version === undefined ? 1 : asInteger(version);
  if (number !== 1) throw operationFailure(`Not supported version field value ${number}`);
  const partitions = root.get('partitions');
  if (partitions === undefined) throw operationFailure('Missing partitions field');
  const deletions = asArray(partitions).map((element) => {
    const object = asObject(element);
    return {
      topic: asString(fieldOf(object, 'topic')),
      partition: asInteger(fieldOf(object, 'partition')),
      offset: offsetOf(asLong(fieldOf(object, 'offset'))),
    };
  });
  checkDistinct(deletions);
  return deletions;
}

/** No log reaches beyond 2^53: whatever lies there is out of range, as Long.MAX_VALUE is, which Infinity stands for. */
function offsetOf(given: bigint): number {
  if (given > BigInt(Number.MAX_SAFE_INTEGER)) return Number.POSITIVE_INFINITY;
  return Math.max(Number(given), Number.MIN_SAFE_INTEGER);
}

function checkDistinct(deletions: readonly DeleteBefore[]): void {
  const counts = new Map<string, number>();
  for (const deletion of deletions) counts.set(keyOf(deletion), (counts.get(keyOf(deletion)) ?? 0) + 1);
  const first = new Map(deletions.map((deletion) => [keyOf(deletion), deletion]));
  const twice = [...first].filter(([key]) => (counts.get(key) ?? 0) > 1).map(([, deletion]) => deletion);
  if (twice.length === 0) return;
  // Java's computeIfAbsent puts what is new at the head of its bucket.
  const names = inHashOrder(twice.reverse(), partitionHash).map(keyOf).join(',');
  const message = `Offset json file contains duplicate topic partitions: ${names}`;
  throw uncaught('org.apache.kafka.tools.AdminCommandFailedException', message);
}

const operationFailure = (message: string): Error =>
  uncaught('org.apache.kafka.tools.AdminOperationException', message);
