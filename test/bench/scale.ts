import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { createTopics } from '../../src/client/admin/topics.js';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { type RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, type Toolset } from '../interop/toolset.js';
import { clientHost } from '../support/real-client-host.js';
import { residentMb } from './process-figures.js';
import { RoundTrips } from './round-trips.js';
import { msOf, printHeadings, printRow } from './table.js';

export interface ScaleSize {
  /** Each with a topic of its own. */
  readonly groups: number;
  readonly membersPerGroup: number;
  readonly partitionsPerTopic: number;
  /** Beside those of producers and consumers; each asks for the versions of the APIs once. */
  readonly connections: number;
  readonly records: number;
  readonly perSecond: number;
}

/** ApiVersions version 0 without a client id, and the bytes before it that say how long it is. */
const API_VERSIONS_REQUEST = Buffer.from('0000000a00120000000000010000', 'hex');

interface Scaled {
  readonly topicsMs: number;
  readonly joinMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly memoryMb: number;
}

/** Many partitions, groups and connections at once, first at one broker and then at the other, with one client. */
export async function benchScale(kafka: Toolset, directory: string, size: ScaleSize): Promise<void> {
  printHeadings('scale', kafkalite.name, kafka.name);
  const results: Scaled[] = [];
  for (const tools of [kafkalite, kafka]) {
    const node = await startNode(tools, {
      directory: join(directory, `scale-${tools.name}`),
      config: { 'group.initial.rebalance.delay.ms': '0' },
    });
    results.push(await measure(node, size));
    await node.stop();
  }
  const [ours, real] = results as [Scaled, Scaled];
  const { groups, membersPerGroup, partitionsPerTopic, connections, perSecond } = size;
  const print = (what: string, unit: string, of: (scaled: Scaled) => number) =>
    printRow(what, unit, [[of(ours), of(real)]]);
  print(`${groups} topics of ${partitionsPerTopic} partitions are made`, 'ms', ({ topicsMs }) => topicsMs);
  print(`${groups} groups of ${membersPerGroup} have their partitions`, 'ms', ({ joinMs }) => joinMs);
  print(`${perSecond} records a second to all: p50`, 'ms', ({ p50Ms }) => p50Ms);
  print(`${perSecond} records a second to all: p99`, 'ms', ({ p99Ms }) => p99Ms);
  print(`resident memory, ${connections} more connections`, 'MB', ({ memoryMb }) => memoryMb);
}

async function measure(node: RunningNode, size: ScaleSize): Promise<Scaled> {
  const topics = Array.from({ length: size.groups }, (_, n) => `scale-${n}`);
  const topicsMs = await msOf(() => makeTopics(node, topics, size.partitionsPerTopic));
  const idle = await openIdle(node, size.connections);
  const trips = new RoundTrips();
  const consumers = topics.flatMap((topic) =>
    Array.from({ length: size.membersPerGroup }, () => ({ topic, consumer: newConsumer(node, `group of ${topic}`) })),
  );
  let isOver = false;
  const consuming: Promise<void>[] = [];
  const joinMs = await msOf(async () => {
    for (const { topic, consumer } of consumers) {
      consumer.subscribe({ topics: [topic] });
      consuming.push(trips.consume(consumer, () => isOver));
    }
    const wanted = topics.length * size.partitionsPerTopic;
    const owned = () => consumers.reduce((sum, { consumer }) => sum + consumer.assignment().length, 0);
    const hasAll = () => owned() === wanted && consumers.every(({ consumer }) => consumer.assignment().length > 0);
    while (!hasAll()) await delay(5);
  });
  const producer = new Producer(new Map([['bootstrap.servers', node.bootstrap]]), clientHost());
  const partitions = Array.from({ length: size.partitionsPerTopic }, (_, partition) =>
    topics.map((topic) => [topic, partition] as const),
  ).flat();
  for (const round of ['warm up', 'measure']) {
    trips.clear();
    await trips.sendSteadily(producer, partitions, size.records, size.perSecond);
    while (trips.count < size.records) await delay(10, round);
  }
  const memoryMb = residentMb(node.pid);
  isOver = true;
  await Promise.all(consuming);
  await Promise.all([producer.close(), ...consumers.map(({ consumer }) => consumer.close())]);
  for (const socket of idle) socket.destroy();
  return { topicsMs, joinMs, p50Ms: trips.percentile(0.5), p99Ms: trips.percentile(0.99), memoryMb };
}

async function makeTopics({ bootstrap }: RunningNode, names: readonly string[], partitions: number): Promise<void> {
  const admin = openAdmin(new Map([['bootstrap.servers', bootstrap]]), clientHost());
  const results = await createTopics(
    admin,
    names.map((name) => ({ name, partitions })),
  );
  admin.close();
  for (const result of results.values()) if (result instanceof Error) throw result;
}

async function openIdle({ bootstrap }: RunningNode, count: number): Promise<Socket[]> {
  const [host = '', port] = bootstrap.split(':');
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n++) {
    const socket = createConnection({ host, port: Number(port) });
    socket.write(API_VERSIONS_REQUEST);
    await once(socket, 'data');
    sockets.push(socket);
  }
  return sockets;
}

function newConsumer({ bootstrap }: RunningNode, group: string): Consumer {
  const properties = { 'bootstrap.servers': bootstrap, 'group.id': group, 'auto.offset.reset': 'earliest' };
  return new Consumer(new Map(Object.entries(properties)), clientHost());
}
