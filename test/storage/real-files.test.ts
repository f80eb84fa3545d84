import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS as DEFAULTS } from '../../src/storage/log-options.js';
import { batchOf } from '../support/batches.js';
import { readLogFixture, unpackLogFixture } from '../support/log-fixture.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';

/** Where Linux lists the open files of this process. */
/** The records here are as old as it suits the tests. */
const OPTIONS = { ...DEFAULTS, retentionMs: Number.POSITIVE_INFINITY };
const OPEN_FILES = '/proc/self/fd';
const ID = '5u-xnYwi4R1O9bFsBAMuvA';

describe('logs on real files', () => {
  let path = '';
  let stop: () => void = () => undefined;

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'kafkalite-logs-'));
  });
  afterEach(() => {
    stop();
    rmSync(path, { recursive: true, force: true });
  });

  async function open(maxOpenFiles = 100): Promise<LogDirs> {
    const dirs = LogDirs.open({
      disk: nodeDisk,
      clock: nodeClock,
      random: new SeededRandom(1),
      logger: new RecordingLogger(),
      paths: [path],
      maxOpenFiles,
      recentBytes: 0,
      onOffline: (_, cause) => {
        throw cause;
      },
    });
    stop = () => dirs.abandon();
    await dirs.load();
    return dirs;
  }

  it('keeps many logs with few open files', async () => {
    const dirs = await open(10);
    const options = { ...OPTIONS, indexIntervalBytes: 100 };
    for (let n = 0; n < 40; n++) dirs.create('t', n, ID, options);
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 40; n++) {
        dirs.get('t', n)?.appendOwn(batchOf([`${n} ${round}`]), { leaderEpoch: 0 });
        if (round === 2) dirs.get('t', n)?.roll();
      }
    }
    if (existsSync(OPEN_FILES)) {
      const count = readdirSync(OPEN_FILES).length;
      assert.ok(count < 60, `${count} open files`);
    }
    await dirs.close();
    const again = await open(10);
    for (let n = 0; n < 40; n++) {
      const log = again.get('t', n);
      assert.equal(log?.logEndOffset, 5);
      const result = await log?.read({ offset: 4, maxBytes: 1000, upTo: 'logEnd', minOneBatch: true });
      assert.ok(result?.kind === 'records' && result.records.includes(`${n} 4`));
    }
    await again.close();
    assert.deepEqual(
      readdirSync(path).filter((name) => name.startsWith('.')),
      ['.kafka_cleanshutdown'],
    );
  });

  it('recovers what Apache Kafka left when it was killed', async () => {
    const fixture = readLogFixture('unclean');
    unpackLogFixture(fixture, nodeDisk, path);
    const dirs = await open();
    for (const [name, view] of Object.entries(fixture.expected.view.partitions ?? {})) {
      const at = name.lastIndexOf('-');
      assert.equal(dirs.get(name.slice(0, at), Number(name.slice(at + 1)))?.logEndOffset, view.logEndOffset, name);
    }
    await dirs.close();
  });

  it('reads while it deletes', async () => {
    const dirs = await open();
    const log = dirs.create('t', 0, ID, OPTIONS);
    for (let n = 0; n < 20; n++) {
      log.appendOwn(batchOf([Buffer.alloc(5000, n)]), { leaderEpoch: 0 });
      log.roll();
    }
    log.updateHighWatermark(20);
    const reads = Array.from({ length: 20 }, (_, offset) =>
      log.read({ offset, maxBytes: 6000, upTo: 'logEnd', minOneBatch: true }),
    );
    log.advanceLogStart(15);
    assert.equal(log.dropUnretained(), 15);
    for (const result of await Promise.all(reads)) {
      assert.ok(result.kind === 'records' || result.error === 'OFFSET_OUT_OF_RANGE');
    }
    await dirs.close();
  });
});
