/** What must hold of a log however it came to be opened: after a clean stop, a kill, a power cut. */
import assert from 'node:assert/strict';
import { ensureValidBatch, readRecords } from '../../src/protocol/records/batch-reader.js';
import type { Log } from '../../src/storage/log.js';
import { type ProducerEntry, ProducerState } from '../../src/storage/producer-state.js';
import {
  hasProducer,
  producerBatchOf,
  storedBaseOffset,
  storedLastOffset,
  storedLeaderEpoch,
  storedSizeBytes,
} from '../../src/storage/stored-batch.js';
import type { AbortedTransaction } from '../../src/storage/transaction-index.js';

/** A batch as a reader gets it. */
export interface HeldBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly bytes: Buffer;
}

export interface LogExpectation {
  /** All that was ever written and may be there, by base offset; more than one where the log was cut and went on. */
  readonly written: ReadonlyMap<number, readonly Buffer[]>;
  /** The batches below this offset must be there, unless they lie below the start. */
  readonly durableTo: number;
  /** The batches that are in the log without a fault, in their order; those below its start, too. */
  readonly current: readonly HeldBatch[];
  /** Of the files that are there. */
  readonly segmentBases: ReadonlySet<number>;
  /** The log may not begin above. */
  readonly latestStart: number;
}

/** Every batch from the log's start on, with its checksum verified. */
export async function readBatches(log: Log): Promise<HeldBatch[]> {
  const held: HeldBatch[] = [];
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const result = await log.read({ offset, maxBytes: 1, upTo: 'logEnd', minOneBatch: true });
    assert.ok(result.kind === 'records', `${log.topic}-${log.partition} at ${offset}: ${JSON.stringify(result)}`);
    if (result.records.length === 0) break;
    const bytes = Buffer.from(result.records);
    assert.equal(bytes.length, storedSizeBytes(bytes, 0), 'a read of one byte gives the first batch');
    ensureValidBatch(bytes, 0);
    const batch = { baseOffset: storedBaseOffset(bytes, 0), lastOffset: storedLastOffset(bytes, 0), bytes };
    assert.ok(batch.lastOffset >= offset, `asked for ${offset} and got up to ${batch.lastOffset}`);
    held.push(batch);
    offset = batch.lastOffset + 1;
  }
  return held;
}

/** Checks all of it, and gives what the log holds. */
export async function checkLog(log: Log, expected: LogExpectation): Promise<HeldBatch[]> {
  const held = await readBatches(log);
  checkContent(log, held, expected);
  await checkReads(log, held);
  // The epochs of deleted records go at once, the start itself may come back.
  checkEpochs(
    log,
    held.filter(({ baseOffset }) => baseOffset >= expected.latestStart),
  );
  checkProducers(log, held, expected);
  checkTimes(log, held, expected.segmentBases);
  return held;
}

/**
 * Nothing but what was written, in ascending order, and all that was durable. Above that a power cut may leave a
 * gap where a segment ended: a later segment reached the platter before the end of an earlier one, as in Apache Kafka.
 */
function checkContent(log: Log, held: readonly HeldBatch[], expected: LogExpectation): void {
  const { logStartOffset, logEndOffset } = log;
  const name = `${log.topic}-${log.partition}`;
  assert.ok(logStartOffset <= expected.latestStart, `${name} begins at ${logStartOffset}, not ${expected.latestStart}`);
  let next = logStartOffset;
  for (const { baseOffset, lastOffset, bytes } of held) {
    const first = next === logStartOffset;
    assert.ok(first || baseOffset >= next, `${name}: offset ${baseOffset} after ${next - 1}`);
    const mayGap = expected.segmentBases.has(baseOffset);
    assert.ok(baseOffset <= next || mayGap, `${name}: a gap from ${next} to ${baseOffset}`);
    const written = expected.written.get(baseOffset) ?? [];
    assert.ok(
      written.some((other) => other.equals(bytes)),
      `${name}: the batch at ${baseOffset} was not written so: ${describe(bytes)} but ${written.map(describe)}`,
    );
    next = lastOffset + 1;
  }
  assert.ok(logEndOffset >= next, `${name} ends at ${logEndOffset}, its last batch at ${next}`);
  const byOffset = new Map(held.map((batch) => [batch.baseOffset, batch]));
  for (const { baseOffset, lastOffset, bytes } of expected.current) {
    if (lastOffset >= expected.durableTo || lastOffset < Math.max(logStartOffset, expected.latestStart)) continue;
    const found = byOffset.get(baseOffset);
    assert.ok(found, `${name}: lost ${baseOffset} to ${lastOffset}, durable to ${expected.durableTo}`);
    assert.ok(found.bytes.equals(bytes), `${name}: ${baseOffset} is an older batch`);
  }
}

