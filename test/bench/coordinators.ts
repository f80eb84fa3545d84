import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { type RunningNode, startNode } from '../interop/running-node.js';
import { kafkalite, outputOf, type Toolset } from '../interop/toolset.js';
import { clientHost } from '../support/real-client-host.js';
import { compare, msOf, printHeadings } from './table.js';

const TOPIC = 'coordinated';
const MEMBERS = 50;
const PARTITIONS = 50;
const CONNECTIONS = 10;
const CONFIG = { 'group.initial.rebalance.delay.ms': '0' };
const PROTOCOLS = ['classic', 'consumer'];

export interface CoordinatorSize {
  readonly joins: number;
  readonly rebalances: number;
  readonly rateRuns: number;
  readonly rateMs: number;
}

/** Groups and transactions of both brokers, with one client: this project's. Groups begin without a delay. */
export async function benchCoordinators(kafka: Toolset, directory: string, size: CoordinatorSize): Promise<void> {
  const start = (tools: Toolset) =>
    startNode(tools, { directory: join(directory, `coordinators-${tools.name}`), config: CONFIG });
  const nodes = [await start(kafkalite), await start(kafka)] as const;
  for (const node of nodes) await prepare(node);
  printHeadings('coordinators', kafkalite.name, kafka.name);
  await measure(nodes, size);
  for (const node of nodes) await node.stop();
}

async function measure(nodes: readonly [RunningNode, RunningNode], size: CoordinatorSize): Promise<void> {
  let turn = 0;
  for (const protocol of PROTOCOLS) {
    await compare(`subscribe to first record, ${protocol} group`, 'ms', size.joins, nodes, (node) =>
      firstRecordMs(node, protocol, `first-${turn++}`),
    );
    await compare(`${MEMBERS} members come, ${protocol} group`, 'ms', size.rebalances, nodes, (node) =>
      rebalanceMs(node, protocol, `many-${turn++}`),
    );
  }
  await compare(`offset commits, ${CONNECTIONS} consumers`, '1/s', size.rateRuns, nodes, (node) =>
    commitRate(node, size.rateMs),
  );
  await compare(`transactions of one record, ${CONNECTIONS} producers`, '1/s', size.rateRuns, nodes, (node) =>
    transactionRate(node, size.rateMs, `writer-${turn++}`),
  );
}

/** A topic with a record in each partition, and the coordinators' own topics. */
async function prepare(node: RunningNode): Promise<void> {
  const at = ['--bootstrap-server', node.bootstrap];
  await outputOf(kafkalite, 'kafka-topics', [...at, '--create', '--topic', TOPIC, '--partitions', String(PARTITIONS)]);
  await outputOf(kafkalite, 'kafka-console-producer', [...at, '--topic', TOPIC], { input: 'warm\n' });
  const producer = newProducer(node);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await producer.send(TOPIC, partition, null, Buffer.from('record'));
  }
  await producer.close();
  for (const protocol of PROTOCOLS) await firstRecordMs(node, protocol, `warm-up-${protocol}`);
}

async function firstRecordMs(node: RunningNode, protocol: string, group: string): Promise<number> {
  const consumer = newConsumer(node, group, protocol);
  const ms = await msOf(async () => {
    consumer.subscribe({ topics: [TOPIC] });
    while ((await consumer.poll(1000)).length === 0);
  });
  await consumer.close();
  return ms;
}

/** From the moment in which one member is joined by all others until the partitions are shared out among all. */
async function rebalanceMs(node: RunningNode, protocol: string, group: string): Promise<number> {
  const members = Array.from({ length: MEMBERS }, () => newConsumer(node, group, protocol));
  const [first, ...others] = members as [Consumer, ...Consumer[]];
  let isOver = false;
  const run = async (consumer: Consumer) => {
    consumer.subscribe({ topics: [TOPIC] });
    while (!isOver) await consumer.poll(50);
  };
  const running = [run(first)];
  const until = async (isReached: () => boolean) => {
    while (!isReached()) await delay(1);
  };
  await until(() => first.assignment().length === PARTITIONS);
  const ms = await msOf(() => {
    running.push(...others.map(run));
    return until(() => members.every((member) => member.assignment().length === PARTITIONS / MEMBERS));
  });
  isOver = true;
  await Promise.all(running);
  await Promise.all(members.map((member) => member.close()));
  return ms;
}

async function commitRate(node: RunningNode, durationMs: number): Promise<number> {
  const consumers = Array.from({ length: CONNECTIONS }, (_, n) => newConsumer(node, `committer-${n}`, 'classic'));
  let offset = 0;
  const commit = async (consumer: Consumer) => {
    const value = { offset: offset++, leaderEpoch: -1, metadata: '' };
    await consumer.commit([{ topic: TOPIC, partition: 0, value }]);
  };
  for (const consumer of consumers) {
    consumer.assign([{ topic: TOPIC, partition: 0 }]);
    await commit(consumer);
  }
  const rate = await rateOf(consumers, commit, durationMs);
  await Promise.all(consumers.map((consumer) => consumer.close()));
  return rate;
}

async function transactionRate(node: RunningNode, durationMs: number, name: string): Promise<number> {
  const producers = Array.from({ length: CONNECTIONS }, (_, n) => newProducer(node, `${name}-${n}`));
  const transact = async (producer: Producer) => {
    producer.beginTransaction();
    await producer.send(TOPIC, 0, null, Buffer.from('record'));
    await producer.commitTransaction();
  };
  for (const producer of producers) {
    await producer.initTransactions();
    await transact(producer);
  }
  const rate = await rateOf(producers, transact, durationMs);
  await Promise.all(producers.map((producer) => producer.close()));
  return rate;
}

/** How often a second all of them together get it done, each on its own connection and one at a time. */
async function rateOf<Client>(clients: Client[], work: (client: Client) => Promise<void>, durationMs: number) {
  let count = 0;
  const endMs = performance.now() + durationMs;
  const ms = await msOf(() =>
    Promise.all(
      clients.map(async (client) => {
        for (; performance.now() < endMs; count++) await work(client);
      }),
    ),
  );
  return count / (ms / 1000);
}

function newConsumer(node: RunningNode, group: string, protocol: string): Consumer {
  const properties = {
    'bootstrap.servers': node.bootstrap,
    'group.id': group,
    'group.protocol': protocol,
    'auto.offset.reset': 'earliest',
    'enable.auto.commit': 'false',
  };
  return new Consumer(new Map(Object.entries(properties)), clientHost());
}

function newProducer(node: RunningNode, transactionalId?: string): Producer {
  const id: [string, string][] = transactionalId === undefined ? [] : [['transactional.id', transactionalId]];
  return new Producer(new Map([['bootstrap.servers', node.bootstrap], ...id]), clientHost());
}
