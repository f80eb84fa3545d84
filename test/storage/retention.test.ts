import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_TIMESTAMP } from '../../src/protocol/records/batch-header.js';
import { batchOf } from '../support/batches.js';
import { LogBed, type LogBedOptions } from '../support/log-bed.js';
import type { MemoryDisk } from '../support/memory-disk.js';

const HOUR_MS = 3_600_000;

/** A log of segments of one batch each, written so many hours ago. */
function bedOf(hoursAgo: readonly number[], options: LogBedOptions<MemoryDisk>['options'] = {}): LogBed {
  const bed = new LogBed({ options: { retentionMs: Number.POSITIVE_INFINITY, ...options } });
  for (const [index, hours] of hoursAgo.entries()) {
    if (index > 0) bed.log.roll();
    bed.append(batchOf([`value ${index}`], bed.clock.nowMs() - hours * HOUR_MS));
  }
  return bed;
}

describe('retention', () => {
  it('takes out segments whose youngest record is too old, from the oldest on', () => {
    const bed = bedOf([9, 8, 1, 7, 0], { retentionMs: 5 * HOUR_MS });
    assert.equal(bed.log.dropUnretained(), 2, 'the fourth is old, but a younger one lies before it');
    assert.deepEqual([bed.log.logStartOffset, bed.log.segmentCount], [2, 3]);
    assert.equal(bed.log.dropUnretained(), 0);
  });

  it('keeps what is exactly as old as may be', () => {
    const bed = bedOf([5, 0], { retentionMs: 5 * HOUR_MS });
    assert.equal(bed.log.dropUnretained(), 0);
    bed.clock.advance(1);
    assert.equal(bed.log.dropUnretained(), 1);
  });

  it('takes out the active segment by age, with an empty one in its place', () => {
    const bed = bedOf([9, 8], { retentionMs: HOUR_MS });
    assert.equal(bed.log.dropUnretained(), 2);
    const { logStartOffset, logEndOffset, segmentCount, sizeBytes } = bed.log;
    assert.deepEqual(
      { logStartOffset, logEndOffset, segmentCount, sizeBytes },
      {
        logStartOffset: 2,
        logEndOffset: 2,
        segmentCount: 1,
        sizeBytes: 0,
      },
    );
    assert.equal(bed.log.dropUnretained(), 0, 'an empty active segment stays');
  });

  it('takes the time of the file where records have none', () => {
    const bed = new LogBed({ options: { retentionMs: HOUR_MS } });
    bed.append(batchOf(['timeless'], NO_TIMESTAMP));
    bed.log.roll();
    const path = `${bed.directory}/00000000000000000000.log`;
    bed.disk.setModifiedMs(path, bed.clock.nowMs() - HOUR_MS + 1);
    assert.equal(bed.log.dropUnretained(), 0);
    bed.disk.setModifiedMs(path, bed.clock.nowMs() - HOUR_MS - 1);
    assert.equal(bed.log.dropUnretained(), 1);
  });

  it('takes out what is above the size, as long as at least that much stays', () => {
    const bed = bedOf([4, 3, 2, 1]);
    const segmentBytes = bed.log.sizeBytes / 4;
    for (const [retentionBytes, left] of [
      [4 * segmentBytes, 4],
      [3 * segmentBytes + 1, 4],
      [3 * segmentBytes, 3],
      [segmentBytes + 1, 2],
      [0, 1],
    ] as const) {
      bed.log.configure({ ...bed.options, retentionBytes });
      bed.log.dropUnretained();
      const count = bed.log.sizeBytes === 0 ? 0 : bed.log.segmentCount;
      assert.equal(count, left === 1 ? 0 : left, `${retentionBytes} bytes`);
    }
  });

  it('takes out what lies below the log start, whatever the policy', () => {
    const bed = bedOf([9, 8, 7], { deletes: false, retentionMs: 1, retentionBytes: 1 });
    assert.equal(bed.log.dropUnretained(), 0);
    bed.log.advanceLogStart(2);
    assert.equal(bed.log.dropUnretained(), 2);
    assert.deepEqual([bed.log.logStartOffset, bed.log.segmentCount], [2, 1]);
  });

  it('takes out nothing that the high watermark has not passed', () => {
    const bed = bedOf([9, 8, 7], { retentionMs: HOUR_MS });
    const log = bed.kill();
    log.updateHighWatermark(1);
    assert.equal(log.dropUnretained(), 1);
    assert.equal(log.logStartOffset, 1);
  });

  it('renames files at once, producer snapshots too, and removes them after file.delete.delay.ms', () => {
    const bed = bedOf([9, 8, 0], { retentionMs: HOUR_MS, fileDeleteDelayMs: 1000 });
    bed.log.dropUnretained();
    const deleted = (): string[] => Object.keys(bed.files()).filter((name) => name.endsWith('.deleted'));
    assert.deepEqual(deleted(), [
      '00000000000000000000.index.deleted',
      '00000000000000000000.log.deleted',
      '00000000000000000000.timeindex.deleted',
      '00000000000000000001.index.deleted',
      '00000000000000000001.log.deleted',
      '00000000000000000001.snapshot.deleted',
      '00000000000000000001.timeindex.deleted',
    ]);
    bed.clock.advance(999);
    assert.equal(deleted().length, 7);
    bed.clock.advance(1);
    assert.deepEqual(deleted(), []);
  });
});