function describe(bytes: Buffer): string {
  return `${storedBaseOffset(bytes, 0)}-${storedLastOffset(bytes, 0)} epoch ${storedLeaderEpoch(bytes, 0)}, ${bytes.length} bytes, crc ${bytes.readUInt32BE(17)}`;
}

/** From every offset on a reader gets the same bytes as from the start on. */
async function checkReads(log: Log, held: readonly HeldBatch[]): Promise<void> {
  for (const { baseOffset, lastOffset, bytes } of held) {
    for (const offset of new Set([Math.max(baseOffset, log.logStartOffset), lastOffset])) {
      const result = await log.read({ offset, maxBytes: bytes.length, upTo: 'logEnd', minOneBatch: true });
      assert.ok(result.kind === 'records' && result.records.equals(bytes), `a read at ${offset}`);
    }
  }
}

/** For each epoch that the log holds batches of, it knows where they end. */
function checkEpochs(log: Log, held: readonly HeldBatch[]): void {
  for (const [index, { bytes, baseOffset, lastOffset }] of held.entries()) {
    const epoch = storedLeaderEpoch(bytes, 0);
    const end = log.endOffsetForEpoch(epoch);
    assert.equal(end.epoch, epoch, `offset ${baseOffset} is of epoch ${epoch}, which the log does not know`);
    const next = held.slice(index + 1).find((batch) => storedLeaderEpoch(batch.bytes, 0) !== epoch);
    assert.ok(end.endOffset > lastOffset, `epoch ${epoch} has offset ${lastOffset} and ends at ${end.endOffset}`);
    assert.ok(
      end.endOffset <= (next?.baseOffset ?? log.logEndOffset),
      `${log.topic}-${log.partition}: epoch ${epoch} ends at ${end.endOffset}, above ${next?.baseOffset ?? log.logEndOffset}`,
    );
  }
}

interface Rebuilt {
  readonly producers: ProducerState;
  readonly aborted: AbortedTransaction[];
}

function rebuild(batches: readonly HeldBatch[]): Rebuilt {
  const producers = new ProducerState('rebuilt');
  const aborted: AbortedTransaction[] = [];
  for (const { bytes } of batches) {
    const batch = hasProducer(bytes, 0) ? producerBatchOf(bytes, 0) : null;
    const completed = batch === null ? null : producers.apply(batch);
    if (completed === null) continue;
    const lastStableOffset = producers.lastStableOffsetAfter(completed);
    const { producerId, firstOffset, lastOffset } = completed;
    if (completed.isAborted) aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset });
    producers.complete(completed);
  }
  return { producers, aborted };
}

const NO_BATCH = { lastSequence: -1, lastOffset: -1, offsetDelta: -1 };

/** What a snapshot keeps of a producer. */
const view = ({ producerId, epoch, coordinatorEpoch, transactionFirstOffset, batches }: ProducerEntry): string => {
  const { lastSequence, lastOffset, offsetDelta } = batches.at(-1) ?? NO_BATCH;
  const newest = { lastSequence, lastOffset, offsetDelta };
  return JSON.stringify({ producerId, epoch, coordinatorEpoch, transactionFirstOffset, newest });
};

/**
 * The log knows of producers what its batches say. Of batches below its start it knows what a snapshot kept of them,
 * which may begin at any earlier start.
 */
