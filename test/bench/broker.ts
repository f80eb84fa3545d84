import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { prepareNode, RunningNode } from '../interop/running-node.js';
import { kafkalite, linesOf, type Toolset } from '../interop/toolset.js';
import { benchConsoleLines } from './console-lines.js';
import { residentMb } from './process-figures.js';
import { compare, msOf, printHeadings, printRow } from './table.js';
import { benchToolStart } from './tool-start.js';

const TOPICS = 100;
const RECORD_BYTES = 100;

export interface BrokerSize {
  readonly toolRuns: number;
  readonly starts: number;
  readonly perfRuns: number;
  readonly records: number;
  readonly lines: number;
}

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

async function makeTopics({ node }: Side): Promise<void> {
  const admin = new Kafka({ brokers: [node.bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = Array.from({ length: TOPICS }, (_, n) => ({ topic: `one-of-many-${n}`, numPartitions: 1 }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.disconnect();
}

/** Apache Kafka's own load, so that the client is the same for both brokers. Gives records a second. */
async function produce(kafka: Toolset, { node }: Side, topic: string, acks: string, size: BrokerSize): Promise<number> {
  const load = ['--num-records', String(size.records), '--record-size', String(RECORD_BYTES), '--throughput', '-1'];
  const to = ['--topic', topic, '--bootstrap-server', node.bootstrap, '--command-property', `acks=${acks}`];
  const lines = await linesOf(kafka, 'kafka-producer-perf-test', [...load, ...to], { limitMs: 600_000 });
  const rate = /records sent, ([\d.]+) records\/sec/.exec(lines.at(-1) ?? '')?.[1];
  if (rate === undefined) throw new Error(`no rate in: ${lines.at(-1)}`);
  return Number(rate);
}

async function consume(kafka: Toolset, { node }: Side, topic: string, size: BrokerSize): Promise<number> {
  const args = ['--topic', topic, '--bootstrap-server', node.bootstrap, '--num-records', String(size.records)];
  const lines = await linesOf(kafka, 'kafka-consumer-perf-test', args, { limitMs: 600_000 });
  // The last column: records a second while fetching, the joining of the group left out.
  const rate = Number(lines.at(-1)?.split(',').at(-1));
  if (Number.isNaN(rate)) throw new Error(`no rate in: ${lines.at(-1)}`);
  return rate;
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

/** A node from its start on, tools at it, and how both do under a load. @param nodes programs that tools start on */
export async function benchBroker(
  kafka: Toolset,
  directory: string,
  size: BrokerSize,
  nodes: readonly string[],
): Promise<void> {
  printHeadings('medians, measured in turn', 'kafkalite', 'Apache Kafka');
  const sides = await startBoth(kafka, directory, size.starts);
  const memory = (what: string) => compare(what, 'MB', 1, sides, async ({ node }) => residentMb(node.pid));
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
