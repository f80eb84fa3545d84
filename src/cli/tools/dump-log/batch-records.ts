import { CompressionType, decompress, MAX_DECOMPRESSED_BYTES } from '../../../protocol/compression/codec.js';
import { CompressionError } from '../../../protocol/compression/compression-error.js';
import * as header from '../../../protocol/records/batch-header.js';
import { decompressionFailure } from './decompression-failure.js';
import { int64At } from './int64.js';
import { invalidRecord, outOfBounds } from './java-failures.js';
import { RecordReader } from './record-reader.js';
import { baseTimestampAt, codecName, type StoredBatches } from './stored-batches.js';
import type { StoredRecord } from './stored-record.js';

/**
 * The records of the batch that the walk stands on, one after the other; the error comes when it is met, as in Java.
 * @throws ToolError in Java's words
 */
export async function batchRecords(batch: StoredBatches): Promise<Iterable<StoredRecord>> {
  if (batch.magic >= 2) return recordsOfBatch(batch);
  return (await import('./legacy-records.js')).legacyRecords(batch);
}

function* recordsOfBatch(batch: StoredBatches): Generator<StoredRecord> {
  const at = batch.loadWhole();
  const { bytes } = batch.file;
  if (batch.sizeBytes < header.BATCH_HEADER_BYTES) {
    throw outOfBounds(`The batch at position ${batch.position} is shorter than the header of a batch`);
  }
  const count = header.recordCount(bytes, at);
  if (count === 0) return;
  const attributes = header.attributes(bytes, at);
  codecName(attributes);
  const codec = attributes & header.CODEC_MASK;
  const body = bytes.subarray(at + header.BATCH_HEADER_BYTES, at + batch.sizeBytes);
  const content = codec === CompressionType.none ? body : decompressed(codec, body, batch.magic);
  if (count < 0) throw invalidRecord(`Found invalid record count ${count} in magic v${batch.magic} batch`);
  const isAppendTime = (attributes & header.LOG_APPEND_TIME_BIT) !== 0;
  const reader = new RecordReader(content, codec !== CompressionType.none, count, {
    baseOffset: batch.offset,
    baseTimestamp: baseTimestampAt(bytes, at),
    baseSequence: header.baseSequence(bytes, at),
    appendTimestamp: isAppendTime ? int64At(bytes, at + header.MAX_TIMESTAMP_AT) : null,
  });
  if (codec !== CompressionType.none) {
    // Java reads all records of a compressed batch before it gives out the first one.
    while (reader.next() !== null);
    reader.rewind();
  }
  for (let record = reader.next(); record !== null; record = reader.next()) yield record;
}

/** @throws ToolError */
export function decompressed(codec: number, body: Buffer, magic: number): Buffer {
  try {
    return decompress(codec, body, magic, MAX_DECOMPRESSED_BYTES);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    throw decompressionFailure(error, codec, body);
  }
}
