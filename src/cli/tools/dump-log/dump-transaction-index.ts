import { uncaught } from '../../tool-error.js';
import type { DumpContext } from './dump-context.js';
import { int64At, parseInt64 } from './int64.js';
import { kafkaException, numberFormat } from './java-failures.js';
import type { JavaFile } from './java-file.js';
import { readWhole } from './segment-file.js';

const ENTRY_BYTES = 34;
const VERSION = 0;

/** Shows a `.txnindex`: the aborted transactions of a segment. One that is missing has none. @throws ToolError */
export async function dumpTransactionIndex(file: JavaFile, { io, printer }: DumpContext): Promise<void> {
  const stem = file.name.slice(0, file.name.indexOf('.'));
  if (parseInt64(stem) === null) throw numberFormat(stem);
  const facts = io.host.disk.stat(file.path);
  if (facts === null) return;
  if (facts.kind === 'directory') {
    throw uncaught('java.nio.file.FileSystemException', `${file.path}: Is a directory`);
  }
  const bytes = readWhole(io.host.disk, file.path);
  const end = bytes.length - (bytes.length % ENTRY_BYTES);
  for (let at = 0; at < end; at += ENTRY_BYTES) checkVersion(bytes.readInt8(at), file);
  for (let at = 0; at < end; at += ENTRY_BYTES) {
    printer.line(
      `version: ${bytes.readInt8(at)} producerId: ${int64At(bytes, at + 2)} firstOffset: ${int64At(bytes, at + 10)} ` +
        `lastOffset: ${int64At(bytes, at + 18)} lastStableOffset: ${int64At(bytes, at + 26)}`,
    );
    if (printer.isFull) await printer.flush();
  }
}

/** Java takes the first of the two bytes of a version. */
function checkVersion(version: number, file: JavaFile): void {
  if (version <= VERSION) return;
  const where = `in transaction index ${file.absolutePath}, current version is ${VERSION}`;
  throw kafkaException(`Unexpected aborted transaction version ${version} ${where}`);
}
