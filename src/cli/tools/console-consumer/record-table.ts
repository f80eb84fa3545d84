import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { jsonString } from '../../../protocol/message-json.js';
import { fieldOf } from './default-formatter.js';
import type { Deserializer } from './deserializer.js';
import type { FieldJson, RecordFields } from './formatter.js';

interface Column {
  readonly heading: string;
  /** What does not fit is cut off on a terminal, and moves the rest to the right elsewhere. */
  readonly width: number;
  readonly isNumber?: boolean;
}

const GAP = '  ';

/** Rows of a table whose widths are settled before the first record came: the last column takes what is left. */
export class RecordTable {
  private readonly columns: readonly Column[];
  private readonly lastWidth: number;
  private readonly cuts: boolean;
  private readonly withTopic: boolean;
  private readonly withHeaders: boolean;
  private readonly headers: Deserializer | null;

  /** @param width of the terminal; null where it is none. */
  constructor(width: number | null, shown: { topic: boolean; headers: boolean }, headers: Deserializer | null) {
    this.withTopic = shown.topic;
    this.withHeaders = shown.headers;
    this.headers = headers;
    this.cuts = width !== null;
    this.columns = [
      ...(shown.topic ? [{ heading: 'TOPIC', width: 24 }] : []),
      { heading: 'PARTITION', width: 9, isNumber: true },
      { heading: 'OFFSET', width: 10, isNumber: true },
      { heading: 'TIMESTAMP', width: 24 },
      ...(shown.headers ? [{ heading: 'HEADERS', width: 24 }] : []),
      { heading: 'KEY', width: 16 },
    ];
    const taken = this.columns.reduce((sum, column) => sum + column.width + GAP.length, 0);
    this.lastWidth = Math.max('VALUE'.length, (width ?? 0) - taken);
  }

  /** Without the end of its line. */
  heading(): string {
    return this.line([...this.columns.map(({ heading }) => heading), 'VALUE']);
  }

  row(records: ConsumedRecords, fields: RecordFields): string {
    const { cursor, timestampType } = records;
    const cells = [
      ...(this.withTopic ? [records.topic] : []),
      String(records.partition),
      String(cursor.offset),
      timestampType === 'NoTimestampType' ? '' : isoTime(cursor.timestamp),
      ...(this.withHeaders ? [this.headersText(records)] : []),
      fieldText(fields.key),
      fieldText(fields.value),
    ];
    return `${this.line(cells)}\n`;
  }

  private headersText({ cursor }: ConsumedRecords): string {
    return cursor
      .headers()
      .map(({ key, value }) => `${key}:${fieldText(fieldOf(value, this.headers))}`)
      .join(',');
  }

  private line(cells: readonly string[]): string {
    const padded = cells.slice(0, -1).map((cell, index) => this.cell(cell, this.columns[index] as Column));
    const last = this.cut(visible(cells.at(-1) as string), this.lastWidth);
    return [...padded, last].join(GAP).trimEnd();
  }

  private cell(text: string, { width, isNumber }: Column): string {
    const shown = isNumber ? text : this.cut(visible(text), width);
    return isNumber ? shown.padStart(width) : shown.padEnd(width);
  }

  private cut(text: string, width: number): string {
    if (!this.cuts || text.length <= width) return text;
    return `${text.slice(0, width - 1)}…`;
  }
}

/** Control characters would break the table. */
function visible(text: string): string {
  const escaped = jsonString(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  return escaped.replace(/[\x7f-\x9f]/g, (one) => `\\u00${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function fieldText({ json, isBase64 }: FieldJson): string {
  if (isBase64) return `base64:${json.slice(1, -1)}`;
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function isoTime(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? String(timestampMs) : time.toISOString();
}
