import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { ApacheKafka, findApacheKafka, kafkaJvmOptions } from '../interop/apache-kafka.js';
import { killAll, runCommand } from '../interop/child.js';
import { prepareNode, RunningNode } from '../interop/running-node.js';
import { kafkalite, linesOf, type Toolset } from '../interop/toolset.js';
import { chart } from './chart.js';
import { benchConsoleLines } from './console-lines.js';
import { benchCoordinators, type CoordinatorSize } from './coordinators.js';
import { benchDirectories, type DirectorySize } from './directories.js';
import { storeRatios, worseThanStored } from './ratios.js';
import { compare, measured, msOf, printHeadings, printRow } from './table.js';
import { ALL_LOADS, benchThroughput, PLAIN_LOAD, type ThroughputSize } from './throughput.js';
import { benchToolStart } from './tool-start.js';

const TOPICS = 100;
const RECORD_BYTES = 100;

interface Size {
  readonly toolRuns: number;
  readonly starts: number;
  readonly perfRuns: number;
  readonly records: number;
  readonly lines: number;
  readonly directories: DirectorySize;
  readonly coordinators: CoordinatorSize;
  readonly throughput: ThroughputSize;
}

const WHOLE: Size = {
  toolRuns: 15,
  starts: 5,
  perfRuns: 3,
  records: 500_000,
  lines: 1_000_000,
  directories: { partitions: 1000, totalBytes: 2 * 2 ** 30, dirtyRecords: 2_000_000, runs: 3 },
  coordinators: { joins: 15, rebalances: 5, rateRuns: 5, rateMs: 3000 },
  throughput: { loadBytes: 2e8, runs: 3, loads: ALL_LOADS, memoryBytes: 5e9 },
};
const QUICK: Size = {
  toolRuns: 5,
  starts: 1,
  perfRuns: 1,
  records: 100_000,
  lines: 100_000,
  directories: { partitions: 100, totalBytes: 2 ** 28, dirtyRecords: 200_000, runs: 1 },
  coordinators: { joins: 3, rebalances: 1, rateRuns: 1, rateMs: 500 },
  throughput: { loadBytes: 2e7, runs: 1, loads: [PLAIN_LOAD], memoryBytes: 1e8 },
};
/** Short, but with pairs enough to tell a change from noise. */
const CHECK: ThroughputSize = {
  loadBytes: 5e7,
  runs: 3,
  loads: [PLAIN_LOAD, { recordBytes: 1000, partitions: 12, acks: 'all', compression: 'zstd' }],
  memoryBytes: 1e9,
};

interface Side {
  readonly tools: Toolset;
  readonly node: RunningNode;
}

/** Formats, then measures from the start of the process until it says that it is started. */
async function start(tools: Toolset, directory: string): Promise<{ readonly node: RunningNode; readonly ms: number }> {
  const { file, port } = await prepareNode(tools, { directory });
  let node: RunningNode | undefined;
  const ms = await msOf(async () => {
    node = new RunningNode([...tools.command('kafka-server-start'), file], `localhost:${port}`);
    await node.whenStarted();
  });
  return { node: node!, ms };
}

function residentMb({ node }: Side): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}

