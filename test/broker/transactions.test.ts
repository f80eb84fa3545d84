import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { listGroupOffsets } from '../../src/client/admin/group-offsets.js';
import { deleteTopics } from '../../src/client/admin/topics.js';
import { describeProducers, describeTransaction, listTransactions } from '../../src/client/admin/transactions.js';
import type { Cluster } from '../../src/client/cluster.js';
import type { Producer } from '../../src/client/producer/producer.js';
import { BrokerBed } from '../support/broker-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';

const COMMITTED = { 'isolation.level': 'read_committed' };
const NOBODY = { memberId: '', generation: -1, groupInstanceId: null };
const beds: BrokerBed[] = [];

async function bedOf(version: number, config: Record<string, string>, disk?: MemoryDisk): Promise<BrokerBed> {
  const bed = await BrokerBed.start(config, disk, { 'transaction.version': version, 'group.version': 1 });
  beds.push(bed);
  return bed;
}

/** As one that dies: nothing of it is settled, nobody is told. */
function killed(bed: BrokerBed): MemoryDisk {
  bed.disk.kill();
  return bed.disk;
}

afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.stop();
});

async function transactional(bed: BrokerBed, id: string, properties: Record<string, string> = {}): Promise<Producer> {
  const producer = bed.producer({ 'transactional.id': id, ...properties });
  await producer.initTransactions();
  return producer;
}

async function write(producer: Producer, values: readonly string[], topic = 't'): Promise<void> {
  for (const value of values) await producer.send(topic, 0, null, Buffer.from(value));
  await producer.flush();
}

/** Waits for a condition that some event will bring, as the admin client sees it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

const stateOf = async (admin: Cluster, id: string): Promise<string> => (await describeTransaction(admin, id)).state;

for (const version of [1, 2]) {
  describe(`transactions of version ${version}`, () => {
    const start = (config: Record<string, string> = {}, disk?: MemoryDisk) => bedOf(version, config, disk);

    it('are seen when they are committed, and never when they are aborted', async () => {
      const bed = await start();
      await bed.createTopic('t');
      const producer = await transactional(bed, 'tx');
      for (const [value, commits] of [
        ['a', true],
        ['b', false],
        ['c', true],
      ] as const) {
        producer.beginTransaction();
        await write(producer, [value]);
        await (commits ? producer.commitTransaction() : producer.abortTransaction());
      }
      assert.deepEqual(await bed.values('t', 0, 2, COMMITTED), ['a', 'c']);
      assert.deepEqual(await bed.values('t', 0, 3), ['a', 'b', 'c']);
      const admin = bed.admin();
      assert.deepEqual(
        (await listTransactions(admin)).map(({ transactionalId, state }) => [transactionalId, state]),
        [['tx', 'CompleteCommit']],
      );
    });

    it('of a producer that was replaced are aborted, and the producer is fenced', async () => {
      const bed = await start();
      await bed.createTopic('t');
      const zombie = await transactional(bed, 'tx');
      zombie.beginTransaction();
      await write(zombie, ['lost']);
      const next = await transactional(bed, 'tx');
      await assert.rejects(zombie.commitTransaction(), /newer producer with the same transactionalId/);
      next.beginTransaction();
      await write(next, ['kept']);
      await next.commitTransaction();
      assert.deepEqual(await bed.values('t', 0, 1, COMMITTED), ['kept']);
    });

    it('that are open for too long are aborted', async () => {
      const bed = await start({ 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '20' });
      await bed.createTopic('t');
      const producer = await transactional(bed, 'tx', { 'transaction.timeout.ms': '10' });
      producer.beginTransaction();
      await write(producer, ['late']);
      const admin = bed.admin();
      await until(async () => (await stateOf(admin, 'tx')) === 'CompleteAbort');
      const [entry] = await describeProducers(admin, { topic: 't', partition: 0 });
      assert.equal(entry?.transactionStartOffset, null);
      assert.equal(entry?.producerEpoch, 1);
      await assert.rejects(producer.commitTransaction());
    });

    it('hold offsets of groups back until they are committed, over a restart too', async () => {
      const bed = await start();
      await bed.createTopic('t');
      const producer = await transactional(bed, 'tx');
      const commit = async (offset: number) => {
        producer.beginTransaction();
        const value = { offset, leaderEpoch: -1, metadata: '' };
        await producer.sendOffsetsToTransaction('g', NOBODY, [{ topic: 't', partition: 0, value }]);
      };
      const committed = async (of: BrokerBed): Promise<number | null> => {
        const [entry] = (await listGroupOffsets(of.admin(), new Map([['g', [{ topic: 't', partition: 0 }]]]))).get(
          'g',
        ) as { value: { offset: number } | null }[];
        return entry?.value?.offset ?? null;
      };
      await commit(5);
      assert.equal(await committed(bed), null);
      await producer.commitTransaction();
      assert.equal(await committed(bed), 5);
      await commit(6);
      await producer.abortTransaction();
      assert.equal(await committed(bed), 5);
      await commit(7);
      const again = await start({}, killed(bed));
      assert.equal(await committed(again), 5);
      await transactional(again, 'tx');
      assert.equal(await committed(again), 5);
    });

    it('end though a topic of theirs is gone', async () => {
      const bed = await start();
      for (const topic of ['t', 'gone']) await bed.createTopic(topic);
      const producer = await transactional(bed, 'tx');
      producer.beginTransaction();
      for (const topic of ['gone', 't']) await write(producer, ['x'], topic);
      const admin = bed.admin();
      assert.equal((await deleteTopics(admin, ['gone'])).get('gone') instanceof Error, false);
      await producer.commitTransaction();
      assert.equal(await stateOf(admin, 'tx'), 'CompleteCommit');
      assert.deepEqual(await bed.values('t', 0, 1, COMMITTED), ['x']);
    });

    it('go on after a restart: what was decided is told to the partitions, what was open is aborted', async () => {
      const dirs = { 'log.dirs': '/a,/b', 'transaction.state.log.num.partitions': '1' };
      const bed = await start(dirs);
      for (const topic of ['t', 'u']) await bed.createTopic(topic);
      const decided = await transactional(bed, 'decided');
      const open = await transactional(bed, 'open');
      assert.ok(bed.disk.list('/a').includes('__transaction_state-0'));
      const topic = bed.disk.list('/b').includes('t-0') ? 't' : 'u';
      for (const producer of [decided, open]) {
        producer.beginTransaction();
        await write(producer, ['x'], topic);
      }
      // The partition cannot be told of the decision.
      bed.disk.fault = (operation, path) =>
        path.startsWith('/b/') && operation !== 'list' ? new DiskError('EIO', path, `${operation} failed`) : null;
      await decided.commitTransaction();
      assert.equal(await stateOf(bed.admin(), 'decided'), 'PrepareCommit');
      bed.disk.fault = null;
      const again = await start(dirs, killed(bed));
      const admin = again.admin();
      await until(async () => (await stateOf(admin, 'decided')) === 'CompleteCommit');
      assert.equal(await stateOf(admin, 'open'), 'Ongoing');
      await transactional(again, 'open');
      assert.deepEqual(await again.values(topic, 0, 1, COMMITTED), ['x']);
      assert.deepEqual(await again.values(topic, 0, 2), ['x', 'x']);
    });
  });
}
