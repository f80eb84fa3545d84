/**
 * A whole broker on directories of Apache Kafka with random damage in any file, its own metadata included: it starts
 * and answers, or says what keeps it from that. It never ends by an exception that nobody expects.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { type RunningBroker, startBroker } from '../../src/index.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { isCorruption } from '../../src/storage/stored-batch.js';
import { readLogFixture, unpackLogFixture } from '../support/log-fixture.js';
import { clientHost } from '../support/real-client-host.js';
import { SeededRandom } from '../support/seeded-random.js';
import { damage, filesUnder } from './damage.js';
import { seedsOf, withSeed } from './fault-options.js';

const QUICK_SEEDS = 15;
const FIXTURES = ['segments', 'idempotent', 'txn', 'unclean'];
const LIMIT_MS_PER_SEED = 5000;
/** What an operator is told by: the kinds of error that a start may end with. */
const REFUSALS = ['CorruptLogError', 'DiskError', 'MetaPropertiesError', 'StorageNotReadyError'];

async function round(seed: number, root: string): Promise<void> {
  const random = new SeededRandom(seed);
  const directory = join(root, String(seed));
  const fixture = FIXTURES[random.below(FIXTURES.length)] as string;
  unpackLogFixture(readLogFixture(fixture), nodeDisk, directory);
  const damages = [fixture];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const files = filesUnder(nodeDisk, directory);
    damages.push(damage(nodeDisk, files[random.below(files.length)] as string, random));
  }
  try {
    await startAndUse(directory);
  } catch (cause) {
    throw new Error(`${damages.join('; ')}: ${(cause as Error).stack}`, { cause });
  }
}

async function startAndUse(directory: string): Promise<void> {
  let broker: RunningBroker;
  try {
    broker = await startBroker({ directory });
  } catch (error) {
    assert.ok(REFUSALS.includes((error as Error).name), (error as Error).stack);
    return;
  }
  try {
    await readAll(broker);
  } finally {
    await broker.close();
  }
  // What it left must be good for the next start.
  await (await startBroker({ directory })).close();
}

/** Reads every partition up to its end or the first batch that is damaged. */
async function readAll(broker: RunningBroker): Promise<void> {
  const admin = broker.kafkajs().admin();
  await admin.connect();
  // Where meta.properties lost the directory's id, no partition has a leader.
  const noLeader = (error: Error) => {
    if (!/no leader/.test(error.message)) throw error;
    return { topics: [] };
  };
  const { topics } = await admin.fetchTopicMetadata().catch(noLeader);
  await admin.disconnect();
  for (const { name: topic, partitions } of topics) {
    for (const { partitionId: partition, leader } of partitions) {
      if (leader >= 0) await readPartition(broker.bootstrapServers, topic, partition);
    }
  }
}

async function readPartition(bootstrap: string, topic: string, partition: number): Promise<void> {
  const consumer = new Consumer(
    new Map([
      ['bootstrap.servers', bootstrap],
      ['auto.offset.reset', 'earliest'],
      ['fetch.max.wait.ms', '10'],
      ['default.api.timeout.ms', '2000'],
    ]),
    clientHost(),
  );
  const place = { topic, partition };
  try {
    consumer.assign([place]);
    const [end] = await consumer.endOffsets([place]);
    for (let polls = 0; polls < 20 && (await consumer.position(place)) < (end?.value ?? 0); polls++) {
      for (const { cursor } of await consumer.poll(50)) while (cursor.next()) cursor.value();
    }
  } catch (cause) {
    assert.ok(isCorruption(cause) || cause instanceof KafkaError, (cause as Error).stack);
  } finally {
    await consumer.close(0);
  }
}

const seeds = seedsOf(QUICK_SEEDS);

test('a broker on damaged directories', { timeout: 60_000 + seeds.length * LIMIT_MS_PER_SEED }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-damaged-'));
  try {
    for (const seed of seeds) await withSeed(seed, 'damaged-broker.test.js', () => round(seed, root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
