import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { leaderEpoch } from '../../src/protocol/records/batch-header.js';
import { buildEndTxnMarkerBatch } from '../../src/protocol/records/control-records.js';
import type { Log } from '../../src/storage/log.js';
import type { ReadRequest } from '../../src/storage/log-read.js';
import { batchOf } from '../support/batches.js';
import { LogBed } from '../support/log-bed.js';

const ALL: Omit<ReadRequest, 'offset'> = { maxBytes: 1 << 20, upTo: 'logEnd', minOneBatch: true };

const idempotent = (producerId: number, baseSequence: number, values: string[], producerEpoch = 0): Buffer =>
  batchOf(values, 1000, { producerId, producerEpoch, baseSequence });

const transactional = (producerId: number, baseSequence: number, value: string, producerEpoch = 0): Buffer =>
  batchOf([value], 1000, { producerId, producerEpoch, baseSequence, transactional: true });

function endTransaction(log: Log, producerId: number, commit: boolean, producerEpoch = 0): void {
  const marker = buildEndTxnMarkerBatch({ commit, coordinatorEpoch: 0, timestamp: 1000, producerId, producerEpoch });
  assert.equal(log.appendOwn(marker, { leaderEpoch: 0 }).kind, 'appended');
}

async function recordsAt(log: Log, offset: number, request: Partial<ReadRequest> = {}): Promise<Buffer> {
  const result = await log.read({ ...ALL, ...request, offset });
  assert.equal(result.kind, 'records');
  return result.kind === 'records' ? result.records : Buffer.alloc(0);
}

/** The same with recent batches in memory and with all from files. */
function eachWay(name: string, test: (recentBytes: number) => Promise<void> | void): void {
  it(`${name} (from memory)`, () => test(1 << 20));
  it(`${name} (from files)`, () => test(0));
}

