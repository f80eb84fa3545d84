import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { type CoordinatorRecordJson, readCoordinatorRecord } from '../../../protocol/coordinator-record-json.js';
import { UnreadableMessageError } from '../../../protocol/message-json.js';
import type { CoordinatorRecordLayouts } from '../../../protocol/message-layout.js';
import { runtimeException } from '../../tool-error.js';
import { type Formatter, NULL_FIELD, type RecordFields } from './formatter.js';
import type { OutputBuffer } from './output-buffer.js';

/**
 * Prints records of a coordinator's topic as one JSON object each, with nothing between them. Records without a key, of
 * unknown types and of types that it is not for are passed over, the last of them only after they could be read.
 */
export class CoordinatorFormatter implements Formatter {
  private readonly layouts: CoordinatorRecordLayouts;
  private readonly wanted: (type: number) => boolean;

  constructor(layouts: CoordinatorRecordLayouts, wanted: (type: number) => boolean) {
    this.layouts = layouts;
    this.wanted = wanted;
  }

  format(records: ConsumedRecords, output: OutputBuffer): void {
    const record = this.read(records);
    if (record !== null) output.text(`{"key":${keyText(record)},"value":${valueText(record)}}`);
  }

  fields(records: ConsumedRecords): RecordFields | null {
    const record = this.read(records);
    if (record === null) return null;
    const value = record.value === null ? NULL_FIELD : { json: valueText(record), isBase64: false };
    return { key: { json: keyText(record), isBase64: false }, value };
  }

  private read({ cursor }: ConsumedRecords): CoordinatorRecordJson | null {
    const key = cursor.key();
    if (key === null) return null;
    try {
      const record = readCoordinatorRecord(this.layouts, key, cursor.value());
      return record !== null && this.wanted(record.type) ? record : null;
    } catch (error) {
      if (!(error instanceof UnreadableMessageError)) throw error;
      throw runtimeException(`Could not read record at offset ${cursor.offset} due to: ${error.message}`);
    }
  }
}

const keyText = ({ type, key }: CoordinatorRecordJson): string => `{"type":${type},"data":${key}}`;

const valueText = ({ value }: CoordinatorRecordJson): string =>
  value === null ? 'null' : `{"version":${value.version},"data":${value.json}}`;
