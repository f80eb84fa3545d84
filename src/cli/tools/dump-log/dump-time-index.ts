import { batchRecords } from './batch-records.js';
import type { DumpContext } from './dump-context.js';
import { addTo } from './findings.js';
import { OffsetEntries, TimeEntries } from './index-entries.js';
import type { Int64 } from './int64.js';
import type { JavaFile } from './java-file.js';
import { SegmentFile } from './segment-file.js';
import { StoredBatches } from './stored-batches.js';

const NO_TIMESTAMP = -1;
const INT32_MAX = 0x7fff_ffff;

/** Shows a `.timeindex` and compares it with its segment. @throws ToolError in Java's words */
export async function dumpTimeIndex(file: JavaFile, context: DumpContext): Promise<void> {
  const { io, options, printer } = context;
  const baseOffset = file.offset;
  const segment = new SegmentFile(io.host.disk, file.beside('.log').path);
  try {
    const positions = new OffsetEntries(io.host.disk, file.beside('.index'), baseOffset);
    const entries = new TimeEntries(io.host.disk, file, baseOffset);
    if (options.has('index-sanity-check')) {
      entries.check();
      printer.line(`${file.path} passed sanity check.`);
    } else await new TimeIndexDump(file, context, segment, positions, entries).run();
  } finally {
    segment.close();
  }
}

class TimeIndexDump {
  private readonly file: JavaFile;
  private readonly context: DumpContext;
  private readonly segment: SegmentFile;
  private readonly positions: OffsetEntries;
  private readonly entries: TimeEntries;
  private checked: StoredBatches | null = null;

  constructor(
    file: JavaFile,
    context: DumpContext,
    segment: SegmentFile,
    positions: OffsetEntries,
    entries: TimeEntries,
  ) {
    this.file = file;
    this.context = context;
    this.segment = segment;
    this.positions = positions;
    this.entries = entries;
  }

  async run(): Promise<void> {
    const { options, printer } = this.context;
    const isSilent = options.has('verify-index-only');
    let before: Int64 = NO_TIMESTAMP;
    for (let index = 0; index < this.entries.count; index++) {
      const offset = this.entries.offset(index);
      // The file of a broker that was killed is as large as it may get, zeros behind its entries.
      if (offset === this.entries.baseOffset && index > 0) return;
      const timestamp = this.entries.timestamp(index);
      await this.compare(timestamp, offset, before);
      if (!isSilent) printer.line(`timestamp: ${timestamp} offset: ${offset}`);
      if (printer.isFull) await printer.flush();
      before = timestamp;
    }
  }

  private async compare(timestamp: Int64, offset: Int64, before: Int64): Promise<void> {
    const { findings } = this.context;
    const { file } = this;
    const batch = this.find(offset);
    if (batch === null) {
      addTo(findings.unknownOffsets, file, [offset, -1]);
      return;
    }
    const found = batch.lastOffset;
    if (found !== offset) {
      addTo(findings.unknownOffsets, file, [offset, found]);
      return;
    }
    const largest = await largestTimestamp(batch);
    if (largest !== timestamp) addTo(findings.timestampMismatches, file, [timestamp, largest]);
    if (before >= timestamp) addTo(findings.disorderedTimestamps, file, [timestamp, before]);
  }

  /** The first batch from the indexed position on that ends at or above `offset`. */
  private find(offset: Int64): StoredBatches | null {
    const position = this.positions.lookUp(offset);
    this.checkFrom(position);
    const batches = this.from(position);
    while (batches.next()) if (batches.lastOffset >= offset) return batches;
    return null;
  }

  /**
   * Kafka goes through all batches behind the position, and ends where it meets a length that none has. Once is enough:
   * whoever begins at one of the batches met comes to the same end.
   */
  private checkFrom(position: number): void {
    if (this.checked !== null) {
      while (this.checked.position + this.checked.sizeBytes < position && this.checked.next());
      if (this.checked.position + this.checked.sizeBytes === position) return;
    }
    const all = this.from(position);
    while (all.next());
    this.checked = this.from(position);
  }

  private from(position: number): StoredBatches {
    return new StoredBatches(this.segment, position, this.segment.endOfSlice(position, INT32_MAX));
  }
}

async function largestTimestamp(batch: StoredBatches): Promise<Int64> {
  let largest: Int64 = NO_TIMESTAMP;
  for (const { timestamp } of await batchRecords(batch)) if (timestamp > largest) largest = timestamp;
  return largest;
}
