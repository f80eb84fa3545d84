import { join } from 'node:path';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { type RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, linesOf, outputOf, type Toolset } from '../interop/toolset.js';
import { clientHost } from '../support/real-client-host.js';
import { RoundTrips } from './round-trips.js';
import { printHeadings, printRow } from './table.js';

const STEADY_PER_SECOND = 10_000;
const TOPIC = 'latency';

export interface LatencySize {
  readonly runs: number;
  /** Records of one run, each sent when the one before it came back. */
  readonly single: number;
  /** Records of one run at the steady rate. */
  readonly steady: number;
}

interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** From a producer to a consumer: one record at a time, and in a steady stream. */
export async function benchLatency(kafka: Toolset, directory: string, size: LatencySize): Promise<void> {
  const start = (tools: Toolset) => startNode(tools, { directory: join(directory, `latency-${tools.name}`) });
  const nodes = [await start(kafkalite), await start(kafka)] as const;
  for (const node of nodes) {
    const at = ['--bootstrap-server', node.bootstrap, '--topic', TOPIC];
    await outputOf(kafkalite, 'kafka-topics', ['--create', '--partitions', '1', ...at]);
    await single(node, size.single);
    await steady(node, size.steady);
  }
  printHeadings('from producer to consumer', kafkalite.name, kafka.name);
  await compareLatencies(nodes, size.runs, 'one record at a time', (node) => single(node, size.single));
  await compareLatencies(nodes, size.runs, `${STEADY_PER_SECOND} records a second`, (node) =>
    steady(node, size.steady),
  );
  await compareLatencies(nodes, size.runs, "Apache Kafka's kafka-e2e-latency", (node) =>
    endToEnd(kafka, node, size.single),
  );
  for (const node of nodes) await node.stop();
}

async function compareLatencies(
  [ours, real]: readonly [RunningNode, RunningNode],
  runs: number,
  what: string,
  measure: (node: RunningNode) => Promise<Latencies>,
): Promise<void> {
  const pairs: [Latencies, Latencies][] = [];
  for (let n = 0; n < runs; n++) pairs.push([await measure(ours), await measure(real)]);
  for (const [name, of] of [
    ['p50', ({ p50Ms }: Latencies) => p50Ms],
    ['p99', ({ p99Ms }: Latencies) => p99Ms],
  ] as const) {
    printRow(
      `${what}: ${name}`,
      'ms',
      pairs.map(([a, b]) => [of(a), of(b)]),
    );
  }
}

const single = (node: RunningNode, count: number): Promise<Latencies> =>
  withClients(node, async (producer, trips) => {
    for (let n = 1; n <= count; n++) {
      await trips.sendOne(producer, TOPIC, 0);
      await trips.arrived(n);
    }
  });

const steady = (node: RunningNode, count: number): Promise<Latencies> =>
  withClients(node, async (producer, trips) => {
    await trips.sendSteadily(producer, [[TOPIC, 0]], count, STEADY_PER_SECOND);
    await trips.arrived(count);
  });

async function withClients(
  { bootstrap }: RunningNode,
  work: (producer: Producer, trips: RoundTrips) => Promise<void>,
): Promise<Latencies> {
  const at = ['bootstrap.servers', bootstrap] as const;
  const producer = new Producer(new Map([at, ['linger.ms', '0'], ['acks', '1']]), clientHost());
  const consumer = new Consumer(new Map([at]), clientHost());
  const trips = new RoundTrips();
  consumer.assign([{ topic: TOPIC, partition: 0 }]);
  consumer.seekToEnd();
  await consumer.position({ topic: TOPIC, partition: 0 });
  let isOver = false;
  const consuming = trips.consume(consumer, () => isOver);
  // Connections are made with the first.
  await trips.sendOne(producer, TOPIC, 0);
  await trips.arrived(1);
  trips.clear();
  await work(producer, trips);
  isOver = true;
  await consuming;
  await producer.close();
  await consumer.close();
  return { p50Ms: trips.percentile(0.5), p99Ms: trips.percentile(0.99) };
}

/** It tells each thousandth latency and the mean exactly, the percentiles in whole milliseconds. */
async function endToEnd(kafka: Toolset, { bootstrap }: RunningNode, count: number): Promise<Latencies> {
  const args = ['--bootstrap-server', bootstrap, '--topic', TOPIC, '--num-records', String(count)];
  const load = ['--producer-acks', '1', '--record-size', '100'];
  const lines = await linesOf(kafka, 'kafka-e2e-latency', [...args, ...load], { limitMs: 600_000 });
  const told = /50th = (\d+), 99th = (\d+)/.exec(lines.at(-1) ?? '');
  const mean = /Avg latency: ([\d.]+) ms/.exec(lines.at(-2) ?? '');
  if (told === null || mean === null) throw new Error(`no latency in: ${lines.slice(-2).join(' ')}`);
  return { p50Ms: Number(mean[1]), p99Ms: Math.max(Number(told[2]), 1) };
}
