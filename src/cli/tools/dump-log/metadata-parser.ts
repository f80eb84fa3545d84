import { METADATA_LAYOUTS } from '../../../protocol/generated/metadata-layouts.js';
import { METADATA_RECORD_KEYS } from '../../../protocol/generated/metadata-records.js';
import { UnreadableMessageError } from '../../../protocol/message-json.js';
import type { MessageLayout } from '../../../protocol/message-layout.js';
import { anyVersionJson } from './later-version.js';
import { garbageBehind, readFrame, unknownRecord, unreadableRecord } from './metadata-frame.js';
import type { ParsedRecord } from './record-parser.js';
import type { StoredRecord } from './stored-record.js';

const NAMES = new Map(Object.entries(METADATA_RECORD_KEYS).map(([name, apiKey]) => [apiKey as number, name]));

/** Records of `__cluster_metadata`, which have no keys. */
export function clusterMetadataParser(record: StoredRecord): ParsedRecord {
  try {
    return { key: null, payload: recordText(record.value()) };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    return { key: null, payload: `Error at ${record.offset}, skipping. ${error.message}` };
  }
}

function recordText(value: Buffer | null): string {
  const { apiKey, version, bytes } = readFrame(value);
  const name = NAMES.get(apiKey);
  if (name === undefined) throw unknownRecord(apiKey);
  const { json, restBytes } = body(apiKey, METADATA_LAYOUTS[name] as MessageLayout, version, bytes);
  if (restBytes > 0) throw garbageBehind(apiKey, restBytes);
  return `{"type":"${constantName(name)}","version":${version},"data":${json}}`;
}

function body(apiKey: number, layout: MessageLayout, version: number, bytes: Buffer) {
  try {
    return anyVersionJson(layout, version, bytes);
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    throw unreadableRecord(apiKey);
  }
}

/** `RegisterBrokerRecord` is REGISTER_BROKER_RECORD. */
const constantName = (name: string): string => name.replace(/(?<=.)(?=[A-Z])/g, '_').toUpperCase();
