import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { describeLogDirs } from '../../src/client/admin/log-dirs.js';
import { errorCode, KafkaError } from '../../src/protocol/errors.js';
import { incrementalAlterConfigsApi } from '../../src/protocol/generated/incremental-alter-configs.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';

const SET = 0;
const DELETE = 1;
const BROKER = 4;

let bed: BrokerBed;
afterEach(() => bed.stop());

/** @returns the error of the change */
async function alter(name: string, key: string, value: string | null, port = 9092): Promise<string | null> {
  const caller = await ApiCaller.open(bed.network, port);
  const configs = [{ name: key, configOperation: value === null ? DELETE : SET, value }];
  const resources = [{ resourceType: BROKER, resourceName: name, configs }];
  const answer = await caller.call(incrementalAlterConfigsApi as never, 1, { resources });
  caller.close();
  return (answer as ReturnType<typeof incrementalAlterConfigsApi.readResponse>).responses[0]?.errorMessage ?? null;
}

/** Whether another connection is answered beside those that there are. */
async function isTaken(): Promise<boolean> {
  const caller = await ApiCaller.open(bed.network, 9092);
  const answer = await caller.call(metadataApi as never, 12, { topics: [] });
  caller.close();
  return answer !== null;
}

for (const [kind, name] of [
  ['one broker', '1'],
  ['all brokers', ''],
] as const) {
  describe(`settings of ${kind} that change while the broker runs`, () => {
    it('max.connections.per.ip and its overrides', async () => {
      bed = await BrokerBed.start();
      const open = await ApiCaller.open(bed.network, 9092);
      assert.equal(await isTaken(), true);
      assert.equal(await alter(name, 'max.connections.per.ip', '1'), null);
      assert.equal(await isTaken(), false);
      // On the connection that there is.
      const configs = [{ name: 'max.connections.per.ip', configOperation: DELETE, value: null }];
      const resources = [{ resourceType: BROKER, resourceName: name, configs }];
      await open.call(incrementalAlterConfigsApi as never, 1, { resources });
      assert.equal(await isTaken(), true);
      assert.equal(await alter(name, 'max.connections.per.ip.overrides', '127.0.0.1:1,10.0.0.1:7'), null);
      assert.equal(await isTaken(), false);
      open.close();
    });

    it('message.max.bytes and compression.type of topics without their own', async () => {
      bed = await BrokerBed.start();
      await bed.createTopic('t');
      const producer = bed.producer({ 'compression.type': 'none' });
      const value = Buffer.alloc(3000, 'x');
      const send = async () => {
        const delivery = await producer.send('t', 0, null, value);
        await producer.flush();
        return delivery.parts.map(({ error }) => (error instanceof KafkaError ? error.code : error));
      };
      assert.deepEqual(await send(), [null]);
      assert.equal(await alter(name, 'compression.type', 'gzip'), null);
      const sizeBytes = await logBytes('t');
      assert.deepEqual(await send(), [null]);
      assert.ok((await logBytes('t')) - sizeBytes < 1000, 'it is stored in fewer bytes');
      assert.equal(await alter(name, 'compression.type', null), null);
      assert.equal(await alter(name, 'message.max.bytes', '1000'), null);
      assert.deepEqual(await send(), [errorCode('MESSAGE_TOO_LARGE')]);
    });
  });
}

it('what a broker cannot make anything of leaves it as it was, and running', async () => {
  bed = await BrokerBed.start();
  await bed.createTopic('t');
  for (const name of ['1', '']) {
    for (const [key, value] of [
      ['message.max.bytes', 'many'],
      ['max.connections', 'x'],
      ['cordoned.log.dirs', '/nowhere'],
    ] as const) {
      // A controller does not look at them.
      assert.equal(await alter(name, key, value, 9093), null);
    }
  }
  await bed.createTopic('u');
  await bed.producer().send('u', 0, null, Buffer.from('x'));
  assert.deepEqual(await bed.values('u', 0, 1), ['x']);
  const { disk } = bed;
  await bed.stop();
  bed = await BrokerBed.start({}, disk);
  assert.deepEqual(await bed.values('u', 0, 1), ['x']);
});

