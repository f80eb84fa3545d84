import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import type { Io } from '../../io.js';
import { DefaultFormatter } from './default-formatter.js';
import type { Formatter } from './formatter.js';
import type { ConsumerOptions } from './options.js';
import type { OutputBuffer } from './output-buffer.js';
import { recordRow } from './record-rows.js';
import { RecordTable } from './record-table.js';

/** Writes records in one of the forms of `--output`. */
export interface RecordWriter {
  /** What stands before the first record. */
  begin(output: OutputBuffer): void;
  /** Adds the record that the cursor of `records` stands on. @throws ToolError */
  write(records: ConsumedRecords, output: OutputBuffer): void;
  /** What stands behind the last record, however it came to be the last. */
  end(output: OutputBuffer): void;
}

/** What a writer needs of the options. */
type WriterOptions = Pick<ConsumerOptions, 'formatter' | 'formatterProperties' | 'output' | 'isPattern' | 'hasColors'>;

export async function recordWriter(options: WriterOptions, io: Io): Promise<RecordWriter> {
  const { formatter, output } = options;
  if (output === 'plain') return new PlainWriter(formatter);
  if (output === 'table') return tableWriter(options, io);
  return output === 'json' ? new ArrayWriter(formatter) : new LineWriter(formatter);
}

const headersOf = (formatter: Formatter) =>
  formatter instanceof DefaultFormatter ? formatter.deserializers.headers : null;

class PlainWriter implements RecordWriter {
  private readonly formatter: Formatter;

  constructor(formatter: Formatter) {
    this.formatter = formatter;
  }

  begin(): void {}

  write(records: ConsumedRecords, output: OutputBuffer): void {
    this.formatter.format(records, output);
  }

  end(): void {}
}

/** An object a line. */
class LineWriter implements RecordWriter {
  protected readonly formatter: Formatter;
  private readonly headers;

  constructor(formatter: Formatter) {
    this.formatter = formatter;
    this.headers = headersOf(formatter);
  }

  begin(_output: OutputBuffer): void {}

  write(records: ConsumedRecords, output: OutputBuffer): void {
    const row = this.row(records);
    if (row !== null) output.text(`${row}\n`);
  }

  end(_output: OutputBuffer): void {}

  protected row(records: ConsumedRecords): string | null {
    const fields = this.formatter.fields(records);
    return fields === null ? null : recordRow(records, fields, this.headers);
  }
}

/** One array, an element a line. */
class ArrayWriter extends LineWriter {
  private isFirst = true;

  override begin(output: OutputBuffer): void {
    output.text('[');
  }

  override write(records: ConsumedRecords, output: OutputBuffer): void {
    const row = this.row(records);
    if (row === null) return;
    output.text(`${this.isFirst ? '\n' : ',\n'}${row}`);
    this.isFirst = false;
  }

  override end(output: OutputBuffer): void {
    output.text(this.isFirst ? ']\n' : '\n]\n');
  }
}

async function tableWriter(options: WriterOptions, io: Io): Promise<RecordWriter> {
  const { formatter, formatterProperties, isPattern, hasColors } = options;
  const withHeaders = formatterProperties.get('print.headers')?.trim().toLowerCase() === 'true';
  const table = new RecordTable(
    io.stdout.columns || null,
    { topic: isPattern, headers: withHeaders },
    headersOf(formatter),
  );
  const { default: chalk } = await import('chalk');
  const isPlain = !hasColors || !io.stdout.isTerminal;
  return {
    begin: (output) => output.text(`${isPlain ? table.heading() : chalk.bold(table.heading())}\n`),
    write: (records, output) => {
      const fields = formatter.fields(records);
      if (fields !== null) output.text(table.row(records, fields));
    },
    end: () => undefined,
  };
}
