import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { decodeMetadataRecord, encodeMetadataRecord } from '../protocol/metadata-frame.js';
import { BatchBuilder } from '../protocol/records/batch-builder.js';
import * as header from '../protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../protocol/records/batch-reader.js';

/** A stretch of the metadata log that is applied in one piece. */
export interface MetadataBatch {
  readonly records: readonly MetadataRecord[];
  readonly lastOffset: number;
  /** Where it was appended just now: in the log, frames included, and when. */
  readonly sizeBytes?: number;
  readonly appendedMs?: number;
}

/** @returns one batch of magic 2, without producer and compression, all records with the same timestamp. */
export function encodeMetadataBatch(
  records: readonly MetadataRecord[],
  baseOffset: number,
  leaderEpoch: number,
  nowMs: number,
): Buffer {
  const builder = new BatchBuilder();
  for (const record of records) builder.append(nowMs, null, encodeMetadataRecord(record));
  return builder.build({ baseOffset, leaderEpoch });
}

/** The data batches among `bytes`, decoded; control batches are the quorum's own affair. */
export function* decodeMetadataBatches(bytes: Buffer): Generator<MetadataBatch> {
  for (const at of batchStarts(bytes)) {
    const lastOffset = header.lastOffset(bytes, at);
    if (header.isControl(header.attributes(bytes, at))) {
      yield { records: [], lastOffset };
      continue;
    }
    const records = readRecords(bytes, at).map(({ offset, value }) => {
      if (value === null) throw new MalformedBytesError(`a metadata record without content at offset ${offset}`);
      return decodeMetadataRecord(value);
    });
    yield { records, lastOffset };
  }
}

/**
 * Metadata transactions may run over many batches (KIP-868): their records are held back until the end and forgotten
 * after an abort. Gives what can be applied now.
 */
export class MetadataTransactions {
  private held: MetadataRecord[] | null = null;

  apply(records: readonly MetadataRecord[]): readonly MetadataRecord[] {
    if (this.held === null && !records.some((record) => record.type === 'BeginTransactionRecord')) return records;
    const ready: MetadataRecord[] = [];
    for (const record of records) {
      switch (record.type) {
        case 'BeginTransactionRecord':
          this.held = [];
          break;
        case 'EndTransactionRecord':
          ready.push(...(this.held ?? []));
          this.held = null;
          break;
        case 'AbortTransactionRecord':
          this.held = null;
          break;
        default:
          (this.held ?? ready).push(record);
      }
    }
    return ready;
  }
}
