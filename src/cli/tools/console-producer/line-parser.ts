import type { RecordHeader } from '../../../protocol/records/record.js';
import { uncaught } from '../../tool-error.js';

/** A record as a line says it. */
export interface ParsedLine {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[] | undefined;
}

const kafkaException = (message: string): Error => uncaught('org.apache.kafka.common.KafkaException', message);

/** Makes records of lines by the properties of Kafka's LineMessageReader. Lines are numbered from 1. */
export class LineParser {
  /** Every line is a value, as it is. */
  readonly isPlain: boolean;
  private readonly parsesKey: boolean;
  private readonly parsesHeaders: boolean;
  private readonly ignoresErrors: boolean;
  private readonly keySeparator: string;
  private readonly headersDelimiter: string;
  private readonly headersSeparator: string;
  private readonly headerKeySeparator: string;
  private readonly nullMarker: string | null;
  private lineNumber = 0;

  /** @throws ToolError for separators that cannot be told apart */
  constructor(properties: ReadonlyMap<string, string>) {
    const isTrue = (name: string): boolean => properties.get(name)?.trim().toLowerCase() === 'true';
    this.parsesKey = isTrue('parse.key');
    this.parsesHeaders = isTrue('parse.headers');
    this.ignoresErrors = isTrue('ignore.error');
    this.keySeparator = properties.get('key.separator') ?? '\t';
    this.headersDelimiter = properties.get('headers.delimiter') ?? '\t';
    this.headersSeparator = properties.get('headers.separator') ?? ',';
    this.headerKeySeparator = properties.get('headers.key.separator') ?? ':';
    this.nullMarker = properties.get('null.marker') ?? null;
    this.isPlain = !this.parsesKey && !this.parsesHeaders && this.nullMarker === null;
    this.checkSeparators();
  }

  /** @throws ToolError for a line that does not have the parts it should have */
  parse(line: Buffer): ParsedLine {
    this.lineNumber++;
    if (this.isPlain) return { key: null, value: line, headers: undefined };
    const text = line.toString();
    const headers = this.parsesHeaders ? this.part(text, 0, this.headersDelimiter, 'headers delimiter') : null;
    const keyAt = headers === null ? 0 : headers.length + this.headersDelimiter.length;
    const key = this.parsesKey ? this.part(text, keyAt, this.keySeparator, 'key separator') : null;
    const valueAt = keyAt + (key === null ? 0 : key.length + this.keySeparator.length);
    return {
      key: this.bytesOf(key),
      value: this.bytesOf(text.slice(valueAt)),
      headers: headers === null || headers === this.nullMarker ? undefined : this.headersOf(headers),
    };
  }

  private bytesOf(text: string | null): Buffer | null {
    return text === null || text === this.nullMarker ? null : Buffer.from(text);
  }

  private part(text: string, from: number, separator: string, what: string): string | null {
    const end = text.indexOf(separator, from);
    if (end >= 0) return text.slice(from, end);
    if (this.ignoresErrors) return null;
    throw kafkaException(`No ${what} found on line number ${this.lineNumber}: '${text}'`);
  }

  private headersOf(text: string): RecordHeader[] {
    const pairs = text.split(this.headersSeparator);
    while (pairs.length > 1 && pairs.at(-1) === '') pairs.pop();
    return pairs.map((pair) => {
      const end = pair.indexOf(this.headerKeySeparator);
      if (end < 0) {
        if (this.ignoresErrors) return { key: pair, value: null };
        throw kafkaException(`No header key separator found in pair '${pair}' on line number ${this.lineNumber}`);
      }
      const key = pair.slice(0, end);
      if (key === this.nullMarker) {
        throw kafkaException(
          `Header keys should not be equal to the null marker '${this.nullMarker}' as they can't be null`,
        );
      }
      return { key, value: this.bytesOf(pair.slice(end + this.headerKeySeparator.length)) };
    });
  }

  private checkSeparators(): void {
    const differ = (one: string | null, other: string, names: string): void => {
      if (one === other) throw kafkaException(`${names} may not be equal`);
    };
    if (this.parsesHeaders) {
      differ(this.headersDelimiter, this.headersSeparator, 'headers.delimiter and headers.separator');
      differ(this.headersDelimiter, this.headerKeySeparator, 'headers.delimiter and headers.key.separator');
      differ(this.headersSeparator, this.headerKeySeparator, 'headers.separator and headers.key.separator');
    }
    if (this.nullMarker === null) return;
    if (this.parsesKey) differ(this.nullMarker, this.keySeparator, 'null.marker and key.separator');
    if (!this.parsesHeaders) return;
    differ(this.nullMarker, this.headersDelimiter, 'null.marker and headers.delimiter');
    differ(this.nullMarker, this.headersSeparator, 'null.marker and headers.separator');
    differ(this.nullMarker, this.headerKeySeparator, 'null.marker and headers.key.separator');
  }
}