async function makeTopics({ node }: Side): Promise<void> {
  const admin = new Kafka({ brokers: [node.bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = Array.from({ length: TOPICS }, (_, n) => ({ topic: `one-of-many-${n}`, numPartitions: 1 }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.disconnect();
}

/** Apache Kafka's own load, so that the client is the same for both brokers. Gives records a second. */
async function produce(kafka: Toolset, { node }: Side, topic: string, acks: string, size: Size): Promise<number> {
  const load = ['--num-records', String(size.records), '--record-size', String(RECORD_BYTES), '--throughput', '-1'];
  const to = ['--topic', topic, '--bootstrap-server', node.bootstrap, '--command-property', `acks=${acks}`];
  const lines = await linesOf(kafka, 'kafka-producer-perf-test', [...load, ...to], { limitMs: 600_000 });
  const rate = /records sent, ([\d.]+) records\/sec/.exec(lines.at(-1) ?? '')?.[1];
  if (rate === undefined) throw new Error(`no rate in: ${lines.at(-1)}`);
  return Number(rate);
}

async function consume(kafka: Toolset, { node }: Side, topic: string, size: Size): Promise<number> {
  const args = ['--topic', topic, '--bootstrap-server', node.bootstrap, '--num-records', String(size.records)];
  const lines = await linesOf(kafka, 'kafka-consumer-perf-test', args, { limitMs: 600_000 });
  // The last column: records a second while fetching, the joining of the group left out.
  const rate = Number(lines.at(-1)?.split(',').at(-1));
  if (Number.isNaN(rate)) throw new Error(`no rate in: ${lines.at(-1)}`);
  return rate;
}

async function printMachine(kafka: ApacheKafka): Promise<void> {
  const [java = ''] = kafka.command('kafka-topics');
  const { stderr } = await runCommand([java, '-version']);
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${memory}, ${type()} ${release()} ${arch()}`,
  );
  console.log(
    `Node ${process.versions.node}; ${stderr.split('\n')[0]}; Apache Kafka 4.3.1 with the JVM options of its scripts\n`,
  );
}

async function startBoth(kafka: Toolset, directory: string, times: number): Promise<[Side, Side]> {
  const pairs: [number, number][] = [];
  let sides: [Side, Side] | null = null;
  for (let n = 0; n < times; n++) {
    if (sides !== null) for (const { node } of sides) await node.stop();
    const ours = await start(kafkalite, join(directory, `ours-${n}`));
    const real = await start(kafka, join(directory, `real-${n}`));
    pairs.push([ours.ms, real.ms]);
    sides = [
      { tools: kafkalite, node: ours.node },
      { tools: kafka, node: real.node },
    ];
  }
  printRow('broker: start until it serves', 'ms', pairs);
  return sides!;
}

async function benchBroker(kafka: Toolset, directory: string, size: Size, nodes: readonly string[]): Promise<void> {
  printHeadings('medians, measured in turn', 'kafkalite', 'Apache Kafka');
  const sides = await startBoth(kafka, directory, size.starts);
  const memory = (what: string) => compare(what, 'MB', 1, sides, async (side) => residentMb(side));
  await memory('broker: resident memory after its start');
  for (const side of sides) await makeTopics(side);
  await memory(`broker: resident memory with ${TOPICS} topics`);
  await compare('tool: kafka-topics --list', 'ms', size.toolRuns, sides, ({ tools, node }) =>
    msOf(() => linesOf(tools, 'kafka-topics', ['--list', '--bootstrap-server', node.bootstrap])),
  );
  const load = `${size.records.toLocaleString('en')} x ${RECORD_BYTES} bytes`;
  for (const acks of ['1', 'all']) {
    let turn = 0;
    await compare(`produce ${load}, acks=${acks}`, 'records/s', size.perfRuns, sides, (side) =>
      produce(kafka, side, `load-${acks}-${turn++ >> 1}`, acks, size),
    );
  }
  let turn = 0;
  await compare(`consume ${load}`, 'records/s', size.perfRuns, sides, (side) =>
    consume(kafka, side, `load-1-${turn++ >> 1}`, size),
  );
  await memory('broker: resident memory after that load');
  const [ours, real] = sides;
  await benchToolStart(nodes, ours.node, size.toolRuns * 2);
  const lines = { lines: size.lines, runs: size.perfRuns };
  await benchConsoleLines(kafka, ours.node, 'kafkalite', directory, lines);
  await benchConsoleLines(kafka, real.node, 'Apache Kafka', directory, lines);
  for (const { node } of sides) await node.stop();
}

/** What can be measured alone. */
const PARTS = {
  broker: benchBroker,
  directories: (kafka: Toolset, directory: string, size: Size) => benchDirectories(kafka, directory, size.directories),
  coordinators: (kafka: Toolset, directory: string, size: Size) =>
    benchCoordinators(kafka, directory, size.coordinators),
  throughput: (kafka: Toolset, directory: string, size: Size) => benchThroughput(kafka, directory, size.throughput),
};
const isPart = (name: string): name is keyof typeof PARTS => name in PARTS;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    part: { type: 'string', multiple: true, default: Object.keys(PARTS) },
    json: { type: 'string' },
    svg: { type: 'string' },
    check: { type: 'boolean', default: false },
    store: { type: 'boolean', default: false },
  },
});
/** What was measured, where it was asked for. */
function writeResults(): void {
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`);
  if (values.svg !== undefined) {
    const rates = measured.filter(({ unit }) => unit === 'records/s');
    writeFileSync(values.svg, chart(rates));
  }
  if (values.store) storeRatios(measured);
  if (!values.check) return;
  const worse = worseThanStored(measured);
  for (const line of worse) console.error(line);
  if (worse.length > 0) process.exitCode = 1;
}

const unknown = values.part.filter((name) => !isPart(name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}: there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(1);
}
const found = await findApacheKafka();
if (!(found instanceof ApacheKafka)) {
  console.error(`Nothing to compare with. ${found.missing}.`);
  process.exit(1);
}
const kafka = found.withJvmOptions(kafkaJvmOptions);
const directory = mkdtempSync(join(tmpdir(), 'kafkalite-bench-'));
try {
  await printMachine(kafka);
  const size = values.quick ? QUICK : WHOLE;
  if (values.check || values.store) await benchThroughput(kafka, directory, CHECK);
  else for (const name of values.part.filter(isPart)) await PARTS[name](kafka, directory, size, values.node);
  writeResults();
} finally {
  killAll();
  rmSync(directory, { recursive: true, force: true });
}
