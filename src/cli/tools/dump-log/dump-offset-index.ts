import type { DumpContext } from './dump-context.js';
import { putInto } from './findings.js';
import { OffsetEntries } from './index-entries.js';
import { noSuchElement } from './java-failures.js';
import type { JavaFile } from './java-file.js';
import { SegmentFile } from './segment-file.js';
import { StoredBatches } from './stored-batches.js';

/** Shows an `.index` and compares it with its segment. @throws ToolError in Java's words */
export async function dumpOffsetIndex(file: JavaFile, context: DumpContext): Promise<void> {
  const { io, options, printer } = context;
  const maxMessageBytes = options.value('max-message-size') as number;
  const baseOffset = file.offset;
  const segment = new SegmentFile(io.host.disk, file.beside('.log').path);
  try {
    const entries = new OffsetEntries(io.host.disk, file, baseOffset);
    if (entries.count === 0) {
      printer.line(`${file.path} is empty.`);
    } else if (options.has('index-sanity-check')) {
      entries.check();
      printer.line(`${file.path} passed sanity check.`);
    } else await printEntries(entries, segment, maxMessageBytes, file, context);
  } finally {
    segment.close();
  }
}

async function printEntries(
  entries: OffsetEntries,
  segment: SegmentFile,
  maxMessageBytes: number,
  file: JavaFile,
  { options, printer, findings }: DumpContext,
): Promise<void> {
  const isSilent = options.has('verify-index-only');
  for (let index = 0; index < entries.count; index++) {
    const offset = entries.offset(index);
    // The file of a broker that was killed is as large as it may get, zeros behind its entries.
    if (offset === entries.baseOffset && index > 0) return;
    const position = entries.position(index);
    const batches = new StoredBatches(segment, position, segment.endOfSlice(position, maxMessageBytes));
    if (!batches.next()) {
      throw noSuchElement(`There is no batch of at most ${maxMessageBytes} bytes at position ${position}`);
    }
    const found = batches.lastOffset;
    if (found !== offset) putInto(findings.indexMismatches, file, offset, found);
    if (!isSilent) printer.line(`offset: ${offset} position: ${position}`);
    if (printer.isFull) await printer.flush();
  }
}
