import { javaClassOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { OptionError } from '../options/option-set.js';
import { ToolError, uncaught } from '../tool-error.js';
import { dumpBatches } from './dump-log/dump-batches.js';
import type { DumpContext } from './dump-log/dump-context.js';
import { Findings } from './dump-log/findings.js';
import { JavaFile } from './dump-log/java-file.js';
import { filesOf, parseDumpOptions } from './dump-log/options.js';
import { Printer } from './dump-log/printer.js';

type Dump = (file: JavaFile, context: DumpContext) => Promise<void>;

/** How files are shown, by the ends of their names. */
const DUMPS: Readonly<Record<string, () => Dump | Promise<Dump>>> = {
  '.log': () => dumpBatches,
  '.checkpoint': () => dumpBatches,
  '.index': async () => (await import('./dump-log/dump-offset-index.js')).dumpOffsetIndex,
  '.timeindex': async () => (await import('./dump-log/dump-time-index.js')).dumpTimeIndex,
  '.snapshot': async () => (await import('./dump-log/dump-producer-snapshot.js')).dumpProducerSnapshot,
  '.txnindex': async () => (await import('./dump-log/dump-transaction-index.js')).dumpTransactionIndex,
};

/** kafka-dump-log: shows what the files of a partition hold, and checks them. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseDumpOptions(argv, io);
  const context = { io, options, printer: new Printer(io), findings: new Findings() };
  try {
    for (const path of filesOf(options)) await dumpFile(new JavaFile(path), context);
  } catch (error) {
    return failed(error, io);
  } finally {
    await context.printer.flush();
  }
  context.findings.print(io);
  return 0;
}

async function dumpFile(file: JavaFile, context: DumpContext): Promise<void> {
  context.printer.line(`Dumping ${file.path}`);
  const { suffix } = file;
  const dump = Object.hasOwn(DUMPS, suffix) ? await DUMPS[suffix]?.() : undefined;
  if (dump === undefined) context.io.printError(`Ignoring unknown file ${file.path}`);
  else await dump(file, context);
}

/** Exceptions without a message are shown without a colon; people are told in any case. */
function failed(error: unknown, io: Io): number {
  if (error instanceof OptionError) throw uncaught(javaClassOf(error), error.message);
  const end = error instanceof ToolError && !io.stderr.isTerminal ? error.javaEnd : null;
  if (end?.javaMessage !== '') throw error;
  io.printError(`Exception in thread "main" ${end.javaClass}`);
  return 1;
}
