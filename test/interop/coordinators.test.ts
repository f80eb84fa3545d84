import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Producer } from '../../src/client/producer/producer.js';
import { clientHost } from '../support/real-client-host.js';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { startCommand } from './child.js';
import { kafkalite, linesOf, outputOf, type Toolset } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

const TOPIC = 'orders';
const NO_MEMBER = { memberId: '', generation: -1, groupInstanceId: null };
const TRANSACTIONAL_IDS = ['committed', 'aborted', 'open', 'open-with-offsets'];
const PROTOCOLS = ['classic', 'consumer'];
const SHARE_GROUP = 'shared';
/** Members must be there longer than a change of brokers takes, and than a slow machine makes of it. */
const SESSION_TIMEOUT_MS = 60_000;
const GROUP_CONFIG = { 'group.consumer.session.timeout.ms': String(SESSION_TIMEOUT_MS) };

test('Apache Kafka takes over the groups and transactions of this broker', { skip, timeout: 200_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await handOver(t, kafkalite, kafka);
});

test('this broker takes over the groups and transactions of Apache Kafka', { skip, timeout: 200_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await handOver(t, kafka, kafkalite);
});

async function handOver(t: TestContext, from: Toolset, to: Toolset): Promise<void> {
  const bed = new Bed(t);
  const first = await bed.start(from, 'node', GROUP_CONFIG);
  await makeTransactions(t, first.bootstrap);
  await makeGroups(first.bootstrap);
  await makeShareGroup(first.bootstrap);
  const before = await coordinatorsView(first.bootstrap);
  assert.equal(before.committed.length, 4, 'what is not committed is not seen');
  await first.stop();

  const second = await bed.start(to, 'node', GROUP_CONFIG);
  assert.deepEqual(await coordinatorsView(second.bootstrap), before, `as ${to.name} sees it`);
  await finishTransactions(second.bootstrap);
  await goOnWithGroups(second.bootstrap);
  await second.stop();
}

/** One transaction of each fate; two are left open, one of them with offsets. */
async function makeTransactions(t: TestContext, bootstrap: string): Promise<void> {
  await outputOf(kafkalite, 'kafka-topics', ['--bootstrap-server', bootstrap, '--create', '--topic', TOPIC]);
  for (const id of TRANSACTIONAL_IDS) {
    const producer = await transactionalProducer(bootstrap, id);
    t.after(() => producer.close(0));
    producer.beginTransaction();
    for (const n of [1, 2, 3, 4]) await producer.send(TOPIC, 0, Buffer.from(id), Buffer.from(`${id} ${n}`));
    await producer.flush();
    if (id !== 'open') await sendOffsets(producer, `readers-${id}`, 3);
    if (id === 'committed') await producer.commitTransaction();
    if (id === 'aborted') await producer.abortTransaction();
  }
}

/** Of either protocol a static member that is away, a member that died without a word, and a group without members. */
async function makeGroups(bootstrap: string): Promise<void> {
  const read = (group: string, ...properties: string[]) => [
    ...['--bootstrap-server', bootstrap, '--topic', TOPIC, '--from-beginning', '--group', group],
    ...['--isolation-level', 'read_committed'],
    ...properties.flatMap((property) => ['--command-property', property]),
  ];
  for (const protocol of PROTOCOLS) {
    // The brokers' word counts where the consumer protocol is spoken, and the member's where the classic one is.
    const timeout = protocol === 'classic' ? [`session.timeout.ms=${SESSION_TIMEOUT_MS}`] : [];
    const member = [`group.protocol=${protocol}`, ...timeout];
    const run = (args: readonly string[]) =>
      outputOf(kafkalite, 'kafka-console-consumer', [...args, '--max-messages', '2']);
    await run(read(`${protocol}-static`, ...member, 'group.instance.id=one'));
    await run(read(`${protocol}-left`, ...member));
    await killAfterLine(read(`${protocol}-dead`, ...member, 'max.poll.records=1'));
  }
}

/** It has two of the committed records behind it, and the others were given back. */
async function makeShareGroup(bootstrap: string): Promise<void> {
  const config = 'share.auto.offset.reset=earliest,share.isolation.level=read_committed';
  const entity = ['--alter', '--entity-type', 'groups', '--entity-name', SHARE_GROUP, '--add-config', config];
  await outputOf(kafkalite, 'kafka-configs', ['--bootstrap-server', bootstrap, ...entity]);
  assert.deepEqual(await sharedLines(bootstrap, 2), ['committed 1', 'committed 2']);
}

