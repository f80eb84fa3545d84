/** The frame around every record of __cluster_metadata: frame version, record type and record version as unsigned varints (KIP-631). */
import { Reader } from '../base/bytes.js';
import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import { Writer } from '../base/writer.js';
import {
  METADATA_RECORD_KEYS,
  type MetadataRecord,
  readMetadataRecord,
  writeMetadataRecord,
} from './generated/metadata-records.js';

const FRAME_VERSION = 1;

export function readMetadataFrame(reader: Reader): { apiKey: number; version: number } {
  const frameVersion = reader.uvarint();
  if (frameVersion !== FRAME_VERSION)
    throw new MalformedBytesError(`metadata record frame of unknown version ${frameVersion}`);
  return { apiKey: reader.uvarint(), version: reader.uvarint() };
}

export function writeMetadataFrame(writer: Writer, apiKey: number, version: number): void {
  writer.uvarint(FRAME_VERSION);
  writer.uvarint(apiKey);
  writer.uvarint(version);
}

/** The value of a record in the log, frame and all. */
export function encodeMetadataRecord(record: MetadataRecord): Buffer {
  const writer = new Writer();
  writeMetadataFrame(writer, METADATA_RECORD_KEYS[record.type], record.version);
  writeMetadataRecord(writer, record);
  return writer.toBuffer();
}

export function decodeMetadataRecord(value: Buffer): MetadataRecord {
  const reader = new Reader(value);
  const { apiKey, version } = readMetadataFrame(reader);
  return readMetadataRecord(reader, apiKey, version);
}
