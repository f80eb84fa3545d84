import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import type { RunningNode } from './running-node.js';
import { kafkalite, outputOf, type Toolset } from './toolset.js';
import { type View, viewOf } from './view.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

const TOPICS = ['codecs', 'segments'];
const SEGMENT_BYTES = 1_048_576;

test('Apache Kafka goes on with a directory of this broker, and this broker with what it leaves', {
  skip,
}, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await passOn(new Bed(t), kafka, [kafkalite, kafka, kafkalite]);
});

test('this broker goes on with a directory of Apache Kafka, and Apache Kafka with what it leaves', {
  skip,
}, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await passOn(new Bed(t), kafka, [kafka, kafkalite, kafka]);
});

/** Each broker in turn must show what the one before it showed, and then adds to it. */
async function passOn(bed: Bed, tools: ApacheKafka, brokers: readonly Toolset[]): Promise<void> {
  let before: View | null = null;
  for (const [turn, broker] of brokers.entries()) {
    const node: RunningNode = await bed.start(broker);
    if (turn === 0) await createTopics(kafkalite, node.bootstrap);
    else assert.deepEqual(await viewOf(kafkalite, node.bootstrap, TOPICS), before, `as ${broker.name} sees it`);
    if (turn < brokers.length - 1) {
      // Both sides' producers and consumers have their turn.
      await add(turn === 0 ? tools : kafkalite, tools, node.bootstrap, turn);
      before = await viewOf(kafkalite, node.bootstrap, TOPICS);
    }
    await node.stop();
    assertNoTrouble(broker, node);
    assert.ok(existsSync(join(bed.directory, 'node/data/.kafka_cleanshutdown')), `${broker.name} stopped cleanly`);
  }
  const logs = readdirSync(join(bed.directory, 'node/data/segments-0')).filter((name) => name.endsWith('.log'));
  assert.ok(logs.length > 3, `several segments were there to read: ${logs}`);
}

async function createTopics(tools: Toolset, bootstrap: string): Promise<void> {
  const create = (topic: string, ...args: string[]) =>
    outputOf(tools, 'kafka-topics', ['--bootstrap-server', bootstrap, '--create', '--topic', topic, ...args]);
  const kept = ['--config', 'retention.ms=86400000', '--config', 'message.timestamp.type=LogAppendTime'];
  await Promise.all([
    create('codecs', '--partitions', '3', ...kept),
    create('segments', '--config', `segment.bytes=${SEGMENT_BYTES}`, '--config', 'compression.type=producer'),
  ]);
}

/** Records of every codec, some more segments, offsets of two groups and a topic of its own. */
async function add(tools: Toolset, kafka: Toolset, bootstrap: string, turn: number): Promise<void> {
  const at = ['--bootstrap-server', bootstrap];
  const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true'];
  const write = (codec: string) => {
    const lines = Array.from({ length: 40 }, (_, n) => `turn:${turn},codec:${codec}\tkey-${n}\tvalue ${n}\n`);
    const args = [...at, '--topic', 'codecs', '--compression-codec', codec, ...keyed];
    return outputOf(tools, 'kafka-console-producer', args, { input: lines.join('') });
  };
  const fill = ['--topic', 'segments', '--num-records', '3000', '--record-size', '1000', '--throughput', '-1'];
  const filled = outputOf(kafka, 'kafka-producer-perf-test', [...fill, ...at]);
  for (const pair of [['none', 'gzip'], ['snappy', 'lz4'], ['zstd']]) await Promise.all(pair.map(write));
  await filled;
  const commit = (protocol: string) => {
    const wanted = ['--topic', 'codecs', '--from-beginning', '--max-messages', '50', '--timeout-ms', '30000'];
    const member = ['--group', `group-${protocol}`, '--command-property', `group.protocol=${protocol}`];
    return outputOf(tools, 'kafka-console-consumer', [...at, ...wanted, ...member]);
  };
  await Promise.all([commit('classic'), commit('consumer')]);
  await outputOf(tools, 'kafka-topics', [...at, '--create', '--topic', `made-in-turn-${turn}`]);
}

/** What a broker says about a directory that it had to mend. */
const MENDING =
  /corrupt|orphan|could not find offset index|recovering (unflushed|file)|found invalid|stray|not cleanly/i;
/** A slow machine alone makes Apache Kafka's controller log these as errors. */
const SLOWNESS = /EventPerformanceMonitor/;

function assertNoTrouble(broker: Toolset, node: RunningNode): void {
  const lines = node.log.split('\n').filter((line) => !SLOWNESS.test(line) && !line.includes('__cluster_metadata'));
  const trouble = lines.filter((line) => / (ERROR|FATAL) /.test(line) || MENDING.test(line));
  assert.deepEqual(trouble, [], `${broker.name} found something wrong`);
}