function sharedLines(bootstrap: string, count: number): Promise<string[]> {
  const from = ['--bootstrap-server', bootstrap, '--topic', TOPIC, '--group', SHARE_GROUP];
  return linesOf(kafkalite, 'kafka-console-share-consumer', [...from, '--max-messages', String(count)]);
}

/** Runs a consumer until it has printed something, and then kills it. */
async function killAfterLine(args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const consumer = startCommand([...kafkalite.command('kafka-console-consumer'), ...args], () => {
      consumer.kill('SIGKILL');
    });
    consumer.once('close', () => resolve());
  });
}

/** All that coordinators tell, without what passes with time. */
async function coordinatorsView(bootstrap: string) {
  const at = ['--bootstrap-server', bootstrap];
  const told = async (tool: string, ...args: string[]) =>
    (await linesOf(kafkalite, tool, [...at, ...args]))
      .map((line) => line.trim().replace(/\s+/g, ' ').replace(bootstrap, 'BROKER'))
      .sort();
  const transactions: Record<string, readonly unknown[]> = {};
  for (const id of TRANSACTIONAL_IDS) {
    const asked = [...at, '--output', 'json', 'describe', '--transactional-id', id];
    const rows = await outputOf(kafkalite, 'kafka-transactions', asked);
    transactions[id] = JSON.parse(rows).map(({ durationMs, ...row }: { durationMs: unknown }) => row);
  }
  return {
    groups: await told('kafka-groups', '--list'),
    offsets: await told('kafka-consumer-groups', '--describe', '--all-groups', '--offsets'),
    states: await told('kafka-consumer-groups', '--describe', '--all-groups', '--state'),
    members: await told('kafka-consumer-groups', '--describe', '--all-groups', '--members', '--verbose'),
    transactionList: await told('kafka-transactions', 'list'),
    transactions,
    producers: await told('kafka-transactions', 'describe-producers', '--topic', TOPIC, '--partition', '0'),
    committed: await committedLines(bootstrap),
  };
}

function committedLines(bootstrap: string): Promise<string[]> {
  const from = ['--bootstrap-server', bootstrap, '--topic', TOPIC, '--partition', '0', '--offset', 'earliest'];
  const until = ['--isolation-level', 'read_committed', '--timeout-ms', '1500'];
  return linesOf(kafkalite, 'kafka-console-consumer', [...from, ...until]);
}

/** Whoever takes the id of an open transaction aborts it, and the offsets that it would have committed are gone. */
async function finishTransactions(bootstrap: string): Promise<void> {
  for (const id of TRANSACTIONAL_IDS) {
    const producer = await transactionalProducer(bootstrap, id);
    producer.beginTransaction();
    await producer.send(TOPIC, 0, null, Buffer.from(`${id} after`));
    await sendOffsets(producer, `readers-${id}`, 5);
    await producer.commitTransaction();
    await producer.close();
  }
  const lines = await committedLines(bootstrap);
  assert.deepEqual(lines, [
    ...[1, 2, 3, 4].map((n) => `committed ${n}`),
    ...TRANSACTIONAL_IDS.map((id) => `${id} after`),
  ]);
}

/** The static members come back under their names, and read from where their groups were. */
async function goOnWithGroups(bootstrap: string): Promise<void> {
  for (const protocol of PROTOCOLS) {
    const lines = await linesOf(kafkalite, 'kafka-console-consumer', [
      ...['--bootstrap-server', bootstrap, '--topic', TOPIC, '--group', `${protocol}-static`],
      ...['--isolation-level', 'read_committed', '--max-messages', '3', '--timeout-ms', '30000'],
      ...['--command-property', `group.protocol=${protocol}`, '--command-property', 'group.instance.id=one'],
    ]);
    assert.deepEqual(lines, ['committed 3', 'committed 4', 'committed after'], protocol);
  }
  assert.deepEqual(await sharedLines(bootstrap, 3), ['committed 3', 'committed 4', 'committed after'], 'share');
}

async function transactionalProducer(bootstrap: string, id: string): Promise<Producer> {
  const properties = new Map([
    ['bootstrap.servers', bootstrap],
    ['transactional.id', id],
    ['transaction.timeout.ms', '600000'],
  ]);
  const producer = new Producer(properties, clientHost());
  await producer.initTransactions();
  return producer;
}

function sendOffsets(producer: Producer, group: string, offset: number): Promise<void> {
  const value = { offset, leaderEpoch: -1, metadata: 'with it' };
  return producer.sendOffsetsToTransaction(group, NO_MEMBER, [{ topic: TOPIC, partition: 0, value }]);
}
