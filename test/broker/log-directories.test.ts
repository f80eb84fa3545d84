import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { ConfigResourceType, incrementalAlterConfigs } from '../../src/client/admin/configs.js';
import { describeLogDirs } from '../../src/client/admin/log-dirs.js';
import { describeTopics } from '../../src/client/admin/topics.js';
import type { Cluster } from '../../src/client/cluster.js';
import { errorOfCode } from '../../src/protocol/errors.js';
import { alterReplicaLogDirsApi } from '../../src/protocol/generated/alter-replica-log-dirs.js';
import { BrokerBed } from '../support/broker-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';

const BOTH = { 'log.dirs': '/a,/b' };
const beds: BrokerBed[] = [];

async function bedOf(config: Record<string, string> = BOTH, disk?: MemoryDisk): Promise<BrokerBed> {
  const bed = await BrokerBed.start(config, disk);
  beds.push(bed);
  return bed;
}

afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.stop();
});

async function produce(bed: BrokerBed, topic: string, partition: number, from: number, to: number): Promise<void> {
  const producer = bed.producer();
  for (let n = from; n < to; n++) {
    const delivery = await producer.send(topic, partition, null, Buffer.from(String(n)));
    if (n % 50 === 0) assert.equal((await delivery.settled()).error, null);
  }
  await producer.close();
}

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => String(from + n));

async function move(admin: Cluster, topic: string, partition: number, path: string): Promise<string> {
  const dirs = [{ path, topics: [{ name: topic, partitions: [partition] }] }];
  const { results } = await admin.call({ node: 1 }, alterReplicaLogDirsApi, { dirs });
  return errorOfCode(results[0]?.partitions[0]?.errorCode ?? -1).name;
}

/** @param bytesPerSecond null for no limit */
async function limitMoves(admin: Cluster, bytesPerSecond: string | null): Promise<void> {
  const name = 'replica.alter.log.dirs.io.max.bytes.per.second';
  const operation = bytesPerSecond === null ? 'DELETE' : 'SET';
  const resource = { type: ConfigResourceType.BROKER, name: '1' };
  const changes = [{ name, operation, value: bytesPerSecond } as const];
  const [result] = await incrementalAlterConfigs(admin, [{ resource, changes }]);
  assert.equal(result?.result, true);
}