describe('Log: appending', () => {
  eachWay('gives offsets and the leader epoch, and reads back what was appended', async (recentBytes) => {
    const bed = new LogBed({ recentBytes });
    const first = bed.append(batchOf(['a', 'b', 'c']), 3);
    assert.deepEqual(first, {
      kind: 'appended',
      baseOffset: 0,
      lastOffset: 2,
      logAppendTimeMs: -1,
      logStartOffset: 0,
      flushed: null,
    });
    assert.equal(bed.append(batchOf(['d']), 3).kind, 'appended');
    assert.equal(bed.log.logEndOffset, 4);
    assert.deepEqual(await bed.values(), ['a', 'b', 'c', 'd']);
    assert.equal(leaderEpoch(await recordsAt(bed.log, 3), 0), 3);
    assert.equal(bed.log.latestEpoch, 3);
  });

  it('answers at once from memory, and by a promise from files', async () => {
    const fromMemory = new LogBed();
    fromMemory.append(batchOf(['a']));
    assert.ok(!(fromMemory.log.read({ ...ALL, offset: 0 }) instanceof Promise));
    const fromFiles = new LogBed({ recentBytes: 0 });
    fromFiles.append(batchOf(['a']));
    assert.ok(fromFiles.log.read({ ...ALL, offset: 0 }) instanceof Promise);
    assert.ok(!(fromFiles.log.read({ ...ALL, offset: 1 }) instanceof Promise), 'nothing to be read at the end');
  });

  it('refuses what validation refuses, with its messages', () => {
    const bed = new LogBed();
    const batch = batchOf(['a']);
    batch[batch.length - 1] = 1;
    const result = bed.append(batch);
    assert.ok(result.kind === 'failed');
    assert.equal(result.error, 'CORRUPT_MESSAGE');
    const rules = bed.rules({ compacted: true });
    const refused = bed.log.append(batchOf(['no key']), { leaderEpoch: 0, rules });
    assert.ok(refused.kind === 'failed');
    assert.equal(refused.error, 'INVALID_RECORD');
    assert.equal(refused.recordErrors.length, 1);
    assert.equal(bed.log.logEndOffset, 0);
  });

  it('refuses a batch larger than a segment', () => {
    const bed = new LogBed({ options: { segmentBytes: 200 } });
    const result = bed.append(batchOf([Buffer.alloc(200)]));
    assert.ok(result.kind === 'failed');
    assert.equal(result.error, 'RECORD_LIST_TOO_LARGE');
    assert.match(
      result.message,
      /^Message batch size is \d+ bytes in append to partition t-0, which exceeds the maximum configured segment size of 200\.$/,
    );
  });

  it('writes the append time over', async () => {
    const bed = new LogBed();
    const rules = bed.rules({ timestampType: 'LogAppendTime', nowMs: 77_000 });
    const result = bed.log.append(batchOf(['a'], 5), { leaderEpoch: 0, rules });
    assert.ok(result.kind === 'appended');
    assert.equal(result.logAppendTimeMs, 77_000);
    assert.deepEqual(bed.log.offsetForTimestamp(77_000, 'logEnd'), { offset: 0, timestamp: 77_000, leaderEpoch: 0 });
  });

  it('answers a repeated batch with the offsets it has, and writes nothing', () => {
    const bed = new LogBed();
    bed.append(batchOf(['x']));
    bed.append(idempotent(9, 0, ['a', 'b']));
    const again = bed.append(idempotent(9, 0, ['a', 'b']));
    assert.deepEqual(again, {
      kind: 'duplicate',
      baseOffset: 1,
      lastOffset: 2,
      logAppendTimeMs: 1000,
      logStartOffset: 0,
      flushed: null,
    });
    assert.equal(bed.log.logEndOffset, 3);
    const gap = bed.append(idempotent(9, 5, ['c']));
    assert.ok(gap.kind === 'failed');
    assert.equal(gap.error, 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('remembers producers over a clean restart, a kill, and a roll', async () => {
    const bed = new LogBed();
    bed.append(idempotent(9, 0, ['a', 'b']));
    await bed.restart();
    assert.equal(bed.append(idempotent(9, 0, ['a', 'b'])).kind, 'duplicate');
    bed.append(idempotent(9, 2, ['c']));
    bed.log.roll();
    bed.append(idempotent(8, 0, ['d']));
    bed.kill();
    assert.equal(bed.append(idempotent(9, 2, ['c'])).kind, 'duplicate');
    assert.equal(bed.append(idempotent(8, 0, ['d'])).kind, 'duplicate');
    assert.equal(bed.append(idempotent(9, 3, ['e'])).kind, 'appended');
  });

  it('forgets producers that were silent for long', () => {
    const bed = new LogBed({ producerIdExpirationMs: 1000 });
    bed.append(batchOf(['a'], bed.clock.nowMs(), { producerId: 1, producerEpoch: 0, baseSequence: 5 }));
    bed.log.expireProducers();
    assert.equal([...bed.log.producers].length, 1);
    bed.clock.advance(1000);
    bed.log.expireProducers();
    assert.deepEqual([...bed.log.producers], []);
  });

  it('takes batches that have their offsets, gaps among them, and nothing else', async () => {
    const bed = new LogBed();
    const raw = (baseOffset: number, epoch: number, values: string[]): Buffer =>
      batchOf(values, 1000, { baseOffset, leaderEpoch: epoch });
    assert.equal(bed.log.appendRaw(Buffer.concat([raw(0, 1, ['a', 'b']), raw(7, 2, ['c'])])).kind, 'appended');
    assert.equal(bed.log.logEndOffset, 8);
    assert.deepEqual(bed.log.endOffsetForEpoch(1), { epoch: 1, endOffset: 7 });
    const below = bed.log.appendRaw(raw(7, 2, ['d']));
    assert.ok(below.kind === 'failed');
    assert.match(below.message, /First offset 7 is less than the next offset 8/);
    const corrupt = raw(8, 2, ['e']);
    corrupt[corrupt.length - 1] = 1;
    assert.equal(bed.log.appendRaw(corrupt).kind, 'failed');
    assert.equal(bed.log.appendRaw(Buffer.concat([raw(9, 2, ['f']), raw(8, 2, ['g'])])).kind, 'failed');
    assert.equal(bed.log.appendRaw(raw(8, 2, ['h']).subarray(0, 40)).kind, 'failed');
    assert.deepEqual(await bed.values(), ['a', 'b', 'c']);
  });

  it('rolls as its configuration of the moment says', () => {
    const bed = new LogBed({ options: { segmentMs: 1000 } });
    bed.append(batchOf(['a'], 1000));
    bed.append(batchOf(['b'], 2000));
    assert.equal(bed.log.segmentCount, 1);
    bed.append(batchOf(['c'], 2001));
    assert.equal(bed.log.segmentCount, 2);
    bed.log.configure({ ...bed.options, segmentBytes: 100 });
    bed.append(batchOf(['d'], 2001));
    assert.equal(bed.log.segmentCount, 3);
  });

  it('syncs after so many records, and after so long', async () => {
    const byCount = new LogBed({ options: { flushMessages: 3 } });
    for (const path of ['/', '/logs']) byCount.disk.syncNow(path);
    const [first, second] = [byCount.append(batchOf(['a', 'b'])), byCount.append(batchOf(['c']))];
    assert.ok(first.kind === 'appended' && first.flushed === null);
    assert.ok(second.kind === 'appended' && second.flushed !== null);
    await second.flushed;
    assert.equal(byCount.log.recoveryPoint, 3);
    byCount.disk.cutPower();
    byCount.kill();
    assert.deepEqual(await byCount.values(), ['a', 'b', 'c']);
    const byTime = new LogBed({ options: { flushMs: 500 } });
    byTime.append(batchOf(['a']));
    byTime.clock.advance(499);
    assert.equal(byTime.clock.timerCount, 1);
    byTime.clock.advance(1);
    await byTime.log.flush();
    assert.equal(byTime.log.recoveryPoint, 1);
    assert.equal(byTime.clock.timerCount, 0);
  });
});

describe('Log: reading', () => {
  eachWay('stops at the limit that the reader has', async (recentBytes) => {
    const bed = new LogBed({ recentBytes });
    for (const value of ['a', 'b', 'c', 'd']) bed.append(batchOf([value]));
    bed.log.updateHighWatermark(3);
    const count = async (request: Partial<ReadRequest>): Promise<number> =>
      (await recordsAt(bed.log, 0, request)).length / batchOf(['a']).length;
    assert.equal(await count({ upTo: 'logEnd' }), 4);
    assert.equal(await count({ upTo: 'highWatermark' }), 3);
    assert.equal(await count({ upTo: 'lastStable' }), 3);
    assert.equal(await count({ upTo: 1 }), 1);
    assert.equal(await count({ upTo: 99 }), 4);
    assert.equal(await count({ maxBytes: 0 }), 1);
    assert.equal(await count({ maxBytes: 0, minOneBatch: false }), 0);
    assert.equal((await recordsAt(bed.log, 3, { upTo: 'highWatermark' })).length, 0);
  });

  eachWay('refuses offsets that it does not have', async (recentBytes) => {
    const bed = new LogBed({ recentBytes });
    for (const value of ['a', 'b', 'c']) bed.append(batchOf([value]));
    assert.equal(bed.log.advanceLogStart(1), null);
    for (const offset of [-1, 0, 4]) {
      const result = await bed.log.read({ ...ALL, offset });
      assert.ok(result.kind === 'failed');
      assert.equal(result.error, 'OFFSET_OUT_OF_RANGE');
    }
    assert.equal((await recordsAt(bed.log, 3)).length, 0);
    assert.deepEqual(await bed.values(), ['b', 'c']);
  });

  it('reads on in the next segment where one has nothing left', async () => {
    const bed = new LogBed({ recentBytes: 0 });
    bed.append(batchOf(['a']));
    bed.log.appendRaw(batchOf(['b'], 1000, { baseOffset: 5, leaderEpoch: 0 }));
    bed.log.roll();
    bed.append(batchOf(['c']));
    await bed.log.close();
    // The batch with offset 5 goes, as compaction would take it.
    const path = `${bed.directory}/00000000000000000000.log`;
    bed.disk.writeWhole(path, bed.disk.readWhole(path).subarray(0, batchOf(['a']).length));
    bed.reopen({ isCleanStart: true });
    assert.deepEqual(await bed.values(), ['a', 'c']);
    assert.deepEqual(await recordsAt(bed.log, 3), await recordsAt(bed.log, 6));
  });

  it('goes on reading when a segment is deleted under the reader', async () => {
    const bed = new LogBed({ recentBytes: 0 });
    bed.append(batchOf(['a']));
    bed.log.roll();
    bed.append(batchOf(['b']));
    bed.log.updateHighWatermark(2);
    const reading = bed.log.read({ ...ALL, offset: 0 });
    bed.log.advanceLogStart(1);
    assert.equal(bed.log.dropUnretained(), 1);
    const result = await reading;
    assert.ok(result.kind === 'records' ? result.records.length > 0 : result.error === 'OFFSET_OUT_OF_RANGE');
    assert.deepEqual(bed.failures, []);
  });

  it('reads again what was cut and written anew while it was reading', async () => {
    const bed = new LogBed({ recentBytes: 0 });
    bed.append(batchOf(['a']));
    bed.append(batchOf(['old']));
    const reading = recordsAt(bed.log, 1);
    bed.log.truncateTo(1);
    bed.append(batchOf(['new']));
    assert.ok((await reading).includes('new'));
  });

  it('finds offsets by time', () => {
    const bed = new LogBed({ options: { indexIntervalBytes: 100 } });
    bed.log.startLeaderEpoch(4);
    const find = (timestamp: number, upTo: ReadRequest['upTo'] = 'logEnd') =>
      bed.log.offsetForTimestamp(timestamp, upTo);
    assert.equal(find(0), null);
    assert.equal(find(-3), null);
    for (let n = 0; n < 40; n++) {
      bed.append(batchOf(['a', 'b'], 1000 + n * 10), 4);
      if (n % 13 === 12) bed.log.roll();
    }
    bed.append(batchOf(['late'], 1100), 4);
    for (let n = 0; n < 40; n++) {
      assert.deepEqual(find(1000 + n * 10), { offset: n * 2, timestamp: 1000 + n * 10, leaderEpoch: 4 });
      assert.deepEqual(find(995 + n * 10), { offset: n * 2, timestamp: 1000 + n * 10, leaderEpoch: 4 });
    }
    assert.equal(find(1391), null);
    assert.deepEqual(find(-3), { offset: 78, timestamp: 1390, leaderEpoch: 4 });
    assert.deepEqual(find(-1), { offset: 81, timestamp: -1, leaderEpoch: 4 });
    assert.deepEqual(find(-2), { offset: 0, timestamp: -1, leaderEpoch: 4 });
    bed.log.advanceLogStart(5);
    assert.deepEqual(find(-4), { offset: 5, timestamp: -1, leaderEpoch: 4 });
    assert.deepEqual(find(1), { offset: 5, timestamp: 1020, leaderEpoch: 4 });
    assert.equal(find(-5)?.offset, -1);
    assert.equal(find(1390, 78), null, 'above what the reader may see');
    assert.deepEqual(find(-1, 78)?.offset, 78);
  });
});

describe('Log: transactions', () => {
  eachWay('keeps readers of committed records below what is open, and tells what was aborted', async (recentBytes) => {
    const bed = new LogBed({ recentBytes });
    const { log } = bed;
    const seen = (): number => log.updateHighWatermark(log.logEndOffset) && log.lastStableOffset;
    bed.append(transactional(1, 0, 'a'));
    bed.append(batchOf(['b']));
    bed.append(transactional(2, 0, 'c'));
    assert.equal(seen(), 0);
    assert.equal(log.hasOngoingTransaction(1, 0), true);
    endTransaction(log, 1, false);
    assert.equal(log.lastStableOffset, 0, 'the marker is above the high watermark');
    assert.equal(seen(), 2);
    bed.log.roll();
    endTransaction(log, 2, true);
    bed.append(transactional(1, 1, 'd'));
    endTransaction(log, 1, false);
    assert.equal(seen(), 7);
    assert.deepEqual(log.abortedTransactions(0, 7), [
      { producerId: 1, firstOffset: 0, lastOffset: 3, lastStableOffset: 2 },
      { producerId: 1, firstOffset: 5, lastOffset: 6, lastStableOffset: 7 },
    ]);
    assert.deepEqual(
      log.abortedTransactions(4, 6).map(({ firstOffset }) => firstOffset),
      [5],
    );
    const upToStable = await recordsAt(log, 0, { upTo: 'lastStable' });
    assert.deepEqual(upToStable.includes('a'), true);
  });

  it('has the open transaction again after a restart and after a kill', async () => {
    const bed = new LogBed();
    bed.append(batchOf(['a']));
    bed.append(transactional(1, 0, 'b'));
    bed.log.updateHighWatermark(2);
    await bed.restart();
    bed.log.updateHighWatermark(2);
    assert.equal(bed.log.lastStableOffset, 1);
    bed.kill();
    bed.log.updateHighWatermark(2);
    assert.equal(bed.log.lastStableOffset, 1);
    endTransaction(bed.log, 1, false);
    bed.kill();
    bed.log.updateHighWatermark(3);
    assert.equal(bed.log.lastStableOffset, 3);
    assert.equal(bed.log.abortedTransactions(0, 3).length, 1);
  });

  it('refuses the marker of a coordinator that was replaced', () => {
    const bed = new LogBed();
    const marker = (coordinatorEpoch: number): Buffer =>
      buildEndTxnMarkerBatch({ commit: true, coordinatorEpoch, timestamp: 1, producerId: 1, producerEpoch: 0 });
    assert.equal(bed.log.appendOwn(marker(3), { leaderEpoch: 0 }).kind, 'appended');
    const late = bed.log.appendOwn(marker(2), { leaderEpoch: 0 });
    assert.ok(late.kind === 'failed');
    assert.equal(late.error, 'TRANSACTION_COORDINATOR_FENCED');
    assert.equal(bed.log.logEndOffset, 1);
  });

  it('wants a verification where one is required', () => {
    const bed = new LogBed();
    const append = (guard: symbol | null) =>
      bed.log.append(transactional(1, 0, 'a'), {
        leaderEpoch: 0,
        rules: bed.rules(),
        verificationRequired: true,
        guard,
      });
    const without = append(null);
    assert.ok(without.kind === 'failed');
    assert.equal(without.error, 'INVALID_TXN_STATE');
    const guard = bed.log.startVerification(1, 0, 0, false);
    assert.equal(append(guard as symbol).kind, 'appended');
  });
});

describe('Log: cutting', () => {
  it('moves its start, and deletes the segments below it later', async () => {
    const bed = new LogBed();
    for (let n = 0; n < 6; n++) {
      bed.append(batchOf([`v${n}`]), n);
      if (n % 2 === 1) bed.log.roll();
    }
    const above = bed.log.advanceLogStart(7);
    assert.equal(above?.error, 'OFFSET_OUT_OF_RANGE');
    assert.equal(bed.log.advanceLogStart(3), null);
    assert.equal(bed.log.firstSegmentOffset, 0, 'the files stay');
    assert.deepEqual(bed.log.endOffsetForEpoch(3), { epoch: 3, endOffset: 4 });
    assert.deepEqual(await bed.values(), ['v3', 'v4', 'v5']);
    assert.equal(bed.log.dropUnretained(), 1);
    assert.equal(bed.log.firstSegmentOffset, 2);
    assert.equal(bed.files()['00000000000000000000.log.deleted'], batchOf(['v0']).length * 2);
    bed.clock.advance(bed.options.fileDeleteDelayMs);
    assert.deepEqual(
      Object.keys(bed.files()).filter((name) => name.startsWith('00000000000000000000')),
      [],
    );
    await bed.restart(3);
    assert.equal(bed.log.logStartOffset, 3);
    assert.deepEqual(await bed.values(), ['v3', 'v4', 'v5']);
  });

  it('leaves deleted files to the next start when it stops before', async () => {
    const bed = new LogBed();
    bed.append(batchOf(['a']));
    bed.log.roll();
    bed.log.advanceLogStart(1);
    bed.log.dropUnretained();
    await bed.log.close();
    assert.equal(bed.clock.timerCount, 0);
    assert.ok(bed.files()['00000000000000000000.log.deleted']);
    bed.reopen({ isCleanStart: true });
    assert.deepEqual(
      Object.keys(bed.files()).filter((name) => name.endsWith('.deleted')),
      [],
    );
  });

  eachWay('is cut from its end, and goes on', async (recentBytes) => {
    const bed = new LogBed({ recentBytes });
    for (let n = 0; n < 6; n++) {
      bed.append(idempotent(1, n, [`v${n}`]), n);
      if (n % 2 === 1) bed.log.roll();
    }
    assert.equal(bed.log.truncateTo(6), false);
    assert.equal(bed.log.truncateTo(3), true);
    assert.equal(bed.log.logEndOffset, 3);
    assert.equal(bed.log.highWatermark, 3);
    assert.equal(bed.log.latestEpoch, 2);
    assert.equal(bed.append(idempotent(1, 2, ['v2'])).kind, 'duplicate');
    assert.equal(bed.append(idempotent(1, 3, ['again']), 7).kind, 'appended');
    assert.deepEqual(await bed.values(), ['v0', 'v1', 'v2', 'again']);
    bed.kill();
    assert.deepEqual(await bed.values(), ['v0', 'v1', 'v2', 'again']);
  });

  it('begins anew at an offset', async () => {
    const bed = new LogBed();
    for (let n = 0; n < 4; n++) bed.append(idempotent(1, n, [`v${n}`]));
    bed.log.truncateFullyTo(10);
    assert.deepEqual([bed.log.logStartOffset, bed.log.logEndOffset, bed.log.highWatermark], [10, 10, 10]);
    assert.deepEqual([...bed.log.producers], []);
    bed.append(batchOf(['a']));
    await bed.restart();
    assert.deepEqual(await bed.values(), ['a']);
    assert.equal(bed.log.logStartOffset, 10);
  });

  it('is cut below its first segment by beginning anew', () => {
    const bed = new LogBed();
    bed.log.truncateFullyTo(10);
    bed.append(batchOf(['a']));
    assert.equal(bed.log.truncateTo(4), true);
    assert.deepEqual([bed.log.logStartOffset, bed.log.logEndOffset], [4, 4]);
  });
});

describe('Log: its directory', () => {
  it('has the files that Apache Kafka has, running and stopped', async () => {
    const bed = new LogBed({ options: { indexIntervalBytes: 100 } });
    bed.log.setTopicId('5u-xnYwi4R1O9bFsBAMuvA');
    bed.append(batchOf(['a']));
    bed.append(batchOf(['b']));
    bed.append(batchOf(['c'], 2000));
    const size = batchOf(['a']).length * 3;
    const common = { 'leader-epoch-checkpoint': 8, 'partition.metadata': 43, '00000000000000000000.log': size };
    assert.deepEqual(bed.files(), {
      ...common,
      '00000000000000000000.index': 10_485_760,
      '00000000000000000000.timeindex': 10_485_756,
    });
    await bed.log.close();
    assert.deepEqual(bed.files(), {
      ...common,
      '00000000000000000000.index': 8,
      '00000000000000000000.timeindex': 12,
      '00000000000000000003.snapshot': 10,
    });
    bed.reopen({ isCleanStart: true });
    assert.equal(bed.log.topicId, '5u-xnYwi4R1O9bFsBAMuvA');
    assert.throws(
      () => bed.log.setTopicId('AAAAAAAAAAAAAAAAAAAAAA'),
      /already contained topic ID 5u-xnYwi4R1O9bFsBAMuvA/,
    );
  });

  it('does not touch the files of a log that nothing was written to since the last stop', async () => {
    const bed = new LogBed();
    bed.append(batchOf(['a']));
    await bed.restart();
    const writes: string[] = [];
    bed.disk.fault = (operation, path) => {
      if (operation === 'write' || operation === 'truncate' || operation === 'sync')
        writes.push(`${operation} ${path}`);
      return null;
    };
    await bed.restart();
    assert.deepEqual(writes, []);
  });

  it('fails once the disk does, and takes nothing more', async () => {
    const bed = new LogBed({ recentBytes: 0 });
    bed.append(batchOf(['a']));
    bed.disk.fault = (operation, path) =>
      operation === 'write' ? new DiskError('ENOSPC', path, 'no space left') : null;
    const result = bed.append(batchOf(['b']));
    assert.ok(result.kind === 'failed');
    assert.equal(result.error, 'KAFKA_STORAGE_ERROR');
    assert.match(result.message, /no space left/);
    assert.equal(bed.log.status, 'failed');
    bed.disk.fault = null;
    assert.equal(bed.append(batchOf(['c'])).kind, 'failed');
    assert.equal(bed.failures.length, 1);
    assert.equal(bed.log.logEndOffset, 1);
    bed.kill();
    assert.deepEqual(await bed.values(), ['a']);
  });
});
