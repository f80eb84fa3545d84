/**
 * How fast a log takes and gives batches of 100 records, 10 KB each: `node dist/test/bench/log-bench.js [MB]`.
 * Prints the median of some rounds; for comparing two states of the code on one machine, not for the record.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { BatchBuilder } from '../../src/protocol/records/batch-builder.js';
import type { ValidationRules } from '../../src/protocol/records/validate-batch.js';
import type { Log } from '../../src/storage/log.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS } from '../../src/storage/log-options.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';

const RECORDS = 100;
const VALUE_BYTES = 90;
const ROUNDS = 5;
const FETCH_BYTES = 1024 * 1024;
const MIB = 1024 * 1024;

const totalBytes = Number(process.argv[2] ?? 256) * MIB;
const random = new SeededRandom(1);

function newBatch(): Buffer {
  const builder = new BatchBuilder({ initialBytes: 16_384 });
  const nowMs = nodeClock.nowMs();
  for (let n = 0; n < RECORDS; n++) builder.append(nowMs, null, random.bytes(VALUE_BYTES));
  return builder.build();
}

const rules = (): ValidationRules => ({
  topicPartition: 't-0',
  compacted: false,
  timestampType: 'CreateTime',
  nowMs: nodeClock.nowMs(),
  timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  timestampAfterMaxMs: Number.POSITIVE_INFINITY,
  maxMessageBytes: MIB,
  compression: 'producer',
  produceVersion: 12,
});

/** Each batch comes in memory of its own, as from the network. */
function appendAll(log: Log, batch: Buffer): number {
  const count = Math.floor(totalBytes / batch.length);
  const frames = Array.from({ length: 64 }, () => Buffer.from(batch));
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    const frame = frames[n % 64] as Buffer;
    frame.fill(0, 0, 8);
    const result = log.append(frame, { leaderEpoch: 0, rules: rules() });
    if (result.kind !== 'appended') throw new Error(result.kind);
    log.updateHighWatermark(log.logEndOffset);
  }
  return count / ((performance.now() - start) / 1000);
}

async function readAll(log: Log, fetchBytes: number): Promise<number> {
  const start = performance.now();
  let bytes = 0;
  for (let offset = 0; offset < log.logEndOffset; ) {
    const read = log.read({ offset, maxBytes: fetchBytes, upTo: 'highWatermark', minOneBatch: true });
    const result = read instanceof Promise ? await read : read;
    if (result.kind !== 'records') throw new Error(result.message);
    let at = 0;
    while (at + 61 <= result.records.length) {
      const end = at + 12 + result.records.readInt32BE(at + 8);
      if (end > result.records.length) break;
      offset = Number(result.records.readBigInt64BE(at)) + result.records.readInt32BE(at + 23) + 1;
      at = end;
    }
    bytes += at;
  }
  return bytes / MIB / ((performance.now() - start) / 1000);
}

/** A consumer right behind the producer: each batch is read once it is appended. */
async function tail(log: Log, batch: Buffer): Promise<number> {
  const count = 20_000;
  const frames = Array.from({ length: 64 }, () => Buffer.from(batch));
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    const frame = frames[n % 64] as Buffer;
    frame.fill(0, 0, 8);
    const offset = log.logEndOffset;
    log.append(frame, { leaderEpoch: 0, rules: rules() });
    log.updateHighWatermark(log.logEndOffset);
    const read = log.read({ offset, maxBytes: FETCH_BYTES, upTo: 'highWatermark', minOneBatch: true });
    if (read instanceof Promise) await read;
  }
  return count / ((performance.now() - start) / 1000);
}

const median = (values: number[]): number =>
  [...values].sort((left, right) => left - right)[values.length >> 1] as number;

const appends: number[] = [];
const fileReads: number[] = [];
const smallReads: number[] = [];
const tails: number[] = [];
const batch = newBatch();
for (let round = 0; round < ROUNDS; round++) {
  const path = mkdtempSync(join(tmpdir(), 'kafkalite-bench-'));
  try {
    const logger = new RecordingLogger();
    const dirs = LogDirs.open({ disk: nodeDisk, clock: nodeClock, random, logger, paths: [path] });
    await dirs.load();
    const log = dirs.create('t', 0, '5u-xnYwi4R1O9bFsBAMuvA', { ...DEFAULT_LOG_OPTIONS, segmentBytes: 128 * MIB });
    appends.push(appendAll(log, batch));
    fileReads.push(await readAll(log, FETCH_BYTES));
    smallReads.push(await readAll(log, 64 * 1024));
    tails.push(await tail(log, batch));
    await dirs.close();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
const batches = median(appends);
const perSecond = (value: number): string => Math.round(value).toLocaleString('en-US');
console.log(`batch of ${batch.length} bytes, ${RECORDS} records; ${totalBytes / MIB} MiB a round`);
console.log(
  `append            ${perSecond(batches)} batches/s, ${perSecond((batches * batch.length) / MIB)} MiB/s, ${(1e6 / batches).toFixed(1)} us each`,
);
console.log(`read 1 MiB each   ${perSecond(median(fileReads))} MiB/s`);
console.log(`read 64 KiB each  ${perSecond(median(smallReads))} MiB/s`);
console.log(`append and tail   ${perSecond(median(tails))} batches/s`);
