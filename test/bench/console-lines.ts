import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunningNode } from '../interop/running-node.js';
import { kafkalite, linesOf, outputOf, type Toolset } from '../interop/toolset.js';
import { msOf, printHeadings, printRow } from './table.js';

const LINE_BYTES = 100;
const PARTITIONS = 3;
const SAMPLE_MS = 20;
const NUMBER_DIGITS = 8;

/** A run of a tool: how long it took, and the most memory that it was seen to hold. */
interface Run {
  readonly ms: number;
  readonly peakMb: number;
}

/** Many lines through the console producer and back through the console consumer, of both sides against one broker. */
export async function benchConsoleLines(
  kafka: Toolset,
  node: RunningNode,
  brokerName: string,
  directory: string,
  size: { readonly lines: number; readonly runs: number },
): Promise<void> {
  const input = join(directory, 'lines');
  writeLines(input, size.lines);
  printHeadings(`console tools, broker of ${brokerName}`, kafkalite.name, kafka.name);
  const load = `${size.lines.toLocaleString('en')} lines x ${LINE_BYTES} bytes`;
  // A JVM that has just started takes its time for the first million: neither side is to pay for that.
  await createTopic(node, 'lines-warm-up');
  for (const tools of [kafkalite, kafka]) await produce(tools, node, 'lines-warm-up', input);
  const produced: [Run, Run][] = [];
  const consumed: [Run, Run][] = [];
  for (let n = 0; n < size.runs; n++) {
    const topics = [`lines-ours-${n}`, `lines-theirs-${n}`] as const;
    for (const topic of topics) await createTopic(node, topic);
    produced.push([await produce(kafkalite, node, topics[0], input), await produce(kafka, node, topics[1], input)]);
    await checkLines(node, topics[0], size.lines, directory);
    const output = join(directory, 'output');
    consumed.push([
      await consume(kafkalite, node, topics[0], size.lines, output),
      await consume(kafka, node, topics[0], size.lines, output),
    ]);
  }
  for (const [what, runs] of [
    ['console-producer', produced],
    ['console-consumer', consumed],
  ] as const) {
    const pairsOf = (value: (run: Run) => number) =>
      runs.map(([ours, real]): [number, number] => [value(ours), value(real)]);
    const unit = 's';
    printRow(
      `${what}: ${load}`,
      unit,
      pairsOf(({ ms }) => ms / 1000),
    );
    printRow(
      `${what}: most memory meanwhile`,
      'MB',
      pairsOf(({ peakMb }) => peakMb),
    );
  }
  await printFlatness(node, directory, size.lines, produced[0]![0], consumed[0]![0]);
}

/** Memory that does not grow with the number of lines. */
async function printFlatness(
  node: RunningNode,
  directory: string,
  lines: number,
  produced: Run,
  consumed: Run,
): Promise<void> {
  const fewer = Math.ceil(lines / 4);
  const input = join(directory, 'fewer-lines');
  writeLines(input, fewer);
  await createTopic(node, 'lines-fewer');
  const small = await produce(kafkalite, node, 'lines-fewer', input);
  const smallBack = await consume(kafkalite, node, 'lines-fewer', fewer, join(directory, 'output'));
  printHeadings('memory of our tools', lines.toLocaleString('en'), fewer.toLocaleString('en'));
  printRow('console-producer: most memory', 'MB', [[produced.peakMb, small.peakMb]]);
  printRow('console-consumer: most memory', 'MB', [[consumed.peakMb, smallBack.peakMb]]);
}

/** Numbered lines. */
function writeLines(path: string, count: number): void {
  const file = openSync(path, 'w');
  const filling = '.'.repeat(LINE_BYTES - NUMBER_DIGITS);
  const chunkLines = 10_000;
  for (let first = 0; first < count; first += chunkLines) {
    const length = Math.min(chunkLines, count - first);
    const chunk = Array.from({ length }, (_, n) => `${String(first + n).padStart(NUMBER_DIGITS, '0')}${filling}\n`);
    writeSync(file, chunk.join(''));
  }
  closeSync(file);
}

function createTopic(node: RunningNode, topic: string): Promise<string> {
  const args = ['--create', '--topic', topic, '--partitions', String(PARTITIONS), '--bootstrap-server', node.bootstrap];
  return outputOf(kafkalite, 'kafka-topics', args);
}

async function produce(tools: Toolset, node: RunningNode, topic: string, input: string): Promise<Run> {
  const args = ['--bootstrap-server', node.bootstrap, '--topic', topic];
  const file = openSync(input, 'r');
  try {
    return await timed([...tools.command('kafka-console-producer'), ...args], file, 'ignore');
  } finally {
    closeSync(file);
  }
}

async function consume(tools: Toolset, node: RunningNode, topic: string, count: number, path: string): Promise<Run> {
  const limits = ['--from-beginning', '--max-messages', String(count)];
  const args = ['--bootstrap-server', node.bootstrap, '--topic', topic, ...limits];
  const file = openSync(path, 'w');
  try {
    return await timed([...tools.command('kafka-console-consumer'), ...args], 'ignore', file);
  } finally {
    closeSync(file);
  }
}

async function timed(command: readonly string[], input: number | 'ignore', output: number | 'ignore'): Promise<Run> {
  const [program = '', ...args] = command;
  let peakMb = 0;
  const ms = await msOf(async () => {
    const child = spawn(program, args, { stdio: [input, output, 'ignore'] });
    const closed = once(child, 'close');
    const sampler = setInterval(() => {
      peakMb = Math.max(peakMb, residentMb(child));
    }, SAMPLE_MS);
    const [status] = await closed;
    clearInterval(sampler);
    if (status !== 0) throw new Error(`exit ${status}: ${args.join(' ')}`);
  });
  return { ms, peakMb };
}

function residentMb({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Each line is there once, and those of a partition are in the order in which they were read. */
async function checkLines(node: RunningNode, topic: string, count: number, directory: string): Promise<void> {
  const args = ['--bootstrap-server', node.bootstrap, '--topic-partitions', partitionsOf(topic)];
  const offsets = await linesOf(kafkalite, 'kafka-get-offsets', args);
  const total = offsets.reduce((sum, line) => sum + Number(line.split(':').at(-1)), 0);
  if (total !== count) throw new Error(`${count} lines went in, and the topic has ${total} records`);
  const seen = new Uint8Array(count);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const records = Number(offsets[partition]?.split(':').at(-1));
    const path = join(directory, 'partition');
    const file = openSync(path, 'w');
    const where = ['--partition', String(partition), '--offset', 'earliest', '--max-messages', String(records)];
    const read = ['--bootstrap-server', node.bootstrap, '--topic', topic, ...where];
    await timed([...kafkalite.command('kafka-console-consumer'), ...read], 'ignore', file);
    closeSync(file);
    let before = -1;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const number = Number(line.slice(0, NUMBER_DIGITS));
      if (number <= before) throw new Error(`line ${number} comes after ${before} in partition ${partition}`);
      before = number;
      seen[number] = 1;
    }
  }
  const missing = seen.indexOf(0);
  if (missing >= 0) throw new Error(`line ${missing} is lost`);
}

function partitionsOf(topic: string): string {
  return Array.from({ length: PARTITIONS }, (_, partition) => `${topic}:${partition}`).join(',');
}