/** The directory of each replica of a topic. */
async function placesOf(admin: Cluster, topic: string): Promise<Record<string, string>> {
  const dirs = (await describeLogDirs(admin, [1])).get(1);
  assert.ok(dirs !== undefined && !(dirs instanceof Error));
  const places: Record<string, string> = {};
  for (const { path, replicas } of dirs) {
    for (const replica of replicas) {
      if (replica.topic !== topic) continue;
      places[`${replica.partition}${replica.isFuture ? ' future' : ''}`] = path;
    }
  }
  return places;
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const limitMs = Date.now() + 20_000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < limitMs, `${what} did not happen`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('moving replicas between log directories', () => {
  it('copies the log while it is written, and loses nothing', async () => {
    const bed = await bedOf();
    await bed.createTopic('t');
    const admin = bed.admin();
    const from = (await placesOf(admin, 't'))['0'];
    const to = from === '/a' ? '/b' : '/a';
    await produce(bed, 't', 0, 0, 300);
    const writing = produce(bed, 't', 0, 300, 900);
    assert.equal(await move(admin, 't', 0, to), 'NONE');
    await until('the move', async () => (await placesOf(admin, 't'))['0'] === to);
    await writing;
    assert.deepEqual(await placesOf(admin, 't'), { 0: to });
    assert.deepEqual(await bed.values('t', 0, 900), numbers(0, 900));
    await bed.stop();
    const again = await bedOf(BOTH, bed.disk);
    assert.deepEqual(await placesOf(again.admin(), 't'), { 0: to });
    assert.deepEqual(await again.values('t', 0, 900), numbers(0, 900));
    assert.deepEqual(
      again.disk.list(to).filter((name) => name.startsWith('t-')),
      ['t-0'],
    );
  });

  it('goes on after a stop, and can be given up', async () => {
    const bed = await bedOf();
    await bed.createTopic('t');
    await limitMoves(bed.admin(), '1');
    await produce(bed, 't', 0, 0, 200);
    const admin = bed.admin();
    const from = (await placesOf(admin, 't'))['0'] as string;
    const to = from === '/a' ? '/b' : '/a';
    assert.equal(await move(admin, 't', 0, to), 'NONE');
    assert.deepEqual(await placesOf(admin, 't'), { 0: from, '0 future': to });
    assert.equal(await move(admin, 't', 0, from), 'NONE');
    assert.deepEqual(await placesOf(admin, 't'), { 0: from });
    assert.equal(await move(admin, 't', 0, to), 'NONE');
    await bed.stop();
    const again = await bedOf(BOTH, bed.disk);
    const restarted = again.admin();
    assert.deepEqual(await placesOf(restarted, 't'), { 0: from, '0 future': to });
    await limitMoves(restarted, null);
    await until('the move', async () => (await placesOf(restarted, 't'))['0'] === to);
    assert.deepEqual(await again.values('t', 0, 200), numbers(0, 200));
  });

  it('refuses what cannot be with the errors of Kafka', async () => {
    const bed = await bedOf();
    await bed.createTopic('t');
    const admin = bed.admin();
    assert.equal(await move(admin, 't', 0, '/none'), 'LOG_DIR_NOT_FOUND');
    assert.equal(await move(admin, 'none', 0, '/a'), 'REPLICA_NOT_AVAILABLE');
    assert.equal(await move(admin, 'x'.repeat(240), 0, '/a'), 'INVALID_TOPIC_EXCEPTION');
  });
});

describe('a log directory that fails', () => {
  const failing = (path: string) => (operation: string, at: string) =>
    at.startsWith(path) && operation !== 'list' ? new DiskError('EIO', at, `${operation} failed`) : null;

  it('takes its partitions out of service, and leaves the others in it', async () => {
    const bed = await bedOf();
    await bed.createTopic('t', 4);
    for (let partition = 0; partition < 4; partition++) await produce(bed, 't', partition, 0, 10);
    const admin = bed.admin();
    const places = await placesOf(admin, 't');
    const lost = [0, 1, 2, 3].filter((partition) => places[partition] === '/b');
    assert.equal(lost.length, 2);
    bed.disk.fault = failing('/b');
    const producer = bed.producer({ 'delivery.timeout.ms': '300', 'request.timeout.ms': '200' });
    const delivery = await producer.send('t', lost[0] as number, null, Buffer.from('lost'));
    assert.ok((await delivery.settled()).error);
    await until('the loss of its leaders', async () => {
      const [topic] = (await describeTopics(admin, ['t'])).values();
      assert.ok(topic !== undefined && !(topic instanceof Error));
      const leaderless = topic.partitions.filter(({ leader }) => leader === -1).map(({ partition }) => partition);
      return leaderless.join() === lost.join();
    });
    const dirs = (await describeLogDirs(admin, [1])).get(1);
    assert.ok(dirs !== undefined && !(dirs instanceof Error));
    assert.deepEqual(
      dirs.map(({ path, error }) => [path, error]),
      [
        ['/a', null],
        ['/b', 'KAFKA_STORAGE_ERROR'],
      ],
    );
    for (const partition of [0, 1, 2, 3]) {
      if (!lost.includes(partition)) assert.deepEqual(await bed.values('t', partition, 10), numbers(0, 10));
    }
    await bed.createTopic('later', 3);
    assert.deepEqual(Object.values(await placesOf(admin, 'later')), ['/a', '/a', '/a']);
    assert.equal(bed.fatal, null);
    bed.disk.fault = null;
    await bed.stop();
    const again = await bedOf(BOTH, bed.disk);
    for (let partition = 0; partition < 4; partition++) {
      assert.deepEqual(await again.values('t', partition, 10), numbers(0, 10));
    }
  });

  it('is left out by a start that cannot read it, and comes back with the next', async () => {
    const bed = await bedOf();
    await bed.createTopic('t', 2);
    for (const partition of [0, 1]) await produce(bed, 't', partition, 0, 10);
    const places = await placesOf(bed.admin(), 't');
    const [lost, kept] = places['0'] === '/b' ? [0, 1] : [1, 0];
    await bed.stop();
    bed.disk.fault = (operation, path) =>
      path.startsWith(`/b/t-${lost}`) ? new DiskError('EIO', path, `${operation} failed`) : null;
    const without = await bedOf(BOTH, bed.disk);
    const [topic] = (await describeTopics(without.admin(), ['t'])).values();
    assert.ok(topic !== undefined && !(topic instanceof Error));
    assert.deepEqual(
      topic.partitions.filter(({ leader }) => leader === -1).map(({ partition }) => partition),
      [lost],
    );
    assert.deepEqual(await without.values('t', kept, 10), numbers(0, 10));
    bed.disk.fault = null;
    await without.stop();
    const again = await bedOf(BOTH, bed.disk);
    for (const partition of [0, 1]) assert.deepEqual(await again.values('t', partition, 10), numbers(0, 10));
  });

  it('keeps a broker from its start when no other is left', async () => {
    const bed = await bedOf({ 'log.dirs': '/b' });
    await bed.createTopic('t');
    await bed.stop();
    bed.disk.fault = (operation, path) =>
      path.startsWith('/b/t-') ? new DiskError('EIO', path, `${operation} failed`) : null;
    await assert.rejects(bedOf({ 'log.dirs': '/b' }, bed.disk), /^StorageNotReadyError: Shutdown broker because/);
    bed.disk.fault = null;
    await bedOf({ 'log.dirs': '/b' }, bed.disk);
  });

  it('ends the broker when it holds the metadata, or when no other is left', async () => {
    for (const config of [BOTH, { 'log.dirs': '/a' }]) {
      const bed = await bedOf(config);
      await bed.createTopic('t');
      bed.disk.fault = failing('/a');
      const admin = bed.admin();
      bed.createTopic('more').catch(() => undefined);
      await until('the end', async () => bed.fatal !== null);
      assert.match(bed.fatal ?? '', /^Shutdown broker because .* \/a,? ha(s|ve) failed$/);
      await admin.close();
      bed.disk.fault = null;
    }
  });

  it('acknowledges nothing that a full disk did not take, and works again with room', async () => {
    const bed = await bedOf({ 'log.dirs': '/a,/b', 'metadata.log.dir': '/a' });
    await bed.createTopic('t', 2);
    const admin = bed.admin();
    const partition = Number(Object.entries(await placesOf(admin, 't')).find(([, path]) => path === '/b')?.[0]);
    await produce(bed, 't', partition, 0, 20);
    bed.disk.fault = (operation, path) =>
      path.startsWith('/b/t-') && operation === 'write' ? new DiskError('ENOSPC', path, 'no space left') : null;
    const producer = bed.producer({ 'delivery.timeout.ms': '300', 'request.timeout.ms': '200' });
    const delivery = await producer.send('t', partition, null, Buffer.from('20'));
    assert.ok((await delivery.settled()).error);
    assert.ok(
      bed.logger.lines.some(({ level, message }) => level === 'ERROR' && message.includes('/b')),
      'it says which directory',
    );
    bed.disk.fault = null;
    await bed.stop();
    const again = await bedOf(BOTH, bed.disk);
    await produce(again, 't', partition, 20, 30);
    assert.deepEqual(await again.values('t', partition, 30), numbers(0, 30));
  });
});
