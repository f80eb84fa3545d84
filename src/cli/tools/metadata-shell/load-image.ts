import { DiskError } from '../../../base/disk.js';
import type { Logger } from '../../../base/host.js';
import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { MetadataTransactions } from '../../../broker/metadata-batch.js';
import { METADATA_VERSION } from '../../../protocol/features.js';
import type { MetadataRecord } from '../../../protocol/generated/metadata-records.js';
import { decodeMetadataRecord } from '../../../protocol/metadata-frame.js';
import * as header from '../../../protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../../protocol/records/batch-reader.js';
import { CorruptRecordError } from '../../../protocol/records/record-errors.js';
import { MetadataDelta } from '../../../state/metadata/delta.js';
import { BrokenMetadataError, MetadataImage } from '../../../state/metadata/image.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { NO_PROVENANCE, type Provenance } from './image-nodes.js';

export interface LoadedImage {
  readonly image: MetadataImage;
  readonly provenance: Provenance;
}

/**
 * Reads a segment or a snapshot of `__cluster_metadata`. What cannot be read or applied is told and left out; a batch
 * that was not written whole ends the file.
 *
 * @throws ToolError for a file that is none of the metadata
 */
export function loadImage(io: Io, path: string, logger: Logger): LoadedImage {
  const bytes = contentOf(io, path);
  const image = new MetadataImage();
  const transactions = new MetadataTransactions();
  let provenance = NO_PROVENANCE;
  let batches = 0;
  try {
    for (const at of batchStarts(bytes)) {
      batches++;
      if (header.isControl(header.attributes(bytes, at))) continue;
      const records = recordsIn(bytes, at, logger);
      apply(image, transactions.apply(records), header.lastOffset(bytes, at), logger);
      provenance = {
        offset: header.lastOffset(bytes, at),
        epoch: header.leaderEpoch(bytes, at),
        timeMs: header.maxTimestamp(bytes, at),
      };
    }
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error;
    throw new ToolError(`${path} cannot be read on after its batch ${batches}: ${error.message}`);
  }
  if (batches === 0) {
    throw new ToolError(`${path} has no metadata: a segment (.log) or snapshot (.checkpoint) of it is wanted`);
  }
  if (image.features.has(METADATA_VERSION)) return { image, provenance };
  // Kafka makes no image of a part of the log that does not begin at its beginning.
  logger.error(`${path} does not say the metadata.version, as a later segment does not: read a snapshot (.checkpoint)`);
  return { image: new MetadataImage(), provenance: NO_PROVENANCE };
}

function contentOf(io: Io, path: string): Buffer {
  try {
    return io.host.disk.readWhole(path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const javaClass = JAVA_CLASSES[error.code];
    if (javaClass === undefined || io.stderr.isTerminal) {
      throw new ToolError(`Unexpected error: cannot read ${path}: ${error.message}`);
    }
    const text = `${javaClass}: ${path}`;
    throw new ToolError(`Unexpected error: ${text}\njava.util.concurrent.ExecutionException: ${text}`);
  }
}

const JAVA_CLASSES: Readonly<Record<string, string>> = {
  ENOENT: 'java.nio.file.NoSuchFileException',
  EACCES: 'java.nio.file.AccessDeniedException',
};

function recordsIn(bytes: Buffer, at: number, logger: Logger): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const { offset, value } of readRecords(bytes, at)) {
    try {
      if (value === null) throw new MalformedBytesError('it has no content');
      records.push(decodeMetadataRecord(value));
    } catch (error) {
      if (!(error instanceof MalformedBytesError)) throw error;
      logger.error(`unable to read metadata record at offset ${offset}`, error);
    }
  }
  return records;
}

function apply(image: MetadataImage, records: readonly MetadataRecord[], offset: number, logger: Logger): void {
  const unused = new MetadataDelta();
  for (const record of records) {
    try {
      image.replay(record, unused);
    } catch (error) {
      if (!(error instanceof BrokenMetadataError)) throw error;
      logger.error(`Error loading metadata log record from the batch that ends at offset ${offset}`, error);
    }
  }
}
