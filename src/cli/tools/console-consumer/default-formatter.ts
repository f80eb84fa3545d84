import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { deserializer, type ToText } from './deserializers.js';

/** Makes what is printed of the record that the cursor of `records` stands on. */
export interface Formatter {
  /** Adds the record's bytes to `chunks`. */
  format(records: ConsumedRecords, chunks: Buffer[]): void;
}

type Part = (records: ConsumedRecords, chunks: Buffer[]) => unknown;

/** Prints nothing. */
export const NO_FORMATTER: Formatter = { format: () => undefined };

/** The properties of Kafka's DefaultMessageFormatter. */
export class DefaultFormatter implements Formatter {
  private readonly properties: ReadonlyMap<string, string>;
  private readonly parts: readonly Part[];
  private readonly separator: Buffer;
  private readonly lineSeparator: Buffer;
  private readonly headersSeparator: Buffer;
  private readonly nullLiteral: Buffer;
  private readonly endsWithSeparator: boolean;
  private readonly texts = new Map<string, ToText>();

  constructor(properties: ReadonlyMap<string, string>) {
    this.properties = properties;
    this.separator = this.textOf('key.separator', '\t');
    this.lineSeparator = this.textOf('line.separator', '\n');
    this.headersSeparator = this.textOf('headers.separator', ',');
    this.nullLiteral = this.textOf('null.literal', 'null');
    this.parts = [
      ...this.when('print.timestamp', printTimestamp),
      ...this.when('print.partition', ({ partition }, chunks) => chunks.push(Buffer.from(`Partition:${partition}`))),
      ...this.when('print.offset', ({ cursor }, chunks) => chunks.push(Buffer.from(`Offset:${cursor.offset}`))),
      ...this.when('print.delivery', (_records, chunks) => chunks.push(Buffer.from('Delivery:NOT_PRESENT'))),
      // The console consumer of Apache Kafka 4.3.1 does not hand the epoch on to its formatters.
      ...this.when('print.epoch', (_records, chunks) => chunks.push(Buffer.from('Epoch:NOT_PRESENT'))),
      ...this.when('print.headers', (records, chunks) => this.printHeaders(records, chunks)),
      ...this.when('print.key', ({ cursor }, chunks) => chunks.push(this.shown('key', cursor.key()))),
      ...this.when('print.value', ({ cursor }, chunks) => chunks.push(this.shown('value', cursor.value())), true),
    ];
    this.endsWithSeparator = this.parts.length > 0;
  }

  format(records: ConsumedRecords, chunks: Buffer[]): void {
    for (let index = 0; index < this.parts.length; index++) {
      if (index > 0) chunks.push(this.separator);
      this.parts[index]?.(records, chunks);
    }
    if (this.endsWithSeparator) chunks.push(this.lineSeparator);
  }

  private when(name: string, part: Part, otherwise = false): Part[] {
    const given = this.properties.get(name);
    const isOn = given === undefined ? otherwise : given.trim().toLowerCase() === 'true';
    return isOn ? [part] : [];
  }

  private textOf(name: string, otherwise: string): Buffer {
    return Buffer.from(this.properties.get(name) ?? otherwise);
  }

  private shown(what: 'key' | 'value' | 'headers', bytes: Buffer | null): Buffer {
    if (bytes === null) return this.nullLiteral;
    let text = this.texts.get(what);
    if (text === undefined) {
      text = deserializer(this.properties.get(`${what}.deserializer`));
      this.texts.set(what, text);
    }
    return text(bytes);
  }

  private printHeaders({ cursor }: ConsumedRecords, chunks: Buffer[]): void {
    const headers = cursor.headers();
    if (headers.length === 0) chunks.push(Buffer.from('NO_HEADERS'));
    for (const [index, { key, value }] of headers.entries()) {
      if (index > 0) chunks.push(this.headersSeparator);
      chunks.push(Buffer.from(`${key}:`), this.shown('headers', value));
    }
  }
}

function printTimestamp({ cursor, timestampType }: ConsumedRecords, chunks: Buffer[]): void {
  const text = timestampType === 'NoTimestampType' ? 'NO_TIMESTAMP' : `${timestampType}:${cursor.timestamp}`;
  chunks.push(Buffer.from(text));
}

const CLASS = /^(?:org\.apache\.kafka\.tools\.consumer\.|kafka\.tools\.)?(Default|NoOp)MessageFormatter$/;

/** Null for a class that there is none of. */
export function formatterOf(name: string, properties: ReadonlyMap<string, string>): Formatter | null {
  const kind = CLASS.exec(name)?.[1];
  if (kind === undefined) return null;
  return kind === 'NoOp' ? NO_FORMATTER : new DefaultFormatter(properties);
}
