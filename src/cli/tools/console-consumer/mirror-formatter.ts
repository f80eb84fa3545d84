import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { jsonString } from '../../../protocol/message-json.js';
import { uncaught } from '../../tool-error.js';
import type { Formatter, RecordFields } from './formatter.js';
import type { OutputBuffer } from './output-buffer.js';

type FieldType = 'string' | 'int16' | 'int32' | 'int64';
type Fields = Readonly<Record<string, FieldType>>;
type Values = ReadonlyMap<string, string | bigint>;

interface MirrorRecord {
  readonly key: Fields;
  readonly value: Fields;
  /** What Java's `toString` of the record says. */
  text(key: Values, value: Values): string;
}

const partitionOf = (key: Values): string => `${key.get('topic')}-${key.get('partition')}`;

/** What MirrorMaker writes to its topics `checkpoints.internal`, `heartbeats` and `mm2-offset-syncs.internal`. */
const RECORDS: Readonly<Record<string, MirrorRecord>> = {
  CheckpointFormatter: {
    key: { group: 'string', topic: 'string', partition: 'int32' },
    value: { version: 'int16', upstreamOffset: 'int64', offset: 'int64', metadata: 'string' },
    text: (key, value) =>
      `Checkpoint{consumerGroupId=${key.get('group')}, topicPartition=${partitionOf(key)}, upstreamOffset=${value.get('upstreamOffset')}, downstreamOffset=${value.get('offset')}, metadata=${value.get('metadata')}}`,
  },
  HeartbeatFormatter: {
    key: { sourceClusterAlias: 'string', targetClusterAlias: 'string' },
    value: { version: 'int16', timestamp: 'int64' },
    text: (key, value) =>
      `Heartbeat{sourceClusterAlias=${key.get('sourceClusterAlias')}, targetClusterAlias=${key.get('targetClusterAlias')}, timestamp=${value.get('timestamp')}}`,
  },
  OffsetSyncFormatter: {
    key: { topic: 'string', partition: 'int32' },
    value: { upstreamOffset: 'int64', offset: 'int64' },
    text: (key, value) =>
      `OffsetSync{topicPartition=${partitionOf(key)}, upstreamOffset=${value.get('upstreamOffset')}, downstreamOffset=${value.get('offset')}}`,
  },
};

/** One of MirrorMaker's formatters by the name of its class, without the package. */
export class MirrorFormatter implements Formatter {
  private readonly record: MirrorRecord;
  private readonly readsKeyFirst: boolean;

  constructor(name: string) {
    this.record = RECORDS[name] as MirrorRecord;
    // Which of two errors is told goes by the order in which Kafka reads.
    this.readsKeyFirst = name === 'OffsetSyncFormatter';
  }

  format(records: ConsumedRecords, output: OutputBuffer): void {
    const { key, value } = this.read(records);
    output.text(`${this.record.text(key, value)}\n`);
  }

  fields(records: ConsumedRecords): RecordFields {
    const { key, value } = this.read(records);
    return { key: { json: objectJson(key), isBase64: false }, value: { json: objectJson(value), isBase64: false } };
  }

  private read({ cursor }: ConsumedRecords): { key: Values; value: Values } {
    const ofKey = (): Values => valuesOf(this.record.key, cursor.key());
    const ofValue = (): Values => valuesOf(this.record.value, cursor.value());
    if (this.readsKeyFirst) return { key: ofKey(), value: ofValue() };
    const value = ofValue();
    return { key: ofKey(), value };
  }
}

function valuesOf(fields: Fields, bytes: Buffer | null): Values {
  if (bytes === null) {
    throw uncaught('java.lang.NullPointerException', 'Cannot read the array length because "array" is null');
  }
  const values = new Map<string, string | bigint>();
  let at = 0;
  for (const [name, type] of Object.entries(fields)) {
    const [value, sizeBytes] = valueAt(bytes, at, name, type);
    values.set(name, value);
    at += sizeBytes;
  }
  return values;
}

const SIZES_BYTES = { string: 2, int16: 2, int32: 4, int64: 8 };

function valueAt(
  bytes: Buffer,
  at: number,
  name: string,
  type: FieldType,
): [value: string | bigint, sizeBytes: number] {
  const sizeBytes = SIZES_BYTES[type];
  if (at + sizeBytes > bytes.length) throw schemaError(name, 'java.nio.BufferUnderflowException');
  if (type === 'int64') return [bytes.readBigInt64BE(at), sizeBytes];
  if (type !== 'string') return [BigInt(bytes.readIntBE(at, sizeBytes)), sizeBytes];
  const length = bytes.readInt16BE(at);
  const left = bytes.length - at - sizeBytes;
  if (length < 0) throw schemaError(name, `String length ${length} cannot be negative`);
  if (length > left) throw schemaError(name, `Error reading string of length ${length}, only ${left} bytes available`);
  return [bytes.toString('utf8', at + 2, at + 2 + length), sizeBytes + length];
}

function schemaError(field: string, why: string): Error {
  return uncaught('org.apache.kafka.common.protocol.types.SchemaException', `Error reading field '${field}': ${why}`);
}

function objectJson(values: Values): string {
  const members = [...values].map(
    ([name, value]) => `"${name}":${typeof value === 'string' ? jsonString(value) : value}`,
  );
  return `{${members.join(',')}}`;
}
