import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import type { RecordCursor } from '../../../protocol/records/record-cursor.js';
import type { Deserializer } from './deserializer.js';
import { bytesField, type FieldJson, type Formatter, NULL_FIELD, type RecordFields } from './formatter.js';
import type { OutputBuffer } from './output-buffer.js';

export interface Deserializers {
  readonly key: Deserializer | null;
  readonly value: Deserializer | null;
  readonly headers: Deserializer | null;
}

type Part = (records: ConsumedRecords, output: OutputBuffer) => void;

/** Kafka's DefaultMessageFormatter: the parts of a record that its properties ask for, in their fixed order. */
export class DefaultFormatter implements Formatter {
  private readonly properties: ReadonlyMap<string, string>;
  readonly deserializers: Deserializers;
  private readonly parts: readonly Part[];
  private readonly separator: Buffer;
  private readonly lineSeparator: Buffer;
  private readonly headersSeparator: Buffer;
  private readonly nullLiteral: Buffer;

  constructor(properties: ReadonlyMap<string, string>, deserializers: Deserializers) {
    this.properties = properties;
    this.deserializers = deserializers;
    this.separator = this.bytesOf('key.separator', '\t');
    this.lineSeparator = this.bytesOf('line.separator', '\n');
    this.headersSeparator = this.bytesOf('headers.separator', ',');
    this.nullLiteral = this.bytesOf('null.literal', 'null');
    this.parts = [
      ...this.when('print.timestamp', printTimestamp),
      ...this.when('print.partition', ({ partition }, output) => output.text(`Partition:${partition}`)),
      ...this.when('print.offset', ({ cursor }, output) => output.text(`Offset:${cursor.offset}`)),
      ...this.when('print.delivery', ({ deliveryCount }, output) =>
        output.text(`Delivery:${deliveryCount ?? 'NOT_PRESENT'}`),
      ),
      // The console consumers of Apache Kafka 4.3.1 do not hand the epoch on to its formatters.
      ...this.when('print.epoch', (_records, output) => output.text('Epoch:NOT_PRESENT')),
      ...this.when('print.headers', ({ cursor }, output) => this.printHeaders(cursor, output)),
      ...this.when('print.key', ({ cursor }, output) => this.printKey(cursor, output)),
      ...this.when('print.value', ({ cursor }, output) => this.printValue(cursor, output), true),
    ];
  }

  format(records: ConsumedRecords, output: OutputBuffer): void {
    const { parts } = this;
    for (let index = 0; index < parts.length; index++) {
      if (index > 0) output.append(this.separator);
      (parts[index] as Part)(records, output);
    }
    if (parts.length > 0) output.append(this.lineSeparator);
  }

  fields({ cursor }: ConsumedRecords): RecordFields {
    const { key, value } = this.deserializers;
    return { key: fieldOf(cursor.key(), key), value: fieldOf(cursor.value(), value) };
  }

  private when(name: string, part: Part, otherwise = false): Part[] {
    const given = this.properties.get(name);
    const isOn = given === undefined ? otherwise : given.trim().toLowerCase() === 'true';
    return isOn ? [part] : [];
  }

  private bytesOf(name: string, otherwise: string): Buffer {
    return Buffer.from(this.properties.get(name) ?? otherwise);
  }

  private printKey(cursor: RecordCursor, output: OutputBuffer): void {
    const { key } = this.deserializers;
    if (key !== null) this.printDeserialized(cursor.key(), key, output);
    else if (cursor.keySizeBytes < 0) output.append(this.nullLiteral);
    else output.copy(cursor.bytes, cursor.keyAt, cursor.keyAt + cursor.keySizeBytes);
  }

  private printValue(cursor: RecordCursor, output: OutputBuffer): void {
    const { value } = this.deserializers;
    if (value !== null) this.printDeserialized(cursor.value(), value, output);
    else if (cursor.valueSizeBytes < 0) output.append(this.nullLiteral);
    else output.copy(cursor.bytes, cursor.valueAt, cursor.valueAt + cursor.valueSizeBytes);
  }

  /** For null a deserializer gets the bytes of `null.literal`, as Kafka hands them to it. */
  private printDeserialized(bytes: Buffer | null, deserializer: Deserializer, output: OutputBuffer): void {
    const text = deserializer.text(bytes ?? this.nullLiteral);
    if (typeof text === 'string') output.text(text);
    else output.append(text);
  }

  private printHeaders(cursor: RecordCursor, output: OutputBuffer): void {
    const deserializer = this.deserializers.headers;
    if (cursor.headerCount === 0) output.text('NO_HEADERS');
    for (const [index, { key, value }] of cursor.headers().entries()) {
      if (index > 0) output.append(this.headersSeparator);
      output.text(`${key}:`);
      if (deserializer !== null) this.printDeserialized(value, deserializer, output);
      else output.append(value ?? this.nullLiteral);
    }
  }
}

/** A field of a record by its deserializer, if it has one. */
export function fieldOf(bytes: Buffer | null, deserializer: Deserializer | null): FieldJson {
  if (bytes === null) return NULL_FIELD;
  const json = deserializer?.json(bytes) ?? null;
  return json === null ? bytesField(bytes) : { json, isBase64: false };
}

function printTimestamp({ cursor, timestampType }: ConsumedRecords, output: OutputBuffer): void {
  output.text(timestampType === 'NoTimestampType' ? 'NO_TIMESTAMP' : `${timestampType}:${cursor.timestamp}`);
}
