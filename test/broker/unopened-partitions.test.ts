import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { deleteTopics } from '../../src/client/admin/topics.js';
import { BrokerBed } from '../support/broker-bed.js';

const COUNT = 1000;

describe('the logs of many partitions that are made at once', () => {
  let bed: BrokerBed;
  afterEach(() => bed.stop());

  const made = (): number => bed.disk.list('/a').filter((name) => name.startsWith('many-')).length;
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await turn();
  };

  it('are not all waited for, but for those that somebody looks for', async () => {
    bed = await BrokerBed.start();
    await bed.createTopic('many', COUNT);
    const atOnce = made();
    assert.ok(atOnce >= 100 && atOnce < COUNT, `${atOnce} were made before the answer`);
    assert.ok(!bed.disk.list('/a').includes('many-999'));
    await bed.producer().send('many', 999, null, Buffer.from('early'));
    assert.deepEqual(await bed.values('many', 999, 1), ['early']);
    await until(() => made() === COUNT);
  });

  it('are not made when the topic goes before', async () => {
    bed = await BrokerBed.start();
    await bed.createTopic('many', COUNT);
    assert.equal((await deleteTopics(bed.admin(), ['many'])).get('many'), true);
    const left = (): string[] => bed.disk.list('/a').filter((name) => /^many-\d+$/.test(name));
    assert.deepEqual(left(), []);
    await bed.createTopic('other', COUNT);
    await until(() => bed.disk.list('/a').includes('other-999'));
    assert.deepEqual(left(), []);
  });

  it('are made at the next start when the broker stops before', async () => {
    bed = await BrokerBed.start();
    await bed.createTopic('many', COUNT);
    const { disk } = bed;
    await bed.stop();
    assert.ok(made() < COUNT);
    bed = await BrokerBed.start({}, disk);
    assert.equal(made(), COUNT);
  });
});
