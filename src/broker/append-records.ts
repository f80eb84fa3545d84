import { KafkaError } from '../protocol/errors.js';
import { BatchBuilder } from '../protocol/records/batch-builder.js';
import type { Partition, Verification } from './partition.js';

/** One batch of a coordinator's records. */
export function batchOf<Rec>(
  records: readonly Rec[],
  encode: (record: Rec) => { readonly key: Buffer; readonly value: Buffer | null },
  nowMs: number,
): BatchBuilder {
  const builder = new BatchBuilder();
  for (const record of records) {
    const { key, value } = encode(record);
    builder.append(nowMs, key, value);
  }
  return builder;
}

/** @returns the offset of the first record. @throws KafkaError as the log refuses */
export function appendBatch(partition: Partition, batch: Buffer, verification: Verification = {}): number {
  if (!partition.isLeader) throw new KafkaError('NOT_COORDINATOR');
  const result = partition.appendOwn(batch, verification);
  if (result.kind === 'failed') throw new KafkaError(result.error, result.message);
  return result.baseOffset;
}
