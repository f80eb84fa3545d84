import { isUtf8 } from 'node:buffer';
import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { jsonString } from '../../../protocol/message-json.js';
import type { OutputBuffer } from './output-buffer.js';

/** Makes what is printed of the record that the cursor of `records` stands on. */
export interface Formatter {
  /** Adds the record's text. What it added before an error stays, as with Kafka's. @throws ToolError */
  format(records: ConsumedRecords, output: OutputBuffer): void;
  /** Key and value for output that programs read; null for a record that is passed over. @throws ToolError */
  fields(records: ConsumedRecords): RecordFields | null;
}

export interface RecordFields {
  readonly key: FieldJson;
  readonly value: FieldJson;
}

/** A value as JSON, or bytes that are no text in base64. */
export interface FieldJson {
  readonly json: string;
  readonly isBase64: boolean;
}

export const NULL_FIELD: FieldJson = { json: 'null', isBase64: false };

/** Bytes as text where they are UTF-8, else in base64. */
export function bytesField(bytes: Buffer | null): FieldJson {
  if (bytes === null) return NULL_FIELD;
  if (isUtf8(bytes)) return { json: jsonString(bytes.toString('utf8')), isBase64: false };
  return { json: `"${bytes.toString('base64')}"`, isBase64: true };
}
