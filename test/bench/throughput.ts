import { join } from 'node:path';
import { type RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, linesOf, outputOf, type Toolset } from '../interop/toolset.js';
import { leavePageCache } from './page-cache.js';
import { cpuSeconds, residentMb } from './process-figures.js';
import { printHeadings, printRow } from './table.js';

const LIMIT_MS = 1_200_000;

export interface Load {
  readonly recordBytes: number;
  readonly partitions: number;
  readonly acks: '1' | 'all';
  readonly compression: 'none' | 'lz4' | 'zstd';
}

export interface ThroughputSize {
  /** Of one run. */
  readonly loadBytes: number;
  readonly runs: number;
  /** What Java's producer sends to both brokers. */
  readonly loads: readonly Load[];
  /** Sent to each broker before its memory is looked at. */
  readonly memoryBytes: number;
}

/** All that a load can be. */
export const ALL_LOADS: readonly Load[] = [100, 1000].flatMap((recordBytes) =>
  [1, 12].flatMap((partitions) =>
    (['1', 'all'] as const).flatMap((acks) =>
      (['none', 'lz4', 'zstd'] as const).map((compression) => ({ recordBytes, partitions, acks, compression })),
    ),
  ),
);

export const PLAIN_LOAD: Load = { recordBytes: 100, partitions: 1, acks: '1', compression: 'none' };

/** What a producer told, and what its broker took for it. */
interface Produced {
  readonly rate: number;
  readonly p99Ms: number;
  readonly cpuSeconds: number;
}

/** What a consumer told, of its time of fetching alone, and what its broker took for it. */
interface Consumed {
  readonly rate: number;
  readonly cpuSeconds: number;
}

type Pair<Value> = readonly [Value, Value];

/**
 * Producers and consumers of both sides at both brokers, in turn: how fast, the processor time of the broker, and its
 * memory afterwards.
 */
export async function benchThroughput(kafka: Toolset, directory: string, size: ThroughputSize): Promise<void> {
  const config = { 'log.retention.bytes': String(2 ** 30), 'log.segment.bytes': String(2 ** 28) };
  const directories = [join(directory, 'throughput-ours'), join(directory, 'throughput-real')] as const;
  const ours = await startNode(kafkalite, { directory: directories[0], config });
  const real = await startNode(kafka, { directory: directories[1], config });
  const bench = new Throughput(kafka, [ours, real], directories, size);
  await bench.warmUp();
  printHeadings('tool and broker', 'kafkalite', 'Apache Kafka');
  await bench.tools('at its own broker', ours);
  await bench.tools("at Apache Kafka's broker", real);
  printHeadings("brokers, Apache Kafka's producer and consumer", 'kafkalite', 'Apache Kafka');
  for (const load of size.loads) await bench.brokers(load);
  await bench.consumers();
  await bench.memory();
  for (const node of [ours, real]) await node.stop();
}

class Throughput {
  private readonly kafka: Toolset;
  private readonly nodes: Pair<RunningNode>;
  private readonly directories: Pair<string>;
  private readonly size: ThroughputSize;
  private topicCount = 0;

  constructor(kafka: Toolset, nodes: Pair<RunningNode>, directories: Pair<string>, size: ThroughputSize) {
    this.kafka = kafka;
    this.nodes = nodes;
    this.directories = directories;
    this.size = size;
  }

  /** A JVM that has just started takes its time for the first million: neither side is to pay for that. */
  async warmUp(): Promise<void> {
    for (const node of this.nodes) await this.produce(this.kafka, node, PLAIN_LOAD);
  }

  /** Our tools at `node` against Java's at the real broker. */
  async tools(where: string, node: RunningNode): Promise<void> {
    const produced: [number, number][] = [];
    const consumed: [number, number][] = [];
    const real = this.nodes[1];
    for (let n = 0; n < this.size.runs; n++) {
      const one = await this.produce(kafkalite, node, PLAIN_LOAD);
      const other = await this.produce(this.kafka, real, PLAIN_LOAD);
      produced.push([one.rate, other.rate]);
      consumed.push([
        (await this.consume(kafkalite, node, one.topic)).rate,
        (await this.consume(this.kafka, real, other.topic)).rate,
      ]);
    }
    printRow(`kafka-producer-perf-test, 100 B, ${where}`, 'records/s', produced);
    printRow(`kafka-consumer-perf-test, 100 B, ${where}`, 'records/s', consumed);
  }

