import * as header from '../../../protocol/records/batch-header.js';
import { BOOTSTRAP_FILE } from '../../../storage/snapshot-file.js';
import { uncaught } from '../../tool-error.js';
import { batchRecords } from './batch-records.js';
import type { DumpContext } from './dump-context.js';
import { putInto } from './findings.js';
import { type Int64, parseInt64, sum } from './int64.js';
import { numberFormat } from './java-failures.js';
import type { JavaFile } from './java-file.js';
import { printsContents } from './options.js';
import { type RecordParser, recordParser } from './record-parser.js';
import { SegmentFile } from './segment-file.js';
import { batchTexts, StoredBatches, timestampTypeName } from './stored-batches.js';
import type { StoredRecord } from './stored-record.js';

const OFFSET_DIGITS = 20;
const EPOCH_DIGITS = 10;
const INT32_MAX = 0x7fff_ffff;

/** How the records of a segment are shown. */
interface RecordView {
  readonly parser: RecordParser;
  readonly showsContents: boolean;
  readonly showsRecords: boolean;
  readonly skipsMetadata: boolean;
}

/** Shows a segment, or a snapshot of the cluster's metadata. @throws ToolError in Java's words */
export async function dumpBatches(file: JavaFile, context: DumpContext): Promise<void> {
  const { io, options, printer } = context;
  const showsContents = printsContents(options);
  const view: RecordView = {
    parser: await recordParser(options),
    showsContents,
    showsRecords: showsContents || options.has('deep-iteration'),
    skipsMetadata: options.has('skip-record-metadata'),
  };
  const maxBytes = options.value('max-bytes') as number;
  printer.line(titleOf(file));
  const segment = new SegmentFile(io.host.disk, file.path);
  try {
    const end = segment.endOfSlice(0, maxBytes);
    const validBytes = await printBatches(new StoredBatches(segment, 0, end), file, view, context);
    if (validBytes < end && maxBytes === INT32_MAX && !printer.isBroken) {
      printer.line(`Found ${end - validBytes} invalid bytes at the end of ${file.name}`);
    }
  } finally {
    segment.close();
  }
}

function titleOf(file: JavaFile): string {
  if (file.suffix === '.log') return `Log starting offset: ${file.offset}`;
  if (file.name === BOOTSTRAP_FILE) return 'KRaft bootstrap snapshot';
  const offset = part(file.name, 0, OFFSET_DIGITS);
  const epoch = part(file.name, OFFSET_DIGITS + 1, OFFSET_DIGITS + 1 + EPOCH_DIGITS);
  return `Snapshot end offset: ${offset}, epoch: ${epoch}`;
}

/** A number at its place in the name of a snapshot. */
function part(name: string, begin: number, end: number): Int64 {
  if (end > name.length) {
    const java = `begin ${begin}, end ${end}, length ${name.length}`;
    throw uncaught('java.lang.StringIndexOutOfBoundsException', `${name} is no name of a snapshot`, java);
  }
  const text = name.slice(begin, end);
  const value = parseInt64(text);
  const isEpoch = end - begin === EPOCH_DIGITS;
  if (value === null || (isEpoch && (value > INT32_MAX || value < -INT32_MAX - 1))) throw numberFormat(text);
  return value;
}

/** Gives how many bytes the batches have. */
async function printBatches(
  batches: StoredBatches,
  file: JavaFile,
  view: RecordView,
  context: DumpContext,
): Promise<number> {
  const { printer } = context;
  const records = new RecordPrinter(file, view, context);
  let validBytes = 0;
  while (!printer.isBroken && batches.next()) {
    for (const text of batchTexts(batches)) printer.print(text);
    if (view.showsRecords) await records.printAll(batches);
    if (printer.isFull) await printer.flush();
    validBytes = batches.position + batches.sizeBytes;
  }
  return validBytes;
}

class RecordPrinter {
  private readonly file: JavaFile;
  private readonly view: RecordView;
  private readonly context: DumpContext;
  private lastOffset: Int64 = -1;

  constructor(file: JavaFile, view: RecordView, context: DumpContext) {
    this.file = file;
    this.view = view;
    this.context = context;
  }

  async printAll(batch: StoredBatches): Promise<void> {
    const { printer, findings } = this.context;
    const { showsContents, skipsMetadata } = this.view;
    const { magic } = batch;
    const attributes = batch.attributesIn(batch.loadHeader());
    const isControl = magic >= 2 && header.isControl(attributes);
    for (const record of await batchRecords(batch)) {
      if (record.offset !== sum(this.lastOffset, 1)) putInto(findings.gaps, this.file, this.lastOffset, record.offset);
      this.lastOffset = record.offset;
      if (!skipsMetadata) {
        printer.print(metadataText(record, magic, timestampTypeName(magic, attributes)));
        if (isControl) printer.print((await import('./control-record.js')).controlText(record));
      }
      if (showsContents && !isControl) this.printContents(record);
      printer.print('\n');
      if (printer.isFull) await printer.flush();
    }
  }

  private printContents(record: StoredRecord): void {
    const { printer } = this.context;
    const { key, payload } = this.view.parser(record);
    let prefix = this.view.skipsMetadata ? '| ' : ' ';
    if (key !== null) {
      printer.print(`${prefix}key: `);
      printer.print(key);
      prefix = ' ';
    }
    if (payload === null) return;
    printer.print(`${prefix}payload: `);
    printer.print(payload);
  }
}

function metadataText(record: StoredRecord, magic: number, timestampType: string): string {
  const { offset, timestamp, keySizeBytes, valueSizeBytes, sequence, headerKeys, checksum } = record;
  const facts = `| offset: ${offset} ${timestampType}: ${timestamp} keySize: ${keySizeBytes} valueSize: ${valueSizeBytes}`;
  const own = magic >= 2 ? ` sequence: ${sequence} headerKeys: [${headerKeys.join(',')}]` : '';
  return facts + own + (checksum === null ? '' : ` isValid: ${checksum.isValid} crc: ${checksum.crc}`);
}
