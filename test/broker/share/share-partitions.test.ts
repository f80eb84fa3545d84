import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokerMetadata } from '../../../src/broker/broker-metadata.js';
import type { Partition } from '../../../src/broker/partition.js';
import type { Partitions } from '../../../src/broker/partitions.js';
import type { HostedSharePartition } from '../../../src/broker/share/hosted-share-partition.js';
import { SharePartitions } from '../../../src/broker/share/share-partitions.js';
import { ShareSettings } from '../../../src/broker/share/share-settings.js';
import type {
  SharePersister,
  ShareState,
  ShareStateRefusal,
  ShareStateWrite,
} from '../../../src/broker/share-persister.js';
import { BrokerConfig } from '../../../src/config/broker-config.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAZg';
const KEY = { groupId: 'g', topicId: TOPIC_ID, partition: 0 };
const CONFIG = new Map([
  ['process.roles', 'broker,controller'],
  ['node.id', '1'],
  ['listeners', 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093'],
  ['controller.listener.names', 'CONTROLLER'],
  ['controller.quorum.voters', '1@localhost:9093'],
  ['log.dirs', '/a'],
]);
const READ: ShareState = { stateEpoch: 2, leaderEpoch: 4, startOffset: 0, batches: [] };

/** Answers as it is told to, and remembers what it was to keep. */
class ToldPersister implements Pick<SharePersister, 'read' | 'write'> {
  answerToRead: ShareState | ShareStateRefusal = READ;
  /** An error that is thrown, or an answer. */
  answerToWrite: ShareStateRefusal | Error | null = null;
  readonly written: ShareStateWrite[] = [];
  reads = 0;

  async read(): Promise<ShareState | ShareStateRefusal> {
    this.reads++;
    return this.answerToRead;
  }

  async write(_: unknown, write: ShareStateWrite): Promise<ShareStateRefusal | null> {
    this.written.push(write);
    if (this.answerToWrite instanceof Error) throw this.answerToWrite;
    return this.answerToWrite;
  }
}

function bed() {
  const persister = new ToldPersister();
  const clock = new VirtualClock();
  const logger = new RecordingLogger();
  const metadata = new BrokerMetadata();
  const log = { highWatermark: 9, logStartOffset: 3, offsetForTimestamp: () => null };
  const partition = { name: 't-0', leaderEpoch: 4, log } as unknown as Partition;
  const shares = new SharePartitions({
    settings: new ShareSettings(new BrokerConfig(CONFIG), metadata.image),
    partitions: { leader: () => partition } as unknown as Partitions,
    persister: persister as unknown as SharePersister,
    metadata,
    clock,
    logger,
  });
  const find = () => shares.find('g', TOPIC_ID, 't', 0) as HostedSharePartition;
  return { persister, clock, logger, shares, partition, find };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const RECORDS = {
  memberId: 'm',
  recordLimit: false,
  batchSize: 10,
  maxRecords: 10,
  fetchOffset: 0,
  batches: [{ baseOffset: 0, lastOffset: 4, at: 0 }],
  aborted: [],
};
const ACCEPT = [{ firstOffset: 0, lastOffset: 4, types: [1] }];

describe('share partitions of a broker', () => {
  it('keep what was acknowledged before it is answered', async () => {
    const { persister, shares, find } = bed();
    const hosted = find();
    assert.equal(hosted.fetchOffset(), null);
    await settled();
    assert.equal(hosted.fetchOffset(), 0);
    assert.equal(hosted.acquire(RECORDS).count, 5);
    assert.equal(await shares.acknowledge(KEY, 'm', ACCEPT), null);
    const batches = [{ firstOffset: 0, lastOffset: 4, deliveryState: 2, deliveryCount: 1 }];
    assert.deepEqual(persister.written, [
      { stateEpoch: 2, leaderEpoch: 4, startOffset: 0, deliveryCompleteCount: 5, batches },
    ]);
    assert.equal(hosted.fetchOffset(), 5);
  });

  it('leave records with their member when they cannot be kept', async () => {
    const { persister, shares, find, logger } = bed();
    const hosted = find();
    await settled();
    hosted.acquire(RECORDS);
    persister.answerToWrite = { error: 'COORDINATOR_LOAD_IN_PROGRESS', message: 'wait' };
    const message = 'Error in write state RPC. wait';
    assert.deepEqual(await shares.acknowledge(KEY, 'm', ACCEPT), { error: 'COORDINATOR_NOT_AVAILABLE', message });
    persister.answerToWrite = new Error('broken');
    assert.equal((await shares.acknowledge(KEY, 'm', ACCEPT))?.error, 'UNKNOWN_SERVER_ERROR');
    assert.ok(logger.lines.some(({ message: line }) => line.includes('Failed to write the share group state')));
    persister.answerToWrite = null;
    assert.equal(await shares.acknowledge(KEY, 'm', ACCEPT), null);
    assert.equal(find(), hosted);
  });

  it('are read anew when another state is kept', async () => {
    const { persister, shares, find } = bed();
    const hosted = find();
    await settled();
    hosted.acquire(RECORDS);
    persister.answerToWrite = { error: 'FENCED_STATE_EPOCH', message: 'another' };
    assert.equal((await shares.acknowledge(KEY, 'm', ACCEPT))?.error, 'NOT_LEADER_OR_FOLLOWER');
    assert.equal(hosted.fetchOffset(), null);
    assert.equal((await shares.acknowledge(KEY, 'm', ACCEPT))?.error, 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.notEqual(find(), hosted);
    assert.equal(persister.reads, 2);
  });

  it('say why they cannot be read, and are tried again', async () => {
    const { persister, find } = bed();
    persister.answerToRead = { error: 'NOT_COORDINATOR', message: null };
    const hosted = find();
    await settled();
    assert.equal(hosted.failure?.error, 'COORDINATOR_NOT_AVAILABLE');
    persister.answerToRead = READ;
    const again = find();
    await settled();
    assert.equal(again.fetchOffset(), 0);
  });

  it('begin at the end of the log where nothing is kept, and nothing else is asked for', async () => {
    const { persister, find } = bed();
    persister.answerToRead = { ...READ, startOffset: -1 };
    const hosted = find();
    await settled();
    assert.equal(hosted.fetchOffset(), 9);
  });

  it('take back what is not acknowledged in time, and wake who waits', async () => {
    const { persister, clock, shares, find } = bed();
    const hosted = find();
    await settled();
    hosted.acquire(RECORDS);
    let woken = 0;
    shares.waiters.add({ lookAgain: () => woken++ }, [shares.waitKey(hosted)]);
    clock.advance(29_999);
    assert.deepEqual([hosted.fetchOffset(), woken], [5, 0]);
    clock.advance(1);
    assert.deepEqual([hosted.fetchOffset(), woken], [0, 1]);
    assert.deepEqual(persister.written[0]?.batches, [
      { firstOffset: 0, lastOffset: 4, deliveryState: 0, deliveryCount: 1 },
    ]);
    assert.equal((await shares.acknowledge(KEY, 'm', ACCEPT))?.error, 'INVALID_RECORD_STATE');
  });

  it('are free of members whose connection is gone, and forgotten with the last', async () => {
    const { persister, shares, find } = bed();
    const partition = { topicId: TOPIC_ID, topic: 't', partition: 0 };
    shares.sessions.begin('g', 'm', 'connection', [partition]);
    shares.sessions.begin('g', 'n', 'another', [partition]);
    const hosted = find();
    await settled();
    hosted.acquire(RECORDS);
    shares.disconnected('connection');
    await settled();
    assert.equal(persister.written[0]?.batches[0]?.deliveryState, 0);
    assert.equal(find(), hosted);
    shares.disconnected('another');
    assert.notEqual(find(), hosted);
    assert.equal(hosted.fetchOffset(), null);
  });

  it('are given up with the leadership', async () => {
    const { shares, partition, find } = bed();
    const hosted = find();
    await settled();
    shares.onResign(partition);
    assert.equal(hosted.fetchOffset(), null);
    assert.equal((await shares.acknowledge(KEY, 'm', ACCEPT))?.error, 'UNKNOWN_TOPIC_OR_PARTITION');
  });
});
