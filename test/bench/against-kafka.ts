import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApacheKafka, findApacheKafka, kafkaJvmOptions } from '../interop/apache-kafka.js';
import { killAll, runCommand } from '../interop/child.js';
import type { Toolset } from '../interop/toolset.js';
import { type BrokerSize, benchBroker } from './broker.js';
import { chart } from './chart.js';
import { benchCoordinators, type CoordinatorSize } from './coordinators.js';
import { benchDirectories, type DirectorySize } from './directories.js';
import { benchLatency, type LatencySize } from './latency.js';
import { storeRatios, worseThanStored } from './ratios.js';
import { benchScale, type ScaleSize } from './scale.js';
import { measured } from './table.js';
import { ALL_LOADS, benchThroughput, PLAIN_LOAD, type ThroughputSize } from './throughput.js';
import { benchTopics, type TopicsSize } from './topics.js';

interface Size {
  readonly broker: BrokerSize;
  readonly directories: DirectorySize;
  readonly coordinators: CoordinatorSize;
  readonly throughput: ThroughputSize;
  readonly latency: LatencySize;
  readonly scale: ScaleSize;
  readonly topics: TopicsSize;
}

const WHOLE: Size = {
  broker: { toolRuns: 15, starts: 5, perfRuns: 3, records: 500_000, lines: 1_000_000 },
  directories: { partitions: 1000, totalBytes: 2 * 2 ** 30, dirtyRecords: 2_000_000, runs: 3 },
  coordinators: { joins: 15, rebalances: 5, rateRuns: 5, rateMs: 3000 },
  throughput: { loadBytes: 2e8, runs: 3, loads: ALL_LOADS, memoryBytes: 5e9 },
  latency: { runs: 5, single: 3000, steady: 100_000 },
  scale: {
    groups: 50,
    membersPerGroup: 10,
    partitionsPerTopic: 100,
    connections: 1000,
    records: 60_000,
    perSecond: 2000,
  },
  topics: { topics: 10_000 },
};
const QUICK: Size = {
  broker: { toolRuns: 5, starts: 1, perfRuns: 1, records: 100_000, lines: 100_000 },
  directories: { partitions: 100, totalBytes: 2 ** 28, dirtyRecords: 200_000, runs: 1 },
  coordinators: { joins: 3, rebalances: 1, rateRuns: 1, rateMs: 500 },
  throughput: { loadBytes: 2e7, runs: 1, loads: [PLAIN_LOAD], memoryBytes: 1e8 },
  latency: { runs: 1, single: 500, steady: 10_000 },
  scale: { groups: 5, membersPerGroup: 4, partitionsPerTopic: 20, connections: 100, records: 2000, perSecond: 1000 },
  topics: { topics: 500 },
};
/** Short, but with pairs enough to tell a change from noise. */
const CHECK: ThroughputSize = {
  loadBytes: 5e7,
  runs: 3,
  loads: [PLAIN_LOAD, { recordBytes: 1000, partitions: 12, acks: 'all', compression: 'zstd' }],
  memoryBytes: 1e9,
};

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

/** What can be measured alone. */
const PARTS = {
  broker: (kafka: Toolset, directory: string, size: Size, nodes: readonly string[]) =>
    benchBroker(kafka, directory, size.broker, nodes),
  directories: (kafka: Toolset, directory: string, size: Size) => benchDirectories(kafka, directory, size.directories),
  coordinators: (kafka: Toolset, directory: string, size: Size) =>
    benchCoordinators(kafka, directory, size.coordinators),
  throughput: (kafka: Toolset, directory: string, size: Size) => benchThroughput(kafka, directory, size.throughput),
  latency: (kafka: Toolset, directory: string, size: Size) => benchLatency(kafka, directory, size.latency),
  scale: (kafka: Toolset, directory: string, size: Size) => benchScale(kafka, directory, size.scale),
  topics: (kafka: Toolset, directory: string, size: Size) => benchTopics(kafka, directory, size.topics),
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