function checkProducers(log: Log, held: readonly HeldBatch[], expected: LogExpectation): void {
  const below = expected.current.filter(({ lastOffset }) => lastOffset < log.logStartOffset);
  const fromHeld = rebuild(held);
  const found = viewsOf(log.producers);
  const known = viewsOf(fromHeld.producers.producers);
  for (const [producerId, wanted] of known) {
    const view = found.get(producerId);
    const isOfEarlierStart = (_: HeldBatch, index: number): boolean =>
      viewsOf(rebuild([...below.slice(index), ...held]).producers.producers).get(producerId) === view;
    assert.ok(view === wanted || below.some(isOfEarlierStart), `producer ${view}, its batches say ${wanted}`);
  }
  const fromAll = rebuild([...below, ...held]);
  const all = viewsOf(fromAll.producers.producers);
  for (const [producerId, view] of found) assert.ok(all.has(producerId), `producer ${view} never wrote`);
  checkAborted(log, fromHeld.aborted, fromAll.aborted);
}

const viewsOf = (producers: Iterable<ProducerEntry>): Map<number, string> =>
  new Map([...producers].map((entry) => [entry.producerId, view(entry)]));

/** Each transaction that an abort marker in the log ended is in an index. */
function checkAborted(log: Log, held: readonly AbortedTransaction[], all: readonly AbortedTransaction[]): void {
  const found = log.abortedTransactions(log.logStartOffset, log.logEndOffset);
  const isOf = (one: AbortedTransaction) => (other: AbortedTransaction) =>
    other.producerId === one.producerId && other.lastOffset === one.lastOffset;
  for (const one of held) {
    const entry = found.find(isOf(one));
    assert.ok(entry, `the aborted transaction ${JSON.stringify(one)} is in no index`);
    assert.ok(entry.firstOffset <= one.firstOffset, JSON.stringify({ entry, one }));
  }
  for (const entry of found) {
    if (entry.lastOffset < log.logStartOffset) continue;
    assert.ok(all.some(isOf(entry)), `no marker for ${JSON.stringify(entry)}`);
  }
}

/**
 * The offset for a timestamp is that of the first record that is as young. As in Apache Kafka only one segment is
 * searched, so that there is no answer where an earlier one is empty or has its youngest records below the log's start.
 */
function checkTimes(log: Log, held: readonly HeldBatch[], segmentBases: ReadonlySet<number>): void {
  const { logStartOffset } = log;
  const records = held.flatMap(({ bytes }) => readRecords(bytes, 0)).filter(({ offset }) => offset >= logStartOffset);
  const bases = [...segmentBases].sort((left, right) => left - right);
  const hides = (base: number, index: number): boolean =>
    base < logStartOffset || !held.some(({ lastOffset }) => lastOffset >= base && lastOffset < (bases[index + 1] ?? 0));
  const firstHidden = bases.find(hides) ?? Number.POSITIVE_INFINITY;
  const timestamps = new Set(records.map(({ timestamp }) => timestamp));
  for (const timestamp of [...timestamps].filter((_, index) => index % 3 === 0)) {
    const wanted = records.find((record) => record.timestamp >= timestamp);
    const found = log.offsetForTimestamp(timestamp, 'logEnd');
    if (found === null && wanted !== undefined && wanted.offset > firstHidden) continue;
    assert.deepEqual(
      [found?.offset, found?.timestamp],
      [wanted?.offset, wanted?.timestamp],
      `timestamp ${timestamp} is at ${wanted?.offset}, not ${found?.offset}`,
    );
  }
}

/** What must be the same after a clean stop and start. */
export function stateOf(log: Log, held: readonly HeldBatch[]): object {
  const { logStartOffset, logEndOffset } = log;
  const producers = [...log.producers].map(view).sort();
  const batches = held.map(({ baseOffset, bytes }) => [baseOffset, bytes.toString('base64')]);
  return { logStartOffset, logEndOffset, producers, batches };
}
