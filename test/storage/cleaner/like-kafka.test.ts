import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributes, baseTimestamp, DELETE_HORIZON_BIT } from '../../../src/protocol/records/batch-header.js';
import { batchStarts } from '../../../src/protocol/records/batch-reader.js';
import { DEFAULT_CLEANER_SETTINGS } from '../../../src/storage/cleaner/log-cleaner.js';
import type { Log } from '../../../src/storage/log.js';
import { LogDirs } from '../../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from '../../../src/storage/log-options.js';
import { Throttle } from '../../../src/storage/throttle.js';
import { type LogFixture, readLogFixture, unpackLogFixture } from '../../support/log-fixture.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How the topics of the fixtures were made, as far as it matters here. */
const OPTIONS: Readonly<Record<string, Partial<LogOptions>>> = {
  'keep-tombstones': {},
  'drop-tombstones': { deleteRetentionMs: 1 },
  lz4: {},
  'with-txn': { deleteRetentionMs: 1 },
  'with-txn-kept': { deleteRetentionMs: 1000 * DAY_MS },
  lag: { minCompactionLagMs: 100_000 * DAY_MS },
  both: { deletes: true },
  'later-compacted': {},
};

const optionsOf = (topic: string): LogOptions => ({
  ...DEFAULT_LOG_OPTIONS,
  deletes: false,
  compacts: true,
  retentionMs: Number.POSITIVE_INFINITY,
  minCleanableRatio: 0.01,
  ...OPTIONS[topic],
});

const bytesOf = (fixture: LogFixture, path: string): Buffer =>
  Buffer.from(fixture.files[path]?.base64 ?? assert.fail(`no ${path}`), 'base64');

/** When the real cleaner ran: a horizon that it set lies so much later. Undefined where it set none. */
function cleanedAtMs(fixture: LogFixture, topic: string, deleteRetentionMs: number): number | undefined {
  for (const path of Object.keys(fixture.files)) {
    if (!path.startsWith(`${topic}-0/`) || !path.endsWith('.log')) continue;
    const bytes = bytesOf(fixture, path);
    for (const at of batchStarts(bytes)) {
      if (attributes(bytes, at) & DELETE_HORIZON_BIT) return baseTimestamp(bytes, at) - deleteRetentionMs;
    }
  }
  return undefined;
}

function filesOf(fixture: LogFixture, directory: string): string[] {
  return Object.keys(fixture.files)
    .filter((path) => path.startsWith(`${directory}/`) && /\.(log|index|timeindex|txnindex)$/.test(path))
    .map((path) => path.slice(directory.length + 1))
    .sort();
}

async function open(fixture: LogFixture, disk: MemoryDisk, clock: VirtualClock): Promise<LogDirs> {
  unpackLogFixture(fixture, disk, '/logs');
  const dirs = LogDirs.open({
    disk,
    clock,
    random: new SeededRandom(1),
    logger: new RecordingLogger(),
    paths: ['/logs'],
    producerIdExpirationMs: Number.POSITIVE_INFINITY,
  });
  await dirs.load(optionsOf);
  for (const log of dirs.logs) log.updateHighWatermark(log.logEndOffset);
  return dirs;
}

async function cleanOnce(log: Log, clock: VirtualClock): Promise<void> {
  const { keyBytes, loadFactor, readBytes } = DEFAULT_CLEANER_SETTINGS;
  const throttle = new Throttle(clock, Number.POSITIVE_INFINITY);
  const cleanable = log.cleanable();
  if (!cleanable.isDue) return;
  await log.clean(cleanable, { keyBytes, loadFactor, readBytes, throttle, stop: { isWanted: false } });
}

describe('one pass of the cleaner leaves what that of Apache Kafka 4.3.1 left', () => {
  for (const topic of Object.keys(OPTIONS)) {
    it(topic, async () => {
      const after = readLogFixture('compact-after');
      const disk = new MemoryDisk();
      const clock = new VirtualClock(cleanedAtMs(after, topic, optionsOf(topic).deleteRetentionMs));
      const dirs = await open(readLogFixture('compact-before'), disk, clock);
      const log = dirs.get(topic, 0) ?? assert.fail('no log');
      await cleanOnce(log, clock);
      const cleaned = after.expected.dirs['']?.checkpoints?.['cleaner-offset-checkpoint']?.[`${topic}-0`] ?? null;
      assert.equal(log.cleanedOffset, cleaned);
      const names = filesOf(after, `${topic}-0`);
      for (const name of names) {
        const path = `${topic}-0/${name}`;
        assert.deepEqual(disk.readWhole(`/logs/${path}`).toString('hex'), bytesOf(after, path).toString('hex'), name);
      }
      await dirs.close();
    });
  }
});
