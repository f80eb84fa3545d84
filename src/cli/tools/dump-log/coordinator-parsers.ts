import { readCoordinatorRecord } from '../../../protocol/coordinator-record-json.js';
import { UnreadableMessageError } from '../../../protocol/message-json.js';
import type { CoordinatorRecordLayouts, MessageLayout } from '../../../protocol/message-layout.js';
import { runtimeException } from '../../tool-error.js';
import { anyVersionJson } from './later-version.js';
import type { ParsedRecord, RecordParser } from './record-parser.js';
import type { StoredRecord } from './stored-record.js';

type ShowValue = (type: number, json: string) => string;

const GROUP_METADATA = 2;

/** Records of `__consumer_offsets`. */
export async function offsetsParser(): Promise<RecordParser> {
  const { GROUP_COORDINATOR_LAYOUTS } = await import('../../../protocol/generated/group-coordinator-layouts.js');
  const { CONSUMER_PROTOCOL_LAYOUTS } = await import('../../../protocol/generated/consumer-protocol-layouts.js');
  const layouts = CONSUMER_PROTOCOL_LAYOUTS as Readonly<Record<ProtocolMessage, MessageLayout>>;
  return parserOf(GROUP_COORDINATOR_LAYOUTS, (type, json) =>
    type === GROUP_METADATA ? withProtocolOfConsumers(json, layouts) : json,
  );
}

/** Records of `__transaction_state`. */
export async function transactionsParser(): Promise<RecordParser> {
  const { TRANSACTION_COORDINATOR_LAYOUTS } = await import(
    '../../../protocol/generated/transaction-coordinator-layouts.js'
  );
  return parserOf(TRANSACTION_COORDINATOR_LAYOUTS);
}

/** Records of `__share_group_state`. */
export async function shareStateParser(): Promise<RecordParser> {
  const { SHARE_COORDINATOR_LAYOUTS } = await import('../../../protocol/generated/share-coordinator-layouts.js');
  return parserOf(SHARE_COORDINATOR_LAYOUTS);
}

function parserOf(layouts: CoordinatorRecordLayouts, show: ShowValue = (_type, json) => json): RecordParser {
  return (record) => {
    const key = record.key();
    if (key !== null) return parsed(layouts, record, key, show);
    const why = 'using the specified decoder (message had a missing key)';
    throw runtimeException(`Failed to decode message at offset ${record.offset} ${why}`);
  };
}

function parsed(layouts: CoordinatorRecordLayouts, record: StoredRecord, key: Buffer, show: ShowValue): ParsedRecord {
  try {
    const found = readCoordinatorRecord(layouts, key, record.value());
    if (found === null) {
      const text = `Unknown record type ${key.readInt16BE(0)} at offset ${record.offset}, skipping.`;
      return { key: text, payload: null };
    }
    const { type, value } = found;
    const shown = value === null ? '<DELETE>' : `{"version":"${value.version}","data":${show(type, value.json)}}`;
    return { key: `{"type":"${type}","data":${found.key}}`, payload: shown };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    return { key: `Error at offset ${record.offset}, skipping. ${error.message}`, payload: null };
  }
}

type ProtocolMessage = 'ConsumerProtocolSubscription' | 'ConsumerProtocolAssignment';

/** What members of a group of consumers said and were told, in base64; a quote inside a text has a backslash before it. */
const PROTOCOL_FIELDS = /"(subscription|assignment)":"([^"]*)"/g;

/** Puts the messages of the consumers' protocol in place of their bytes, wherever the bytes are such a message. */
function withProtocolOfConsumers(json: string, layouts: Readonly<Record<ProtocolMessage, MessageLayout>>): string {
  if (!json.includes('"protocolType":"consumer"')) return json;
  return json.replace(PROTOCOL_FIELDS, (whole, field: string, base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length < 2) return whole;
    const name = field === 'subscription' ? 'ConsumerProtocolSubscription' : 'ConsumerProtocolAssignment';
    try {
      return `"${field}":${anyVersionJson(layouts[name], bytes.readInt16BE(0), bytes.subarray(2)).json}`;
    } catch (error) {
      if (!(error instanceof UnreadableMessageError)) throw error;
      return whole;
    }
  });
}