  async brokers(load: Load): Promise<void> {
    const pairs: Pair<Produced>[] = [];
    for (let n = 0; n < this.size.runs; n++) {
      const [ours, real] = this.nodes;
      pairs.push([await this.produce(this.kafka, ours, load), await this.produce(this.kafka, real, load)]);
    }
    const { recordBytes, partitions, acks, compression } = load;
    const name = `produce ${recordBytes} B, ${partitions} part., acks=${acks}, ${compression}`;
    const of = (value: (run: Produced) => number) => pairs.map(([a, b]): Pair<number> => [value(a), value(b)]);
    const gigabytes = (countOf(this.size.loadBytes, load) * recordBytes) / 1e9;
    printRow(
      name,
      'records/s',
      of(({ rate }) => rate),
    );
    printRow(
      `${name}: p99`,
      'ms',
      of(({ p99Ms }) => p99Ms),
    );
    printRow(
      `${name}: broker`,
      'CPU s/GB',
      of(({ cpuSeconds }) => cpuSeconds / gigabytes),
    );
  }

  /** Apache Kafka's consumer catching up, from files that the system has in memory, and from such that it has not. */
  async consumers(): Promise<void> {
    for (const recordBytes of new Set(this.size.loads.map((load) => load.recordBytes))) {
      const load = { ...PLAIN_LOAD, recordBytes };
      const topics: string[] = [];
      for (const node of this.nodes) topics.push((await this.produce(kafkalite, node, load)).topic);
      const [ours, real] = [this.consumed(0, topics, load), this.consumed(1, topics, load)];
      for (const where of ['memory', 'disk'] as const) {
        const pairs: Pair<Consumed>[] = [];
        for (let n = 0; n < this.size.runs; n++) pairs.push([await ours(where), await real(where)]);
        const name = `consume ${recordBytes} B, 1 part., from ${where}`;
        const of = (value: (run: Consumed) => number) => pairs.map(([x, y]): Pair<number> => [value(x), value(y)]);
        const gigabytes = (countOf(this.size.loadBytes, load) * recordBytes) / 1e9;
        printRow(
          name,
          'records/s',
          of(({ rate }) => rate),
        );
        printRow(
          `${name}: broker`,
          'CPU s/GB',
          of(({ cpuSeconds }) => cpuSeconds / gigabytes),
        );
      }
    }
  }

  private consumed(
    side: 0 | 1,
    topics: readonly string[],
    load: Load,
  ): (where: 'memory' | 'disk') => Promise<Consumed> {
    const [node, topic] = [this.nodes[side], topics[side] as string];
    return async (where) => {
      if (where === 'disk') await leavePageCache(join(this.directories[side], 'data', `${topic}-0`));
      return this.consume(this.kafka, node, topic, load);
    };
  }

  async memory(): Promise<void> {
    const load: Load = { ...PLAIN_LOAD, recordBytes: 1000 };
    for (const node of this.nodes) await this.produce(kafkalite, node, load, this.size.memoryBytes);
    const [ours, real] = this.nodes.map(({ pid }) => residentMb(pid)) as [number, number];
    printRow('broker: resident memory after all that load', 'MB', [[ours, real]]);
  }

  private async produce(
    tools: Toolset,
    node: RunningNode,
    load: Load,
    loadBytes = this.size.loadBytes,
  ): Promise<Produced & { readonly topic: string }> {
    const { recordBytes, partitions, acks, compression } = load;
    const topic = `load-${this.topicCount++}`;
    const to = ['--bootstrap-server', node.bootstrap, '--topic', topic];
    await outputOf(kafkalite, 'kafka-topics', ['--create', '--partitions', String(partitions), ...to]);
    const records = ['--num-records', String(countOf(loadBytes, load)), '--record-size', String(recordBytes)];
    const settings = ['--command-property', `acks=${acks}`, `compression.type=${compression}`];
    const args = [...to, ...records, '--throughput', '-1', ...settings];
    const before = cpuSeconds(node.pid);
    const lines = await linesOf(tools, 'kafka-producer-perf-test', args, { limitMs: LIMIT_MS });
    const cpu = cpuSeconds(node.pid) - before;
    const told = /records sent, ([\d.]+) records\/sec.* (\d+) ms 99th/.exec(lines.at(-1) ?? '');
    if (told === null) throw new Error(`no rate in: ${lines.at(-1)}`);
    return { rate: Number(told[1]), p99Ms: Number(told[2]), cpuSeconds: cpu, topic };
  }

  private async consume(tools: Toolset, { bootstrap, pid }: RunningNode, topic: string, load = PLAIN_LOAD) {
    const count = countOf(this.size.loadBytes, load);
    const args = ['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(count)];
    const before = cpuSeconds(pid);
    const lines = await linesOf(tools, 'kafka-consumer-perf-test', args, { limitMs: LIMIT_MS });
    // The last column leaves out the joining of the group.
    const rate = Number(lines.at(-1)?.split(',').at(-1));
    if (!(rate > 0)) throw new Error(`no rate in: ${lines.at(-1)}`);
    return { rate, cpuSeconds: cpuSeconds(pid) - before };
  }
}

const countOf = (bytes: number, { recordBytes }: Load): number => Math.ceil(bytes / recordBytes);
