import { CONTROL_LAYOUTS } from '../../../protocol/generated/control-layouts.js';
import { messageJson, UnreadableMessageError } from '../../../protocol/message-json.js';
import type { MessageLayout } from '../../../protocol/message-layout.js';
import { ControlRecordType } from '../../../protocol/records/control-records.js';
import { runtimeException, uncaught } from '../../tool-error.js';
import { invalidRecord, wordless } from './java-failures.js';
import type { StoredRecord } from './stored-record.js';

const KEY_BYTES = 4;
const MARKER_BYTES = 6;

/** What the quorum writes into its log and its snapshots: how Kafka's tool names it, and as which message it is read. */
const MESSAGES: Readonly<Record<number, readonly [label: string, message: string]>> = {
  [ControlRecordType.leaderChange]: ['LeaderChange:', 'LeaderChangeMessage'],
  [ControlRecordType.snapshotHeader]: ['SnapshotHeader', 'SnapshotHeaderRecord'],
  [ControlRecordType.snapshotFooter]: ['SnapshotFooter', 'SnapshotFooterRecord'],
  [ControlRecordType.kraftVersion]: ['KRaftVersion', 'KRaftVersionRecord'],
  [ControlRecordType.kraftVoters]: ['KRaftVoters', 'VotersRecord'],
};

/** What a control record says, as it stands behind the record's other facts. @throws ToolError in Java's words */
export function controlText(record: StoredRecord): string {
  const type = typeOf(record.key());
  if (type === ControlRecordType.commit || type === ControlRecordType.abort) {
    const epoch = coordinatorEpoch(record.value());
    return ` endTxnMarker: ${type === ControlRecordType.commit ? 'COMMIT' : 'ABORT'} coordinatorEpoch: ${epoch}`;
  }
  const message = MESSAGES[type];
  if (message === undefined) return ` controlType: UNKNOWN(${type})`;
  const [label, name] = message;
  return ` ${label} ${messageText(name, record.value())}`;
}

function typeOf(key: Buffer | null): number {
  if (key === null) throw nothingThere('key', 'duplicate');
  if (key.length < KEY_BYTES) {
    const found = `at least ${KEY_BYTES} bytes, but found only ${key.length}`;
    throw invalidRecord(`Invalid value size found for control record key. Must have ${found}`);
  }
  const version = key.readInt16BE(0);
  if (version >= 0) return key.readInt16BE(2);
  throw invalidRecord(`Invalid version found for control record: ${version}. May indicate data corruption`);
}

function coordinatorEpoch(value: Buffer | null): number {
  if (value === null) throw nothingThere('value', 'getShort');
  if (value.length < MARKER_BYTES) {
    throw wordless('java.nio.BufferUnderflowException', `The end of a transaction has ${value.length} bytes`);
  }
  const version = value.readInt16BE(0);
  if (version >= 0) return value.readInt32BE(2);
  throw invalidRecord(`Invalid version found for end transaction marker: ${version}. May indicate data corruption`);
}

/** Kafka's tool reads them as version 0, whatever they say. */
function messageText(name: string, value: Buffer | null): string {
  if (value === null) throw nothingThere('data', 'slice');
  try {
    return messageJson(CONTROL_LAYOUTS[name] as MessageLayout, 0, value);
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    if (error.message !== 'null') throw runtimeException(error.message);
    throw wordless('java.nio.BufferUnderflowException', `A ${name} ends before its last field`);
  }
}

const nothingThere = (what: string, call: string): Error => {
  const java = `Cannot invoke "java.nio.ByteBuffer.${call}()" because "${what}" is null`;
  return uncaught('java.lang.NullPointerException', `A control record has no ${what}`, java);
};
