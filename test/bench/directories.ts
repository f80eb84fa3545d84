import { cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { ConfigResourceType, incrementalAlterConfigs } from '../../src/client/admin/configs.js';
import type { ClientHost } from '../../src/client/client-config.js';
import { Producer } from '../../src/client/producer/producer.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { nodeRandom } from '../../src/host/node-random.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { prepareNode, RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, outputOf, type Toolset } from '../interop/toolset.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { msOf, printHeadings, printRow } from './table.js';

const MIB = 1024 * 1024;
const VALUE_BYTES = 1000;
const SEGMENT_BYTES = 4 * MIB;
/** Neither side cleans before it is told to, nor writes what nobody asked for. */
const IDLE = { 'log.cleaner.enable': 'false', 'metadata.max.idle.interval.ms': '0' };
/** Both look often for work. */
const BUSY = {
  'metadata.max.idle.interval.ms': '0',
  'log.cleaner.backoff.ms': '50',
  'log.retention.check.interval.ms': '50',
  'log.initial.task.delay.ms': '0',
};
const HOST: ClientHost = {
  clock: nodeClock,
  random: nodeRandom,
  network: tcpNetwork,
  disk: nodeDisk,
  logger: new RecordingLogger(),
};

export interface DirectorySize {
  readonly partitions: number;
  readonly totalBytes: number;
  readonly dirtyRecords: number;
  readonly runs: number;
}

/** Starts on large directories, compaction and retention: each side on copies of one directory, in turn. */
export async function benchDirectories(kafka: Toolset, root: string, size: DirectorySize): Promise<void> {
  const large = `${size.partitions.toLocaleString('en')} partitions, ${Math.round(size.totalBytes / MIB)} MB`;
  printHeadings('log directories', kafkalite.name, kafka.name);
  const full = join(root, 'full');
  await fill(full, size);
  const clean = (side: Toolset) => timeStart(side, full, root, () => undefined);
  await row(`start after a clean stop: ${large}`, 'ms', size.runs, kafka, clean);
  // As after a kill before any checkpoint: all has to be read.
  const killed = (side: Toolset) =>
    timeStart(side, full, root, (data) => {
      rmSync(join(data, '.kafka_cleanshutdown'));
      writeFileSync(join(data, 'recovery-point-offset-checkpoint'), '');
    });
  await row(`start after a kill, all to be recovered: ${large}`, 'ms', size.runs, kafka, killed);
  await row(`retention takes ${large} away`, 'ms', size.runs, kafka, (side) =>
    timeChange(side, full, root, { topic: 'full', name: 'retention.ms', value: '1', leftBytes: 0 }),
  );
  rmSync(full, { recursive: true });
  const dirty = join(root, 'dirty');
  await fillDirty(dirty, size.dirtyRecords);
  const leftBytes = logBytes(join(dirty, 'data'), 'dirty') / 5;
  const records = `${size.dirtyRecords.toLocaleString('en')} records, a tenth of them keys`;
  await row(`compaction: ${records}`, 'ms', size.runs, kafka, (side) =>
    timeChange(side, dirty, root, { topic: 'dirty', name: 'min.cleanable.dirty.ratio', value: '0', leftBytes }),
  );
  rmSync(dirty, { recursive: true });
}

async function row(
  what: string,
  unit: string,
  runs: number,
  kafka: Toolset,
  measure: (side: Toolset) => Promise<number>,
): Promise<void> {
  const pairs: [number, number][] = [];
  for (let n = 0; n < runs; n++) pairs.push([await measure(kafkalite), await measure(kafka)]);
  printRow(what, unit, pairs);
}

async function fill(directory: string, { partitions, totalBytes }: DirectorySize): Promise<void> {
  const node = await startNode(kafkalite, { directory, config: IDLE });
  const configs = ['--config', `segment.bytes=${SEGMENT_BYTES}`];
  await createTopic(node, 'full', partitions, configs);
  const value = nodeRandom.bytes(VALUE_BYTES);
  await produce(node, 'full', Math.floor(totalBytes / VALUE_BYTES), (n) => [n % partitions, null, value]);
  await node.stop();
}

async function fillDirty(directory: string, records: number): Promise<void> {
  const node = await startNode(kafkalite, { directory, config: IDLE });
  const compacted = ['--config', 'cleanup.policy=compact', '--config', 'min.cleanable.dirty.ratio=1'];
  await createTopic(node, 'dirty', 1, [...compacted, '--config', `segment.bytes=${SEGMENT_BYTES}`]);
  const value = nodeRandom.bytes(VALUE_BYTES / 10);
  await produce(node, 'dirty', records, (n) => [0, Buffer.from(`key-${n % (records / 10)}`), value]);
  await node.stop();
}

async function createTopic(node: RunningNode, topic: string, partitions: number, more: string[]): Promise<void> {
  const create = ['--create', '--topic', topic, '--partitions', String(partitions), ...more];
  await outputOf(kafkalite, 'kafka-topics', ['--bootstrap-server', node.bootstrap, ...create]);
}

async function produce(
  node: RunningNode,
  topic: string,
  count: number,
  recordAt: (n: number) => readonly [partition: number, key: Buffer | null, value: Buffer],
): Promise<void> {
  const producer = new Producer(new Map([['bootstrap.servers', node.bootstrap]]), HOST);
  for (let n = 0; n < count; n++) {
    const [partition, key, value] = recordAt(n);
    if (producer.append(topic, partition, key, value) !== null) continue;
    await producer.ready(topic);
    n--;
  }
  await producer.flush();
  await producer.close();
}

async function timeStart(side: Toolset, source: string, root: string, change: (data: string) => void): Promise<number> {
  const directory = copyOf(source, root);
  change(join(directory, 'data'));
  const { file, port } = await prepareNode(side, { directory, config: IDLE });
  const command = [...side.command('kafka-server-start'), file];
  let node: RunningNode | null = null;
  const ms = await msOf(async () => {
    node = new RunningNode(command, `localhost:${port}`);
    await node.whenStarted();
  });
  await (node as RunningNode | null)?.kill();
  rmSync(directory, { recursive: true });
  return ms;
}

/** From when a setting of the topic is changed until its logs are at most so large. */
async function timeChange(
  side: Toolset,
  source: string,
  root: string,
  change: { readonly topic: string; readonly name: string; readonly value: string; readonly leftBytes: number },
): Promise<number> {
  const directory = copyOf(source, root);
  const node = await startNode(side, { directory, config: BUSY });
  const admin = openAdmin(new Map([['bootstrap.servers', node.bootstrap]]), HOST);
  const { topic, name, value, leftBytes } = change;
  const resource = { type: ConfigResourceType.TOPIC, name: topic };
  const ms = await msOf(async () => {
    await incrementalAlterConfigs(admin, [{ resource, changes: [{ name, operation: 'SET', value }] }]);
    await until(() => logBytes(join(directory, 'data'), topic) <= leftBytes);
  });
  admin.close();
  await node.kill();
  rmSync(directory, { recursive: true });
  return ms;
}

function copyOf(source: string, root: string): string {
  const directory = join(root, 'copy');
  cpSync(source, directory, { recursive: true });
  return directory;
}

function logBytes(data: string, topic: string): number {
  let sum = 0;
  for (const partition of readdirSync(data)) {
    if (!partition.startsWith(`${topic}-`)) continue;
    for (const name of readdirSync(join(data, partition))) {
      if (!name.endsWith('.log')) continue;
      sum += statSync(join(data, partition, name), { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return sum;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}