it('a cordoned directory takes no new partitions (KIP-1066)', async () => {
  const dirs = { 'log.dirs': '/a,/b' };
  bed = await BrokerBed.start(dirs);
  assert.equal(await alter('1', 'cordoned.log.dirs', '/a'), null);
  await bed.createTopic('t', 3);
  assert.deepEqual(await directoriesOf('t'), ['/b', '/b', '/b']);
  assert.deepEqual(await cordoned(), ['/a']);
  assert.equal(await alter('1', 'cordoned.log.dirs', '*'), null);
  await assert.rejects(
    bed.createTopic('u'),
    /All brokers are currently fenced, or have all their log directories cordoned/,
  );
  const { disk } = bed;
  await bed.stop();
  bed = await BrokerBed.start(dirs, disk);
  await assert.rejects(bed.createTopic('u'), /cordoned/);
  assert.equal(await alter('1', 'cordoned.log.dirs', null), null);
  await bed.createTopic('u');
  assert.deepEqual(await directoriesOf('u'), ['/a']);
});

it('settings are checked for each listener, and named without it (KIP-226)', async () => {
  bed = await BrokerBed.start();
  const invalid = (text: string) =>
    `Invalid value org.apache.kafka.common.config.ConfigException: ${text} for configuration Invalid dynamic configuration`;
  const threads = 'Dynamic thread count update validation failed for';
  const perBroker = 'Cannot update these configs at default cluster level, broker id must be specified';
  const answers: readonly (readonly [name: string, key: string, value: string, error: string | null])[] = [
    ['1', 'max.connections', '0', invalid('Invalid max.connections 0')],
    ['', 'max.connection.creation.rate', '0', invalid('Invalid max.connection.creation.rate 0')],
    ['1', 'listener.name.plaintext.max.connections', '0', invalid('Invalid max.connections 0')],
    ['', 'listener.name.plaintext.max.connections', '5', null],
    ['1', 'listener.name.other.max.connections', '0', null],
    [
      '1',
      'listener.name.plaintext.max.connections',
      'x',
      'Invalid value x for configuration max.connections: Not a number of type INT',
    ],
    [
      '1',
      'listener.name.plaintext.num.network.threads',
      '99',
      invalid(`${threads} num.network.threads=99, value should not be greater than double the current value 3`),
    ],
    [
      '',
      'remote.log.manager.follower.thread.pool.size',
      '5',
      invalid(
        `${threads} remote.log.manager.follower.thread.pool.size=5, value should not be greater than double the current value 2`,
      ),
    ],
    ['', 'listener.name.plaintext.ssl.protocol', 'x', `${perBroker}: [listener.name.plaintext.ssl.protocol]`],
    ['', 'ssl.protocol', 'x', `${perBroker}: [ssl.protocol]`],
    ['1', 'ssl.protocol', 'x', null],
    [
      '1',
      'ssl.keystore.type',
      'JKS',
      'These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.type]',
    ],
  ];
  for (const [name, key, value, error] of answers) assert.equal(await alter(name, key, value), error, `${name} ${key}`);
});

async function logDirs() {
  const dirs = (await describeLogDirs(bed.admin(), [1])).get(1);
  assert.ok(dirs !== undefined && !(dirs instanceof Error));
  return dirs;
}

async function logBytes(topic: string): Promise<number> {
  const replicas = (await logDirs()).flatMap((dir) => dir.replicas);
  return replicas.filter((replica) => replica.topic === topic).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function directoriesOf(topic: string): Promise<string[]> {
  const dirs = await logDirs();
  return dirs.flatMap(({ path, replicas }) => replicas.filter((each) => each.topic === topic).map(() => path));
}

async function cordoned(): Promise<string[]> {
  return (await logDirs()).filter(({ isCordoned }) => isCordoned).map(({ path }) => path);
}
