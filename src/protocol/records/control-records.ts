/**
 * Control records: what the broker writes among the records of clients, and the quorum into its own log. The key is
 * int16 version 0 and int16 type; the value of a transaction's end is int16 version 0 and int32 coordinator epoch, the
 * other values are messages of their own.
 */
import { BatchBuilder, type BatchFields } from './batch-builder.js';
import { InvalidRecordError } from './record-errors.js';

export const ControlRecordType = {
  abort: 0,
  commit: 1,
  leaderChange: 2,
  snapshotHeader: 3,
  snapshotFooter: 4,
  kraftVersion: 5,
  kraftVoters: 6,
} as const;
export type ControlRecordType = (typeof ControlRecordType)[keyof typeof ControlRecordType];

const KEY_BYTES = 4;
const VERSION = 0;

export interface ControlRecord {
  readonly type: ControlRecordType;
  readonly value: Buffer;
}

export interface EndTxnMarker {
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
}

/** Type of a control record. May be one that Kafka does not know yet: such records are passed over. */
export function controlRecordType(key: Buffer | null): number {
  if (key === null || key.length < KEY_BYTES) {
    throw new InvalidRecordError(`control record with a key of ${key?.length ?? 0} bytes, ${KEY_BYTES} wanted`);
  }
  const version = key.readInt16BE(0);
  if (version < 0) throw new InvalidRecordError(`control record of version ${version}`);
  return key.readInt16BE(2);
}

export function readEndTxnMarker(key: Buffer | null, value: Buffer | null): EndTxnMarker {
  const type = controlRecordType(key);
  if (type !== ControlRecordType.commit && type !== ControlRecordType.abort) {
    throw new InvalidRecordError(`control record of type ${type} is not the end of a transaction`);
  }
  if (value === null || value.length < 6) {
    throw new InvalidRecordError(`end of a transaction in ${value?.length ?? 0} bytes, 6 wanted`);
  }
  return { commit: type === ControlRecordType.commit, coordinatorEpoch: value.readInt32BE(2) };
}

/** A control batch of the records given, all with one timestamp. */
export function buildControlBatch(records: readonly ControlRecord[], timestamp: number, fields: BatchFields): Buffer {
  const builder = new BatchBuilder();
  for (const { type, value } of records) builder.append(timestamp, controlKey(type), value);
  return builder.build({ ...fields, control: true });
}

export interface EndTxnMarkerFields extends EndTxnMarker {
  readonly timestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
}

/** The batch that ends a transaction in a partition. */
export function buildEndTxnMarkerBatch(marker: EndTxnMarkerFields): Buffer {
  const { commit, coordinatorEpoch, timestamp, ...fields } = marker;
  const value = Buffer.allocUnsafe(6);
  value.writeInt16BE(VERSION, 0);
  value.writeInt32BE(coordinatorEpoch, 2);
  const type = commit ? ControlRecordType.commit : ControlRecordType.abort;
  return buildControlBatch([{ type, value }], timestamp, { ...fields, transactional: true });
}

function controlKey(type: ControlRecordType): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.writeInt16BE(VERSION, 0);
  key.writeInt16BE(type, 2);
  return key;
}
