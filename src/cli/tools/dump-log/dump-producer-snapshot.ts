import { crc32c } from '../../../protocol/crc32c.js';
import type { DumpContext } from './dump-context.js';
import { int64At } from './int64.js';
import type { JavaFile } from './java-file.js';
import { readWhole } from './segment-file.js';

const VERSION = 1;
const CRC_AT = 2;
const COUNT_AT = 6;
const HEADER_BYTES = 10;
const ENTRY_BYTES = 46;
const INT32_MAX = 0x7fff_ffff;

/** Shows a `.snapshot` of the producers of a partition. @throws ToolError in Java's words */
export async function dumpProducerSnapshot(file: JavaFile, { io, printer }: DumpContext): Promise<void> {
  const bytes = readWhole(io.host.disk, file.path);
  const fault = faultOf(bytes);
  if (fault !== null) {
    io.printError(fault);
    return;
  }
  const count = bytes.readInt32BE(COUNT_AT);
  for (let index = 0; index < count; index++) {
    printer.line(entryText(bytes, HEADER_BYTES + index * ENTRY_BYTES));
    if (printer.isFull) await printer.flush();
  }
}

function entryText(bytes: Buffer, at: number): string {
  const lastOffset = int64At(bytes, at + 14);
  const timestamp = int64At(bytes, at + 26);
  const transaction = int64At(bytes, at + 38);
  const producer =
    `producerId: ${int64At(bytes, at)} producerEpoch: ${bytes.readInt16BE(at + 8)} ` +
    `coordinatorEpoch: ${bytes.readInt32BE(at + 34)} ` +
    `currentTxnFirstOffset: OptionalLong${transaction >= 0 ? `[${transaction}]` : '.empty'} ` +
    `lastTimestamp: ${timestamp}`;
  if (lastOffset < 0) return producer;
  const lastSequence = bytes.readInt32BE(at + 10);
  const offsetDelta = bytes.readInt32BE(at + 22);
  return (
    `${producer} firstSequence: ${decrementSequence(lastSequence, offsetDelta)} lastSequence: ${lastSequence} ` +
    `lastOffset: ${lastOffset} offsetDelta: ${offsetDelta} timestamp: ${timestamp}`
  );
}

/** As Java does it: sequences go from 0 to the largest int32. */
function decrementSequence(sequence: number, decrement: number): number {
  if (sequence < decrement) return (((INT32_MAX - ((decrement - sequence) | 0)) | 0) + 1) | 0;
  return (sequence - decrement) | 0;
}

/** What keeps a snapshot from being read, in Kafka's words. */
function faultOf(bytes: Buffer): string | null {
  const invalid = schemaFault(bytes);
  if (invalid !== null) return `Snapshot failed schema validation: ${invalid}`;
  const stored = bytes.readUInt32BE(CRC_AT);
  const computed = crc32c(bytes, COUNT_AT);
  if (stored === computed) return null;
  return `Snapshot is corrupt (CRC is no longer valid). Stored crc: ${stored}. Computed crc: ${computed}`;
}

function schemaFault(bytes: Buffer): string | null {
  // Java's buffer says nothing of what is missing.
  if (bytes.length < 2) return 'null';
  const version = bytes.readInt16BE(0);
  if (version !== VERSION) return `Snapshot contained an unknown file version ${version}`;
  if (bytes.length < HEADER_BYTES) return 'null';
  const count = bytes.readInt32BE(COUNT_AT);
  const left = bytes.length - HEADER_BYTES;
  if (count < 0) return 'non-nullable field producerEntries was serialized as null';
  if (count > left) {
    return `Tried to allocate a collection of size ${count}, but there are only ${left} bytes remaining.`;
  }
  return count * ENTRY_BYTES > left ? 'null' : null;
}
