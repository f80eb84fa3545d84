import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Waiting } from '../../../src/base/waiting.js';
import type { BrokerServices } from '../../../src/broker/services.js';
import type { HostedSharePartition } from '../../../src/broker/share/hosted-share-partition.js';
import { SharePoll } from '../../../src/broker/share/share-poll.js';
import { ShareSessions } from '../../../src/broker/share/share-sessions.js';
import type { ReadResult } from '../../../src/storage/log-read.js';
import { batchOf } from '../../support/batches.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const RECORDS = batchOf(['a', 'b']);
const KEY = 'g/t-0';
const REQUEST = {
  maxWaitMs: 500,
  minBytes: 10_000,
  maxBytes: 100_000,
  maxRecords: 10,
  batchSize: 10,
  recordLimit: false,
};
const TARGET = { topicId: 'AAAAAAAAAAAAAAAAAAAAZg', topic: 't', partition: 0 };

/** A log on a slow disk, of which all records are always to be had. */
function bed() {
  const clock = new VirtualClock();
  const waiters = new Waiting<{ lookAgain(): void }>();
  let reads = 0;
  let reading = 0;
  let mostReading = 0;
  const read = async (): Promise<ReadResult> => {
    reads++;
    mostReading = Math.max(mostReading, ++reading);
    await new Promise((resolve) => setImmediate(resolve));
    reading--;
    const facts = { highWatermark: 2, lastStableOffset: 2, logStartOffset: 0, logEndOffset: 2 };
    return { kind: 'records', records: RECORDS, ...facts };
  };
  const hosted = {
    partition: { name: 't-0', log: { read } },
    failure: null,
    isBeingFetched: false,
    missedBy: [],
    fetchOffset: () => 0,
    acquire: () => ({ ranges: [{ firstOffset: 0, lastOffset: 1, deliveryCount: 1 }], count: 2 }),
  } as unknown as HostedSharePartition;
  const sessions = new ShareSessions(10);
  const sharePartitions = {
    settings: { isReadCommitted: () => false },
    sessions,
    waiters,
    find: () => hosted,
    waitKey: () => KEY,
    wake: () => {
      for (const waiter of waiters.on(KEY)) waiter.lookAgain();
    },
  };
  const partitions = { fetchWaiters: new Waiting() };
  const services = { clock, sharePartitions, partitions } as unknown as BrokerServices;
  const poll = (member: string) => {
    const turn = sessions.begin('g', member, member, [TARGET]);
    assert.ok(typeof turn !== 'string');
    return new SharePoll(REQUEST, turn, [TARGET], services).run();
  };
  return { clock, poll, sessions, facts: () => ({ reads, mostReading }), waiters, wake: sharePartitions.wake };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('polls of one share partition', () => {
  it('read it one after the other, and come to rest when none has enough', async () => {
    const { clock, poll, facts, waiters, wake } = bed();
    const polls = ['a', 'b', 'c', 'd'].map((member) => poll(member));
    await turns(50);
    const { reads, mostReading } = facts();
    assert.equal(mostReading, 1);
    assert.equal(waiters.size, 4);
    wake();
    await turns(50);
    const afterWake = facts().reads;
    assert.ok(afterWake >= reads + 4 && afterWake < reads + 30, `${afterWake - reads} reads`);
    await turns(50);
    assert.equal(facts().reads, afterWake);
    clock.advance(500);
    const answers = await Promise.all(polls);
    // Whoever comes while another reads goes without when its time is up.
    assert.ok(answers.some(([partition]) => partition?.data.acquiredRecords?.length === 1));
    assert.equal(waiters.size, 0);
  });

  it('give nothing to a member that is gone', async () => {
    const { clock, poll, sessions } = bed();
    const polled = poll('a');
    await turns(10);
    const session = sessions.get('g', 'a');
    assert.ok(session !== undefined);
    sessions.remove(session);
    clock.advance(500);
    const [partition] = await polled;
    assert.equal(partition?.data.acquiredRecords, undefined);
    assert.equal(partition?.data.records?.length, 0);
  });
});
