import { join } from 'node:path';
import { type RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, linesOf, outputOf, type Toolset } from '../interop/toolset.js';
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

type Pair<Value> = readonly [Value, Value];

/**
 * Producers and consumers of both sides at both brokers, in turn: how fast, the processor time of the broker, and its
 * memory afterwards.
 */
export async function benchThroughput(kafka: Toolset, directory: string, size: ThroughputSize): Promise<void> {
  const config = { 'log.retention.bytes': String(2 ** 30), 'log.segment.bytes': String(2 ** 28) };
  const ours = await startNode(kafkalite, { directory: join(directory, 'throughput-ours'), config });
  const real = await startNode(kafka, { directory: join(directory, 'throughput-real'), config });
  const bench = new Throughput(kafka, [ours, real], size);
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
  private readonly size: ThroughputSize;
  private topicCount = 0;

  constructor(kafka: Toolset, nodes: Pair<RunningNode>, size: ThroughputSize) {
    this.kafka = kafka;
    this.nodes = nodes;
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
        await this.consume(kafkalite, node, one.topic),
        await this.consume(this.kafka, real, other.topic),
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

  async consumers(): Promise<void> {
    const [ours, real] = this.nodes;
    const topics: string[] = [];
    for (const node of this.nodes) topics.push((await this.produce(kafkalite, node, PLAIN_LOAD)).topic);
    const pairs: [number, number][] = [];
    for (let n = 0; n < this.size.runs; n++) {
      pairs.push([
        await this.consume(this.kafka, ours, topics[0] as string),
        await this.consume(this.kafka, real, topics[1] as string),
      ]);
    }
    printRow('consume 100 B, 1 part.', 'records/s', pairs);
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

  /** Records a second while fetching, the joining of the group left out. */
  private async consume(tools: Toolset, { bootstrap }: RunningNode, topic: string): Promise<number> {
    const count = countOf(this.size.loadBytes, PLAIN_LOAD);
    const args = ['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(count)];
    const lines = await linesOf(tools, 'kafka-consumer-perf-test', args, { limitMs: LIMIT_MS });
    const rate = Number(lines.at(-1)?.split(',').at(-1));
    if (!(rate > 0)) throw new Error(`no rate in: ${lines.at(-1)}`);
    return rate;
  }
}

const countOf = (bytes: number, { recordBytes }: Load): number => Math.ceil(bytes / recordBytes);
