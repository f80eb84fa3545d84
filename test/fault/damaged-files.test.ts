/**
 * Directories with random damage in any of their files. The storage opens them or says which file keeps it from that;
 * nothing else is thrown, then or by any read. After an unclean stop no batch is served whose checksum is wrong: all
 * of the log is read at the start, since the checkpoint of recovery points goes.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { batchStarts, ensureValidBatch } from '../../src/protocol/records/batch-reader.js';
import { CLEAN_SHUTDOWN_FILE } from '../../src/storage/clean-shutdown.js';
import { joinPath, RECOVERY_POINT_FILE } from '../../src/storage/file-names.js';
import type { Log } from '../../src/storage/log.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS } from '../../src/storage/log-options.js';
import { META_PROPERTIES_FILE, MetaPropertiesError, readMetaProperties } from '../../src/storage/meta-properties.js';
import { CorruptLogError } from '../../src/storage/storage-error.js';
import { isCorruption, storedLastOffset } from '../../src/storage/stored-batch.js';
import { batchOf } from '../support/batches.js';
import { readLogFixture, unpackLogFixture } from '../support/log-fixture.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { damage, filesUnder } from './damage.js';
import { seedsOf, withSeed } from './fault-options.js';

const QUICK_SEEDS = 400;
const FIXTURES = [
  'first',
  'segments',
  'idempotent',
  'restarts',
  'delete-records',
  'txn',
  'txn-killed',
  'unclean',
  'retention',
];
const fixtures = new Map(FIXTURES.map((name) => [name, readLogFixture(name)]));
const OPTIONS = { ...DEFAULT_LOG_OPTIONS, indexBytes: 4096, retentionMs: Number.POSITIVE_INFINITY };

class DamageRound {
  private readonly random: SeededRandom;
  private readonly disk = new MemoryDisk();
  private readonly isClean: boolean;
  private readonly damages: string[] = [];
  private readonly offline: unknown[] = [];

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.isClean = this.random.below(2) === 0;
  }

  async run(): Promise<void> {
    this.damageFixture();
    try {
      await this.start();
    } catch (cause) {
      throw new Error(
        `${this.isClean ? 'clean' : 'unclean'} start, ${this.damages.join('; ')}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  private damageFixture(): void {
    const { disk, random } = this;
    const name = FIXTURES[random.below(FIXTURES.length)] as string;
    this.damages.push(name);
    unpackLogFixture(fixtures.get(name) as ReturnType<typeof readLogFixture>, disk, '/logs');
    const marker = joinPath('/logs', CLEAN_SHUTDOWN_FILE);
    if (this.isClean) disk.writeWhole(marker, '{"version":0,"brokerEpoch":1}');
    else {
      disk.remove(marker);
      disk.remove(joinPath('/logs', RECOVERY_POINT_FILE));
    }
    for (let count = 1 + random.below(3); count > 0; count--) {
      const files = filesUnder(disk, '/logs');
      this.damages.push(damage(disk, files[random.below(files.length)] as string, random));
    }
  }

  private async start(): Promise<void> {
    try {
      readMetaProperties(this.disk, '/logs');
    } catch (cause) {
      assert.ok(cause instanceof MetaPropertiesError, `${META_PROPERTIES_FILE}: ${String(cause)}`);
    }
    const dirs = await this.open();
    if (dirs === null) return;
    for (const log of dirs.logs) await this.use(log);
    await dirs.close();
    assert.deepEqual(this.offline, []);
    (await this.open())?.abandon();
  }

  /** Null when the damage keeps the directory from being opened, and the error names the file. */
  private async open(): Promise<LogDirs | null> {
    const dirs = LogDirs.open({
      disk: this.disk,
      clock: new VirtualClock(),
      random: this.random,
      logger: new RecordingLogger(),
      paths: ['/logs'],
      defaults: OPTIONS,
      producerIdExpirationMs: Number.POSITIVE_INFINITY,
      onOffline: (_, cause) => this.offline.push(cause),
    });
    try {
      dirs.openMetadataLog('/logs', OPTIONS);
      await dirs.load();
      return dirs;
    } catch (cause) {
      dirs.abandon();
      assert.ok(cause instanceof CorruptLogError || cause instanceof DiskError, (cause as Error).stack);
      assert.match(cause.message, /\/logs\//);
      return null;
    }
  }

  private async use(log: Log): Promise<void> {
    log.updateHighWatermark(log.logEndOffset);
    await this.read(log);
    const { logStartOffset, logEndOffset } = log;
    this.ask(() => log.abortedTransactions(logStartOffset, logEndOffset));
    for (const timestamp of [-1, -2, -3, 0, 1_700_000_000_000]) {
      this.ask(() => log.offsetForTimestamp(timestamp, 'lastStable'));
    }
    log.endOffsetForEpoch(log.latestEpoch ?? 0);
    const appended = log.appendOwn(batchOf(['new']), { leaderEpoch: (log.latestEpoch ?? 0) + 1 });
    assert.equal(appended.kind, 'appended', JSON.stringify(appended));
    const result = await log.read({ offset: logEndOffset, maxBytes: 1, upTo: 'logEnd', minOneBatch: true });
    assert.ok(result.kind === 'records' && result.records.includes('new'));
    log.dropUnretained();
  }

  /** The question may meet damage that came after a clean stop; its asker is told. */
  private ask(question: () => unknown): void {
    try {
      question();
    } catch (cause) {
      assert.ok(this.isClean && isCorruption(cause), (cause as Error).stack);
    }
  }

  /** Goes on behind what cannot be read, as a consumer that is told to skip it. */
  private async read(log: Log): Promise<void> {
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const maxBytes = this.random.below(2) === 0 ? 1 : 10_000;
      const result = await log.read({ offset, maxBytes, upTo: 'logEnd', minOneBatch: true });
      if (result.kind === 'failed') {
        assert.ok(this.isClean && result.error === 'CORRUPT_MESSAGE', result.message);
        offset++;
        continue;
      }
      if (result.records.length === 0) return;
      // Whatever became of the files: what is served is whole.
      for (const at of batchStarts(result.records)) ensureValidBatch(result.records, at);
      offset = Math.max(offset + 1, storedLastOffset(result.records, 0) + 1);
    }
  }
}

describe('damaged files', () => {
  it('are opened, or named', async () => {
    for (const seed of seedsOf(QUICK_SEEDS)) {
      await withSeed(seed, 'damaged-files.test.js', () => new DamageRound(seed).run());
    }
  });
});
