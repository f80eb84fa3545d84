import { BatchBuilder, type BatchFields } from '../../src/protocol/records/batch-builder.js';

/** A batch with a record for each value, all with one timestamp. */
export function batchOf(values: readonly (string | Buffer)[], timestamp = 1000, fields: BatchFields = {}): Buffer {
  const builder = new BatchBuilder();
  for (const value of values) builder.append(timestamp, null, Buffer.from(value));
  return builder.build(fields);
}
