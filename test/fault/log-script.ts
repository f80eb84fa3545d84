import assert from 'node:assert/strict';
import { buildEndTxnMarkerBatch } from '../../src/protocol/records/control-records.js';
import type { ValidationRules } from '../../src/protocol/records/validate-batch.js';
import { parseOffsetName } from '../../src/storage/file-names.js';
import type { Log } from '../../src/storage/log.js';
import type { AppendResult } from '../../src/storage/log-append.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from '../../src/storage/log-options.js';
import { batchOf } from '../support/batches.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { checkLog, type HeldBatch, type LogExpectation, readBatches, stateOf } from './log-invariants.js';
import { type PlatterDisk, turn } from './platter-disk.js';

const DIRECTORY = '/logs';
const TOPIC = 't';
const TOPIC_ID = 'MkU3OEVBNTcwNTJENDM2Qg';
const PARTITIONS = [0, 1];
const IDEMPOTENT = [1, 2];
const TRANSACTIONAL = [11, 12, 13];
const CHECKPOINT_MS = 60_000;

/** What the script knows of a log: all that it wrote, and what has to survive. */
class Written {
  /** All batches that may be there by base offset, also those that a cut of the log took away. */
  readonly byOffset = new Map<number, Buffer[]>();
  /** Those that are in the log, or were before its start moved. */
  current: HeldBatch[] = [];
  /** The end of what a flush that is over has brought to the platter. */
  durableTo = 0;
  /** Where the script moved the log's start to. */
  start = 0;
  /** Goes up with each cut: a flush that began before says nothing any more. */
  cuts = 0;

  get end(): number {
    const last = this.current.at(-1);
    return last === undefined ? 0 : last.lastOffset + 1;
  }

  add(batch: HeldBatch): void {
    this.current.push(batch);
    const others = this.byOffset.get(batch.baseOffset) ?? [];
    if (!others.some((other) => other.equals(batch.bytes))) others.push(batch.bytes);
    this.byOffset.set(batch.baseOffset, others);
  }

  cut(offset: number): void {
    this.cuts++;
    this.current = this.current.filter(({ lastOffset }) => lastOffset < offset);
    this.durableTo = Math.min(this.durableTo, offset);
    this.start = Math.min(this.start, offset);
  }

  copy(): Written {
    const copy = new Written();
    for (const [offset, all] of this.byOffset) copy.byOffset.set(offset, [...all]);
    copy.current = [...this.current];
    copy.durableTo = this.durableTo;
    copy.start = this.start;
    return copy;
  }
}

/** By log. */
export type Promises = ReadonlyMap<string, { readonly durableTo: number }>;

export interface ScriptOptions {
  readonly log: Partial<LogOptions>;
  /** Whether the script cuts logs from their end, as a follower does. */
  readonly truncates: boolean;
}

/** Two logs in a directory under random work, and what has to be found in them after whatever happens. */
export class LogScript {
  readonly disk: PlatterDisk;
  readonly random: SeededRandom;
  readonly options: LogOptions;
  readonly written: Map<string, Written>;
  readonly failures: unknown[] = [];
  private readonly truncates: boolean;
  private readonly clock: VirtualClock;
  private dirs: LogDirs | null = null;
  private count = 0;
  /** Of the leaders; the controller gives a new one at each start. */
  private epoch = 0;

  /** @param before what went on before on what the disk is an image of */
  constructor(disk: PlatterDisk, seed: number, options: ScriptOptions, before: LogScript | null = null) {
    this.disk = disk;
    this.random = new SeededRandom(seed);
    this.clock = new VirtualClock(before?.clock.nowMs());
    this.truncates = options.truncates;
    this.options = { ...DEFAULT_LOG_OPTIONS, retentionMs: Number.POSITIVE_INFINITY, ...options.log };
    this.written = new Map([...(before?.written ?? [])].map(([name, other]) => [name, other.copy()]));
    this.epoch = before?.epoch ?? 0;
  }

  /** Opens the directory as a broker does at its start: what is there, then what should be. */
  async open(): Promise<void> {
    this.disk.nowMs = this.clock.nowMs();
    const dirs = LogDirs.open({
      disk: this.disk,
      clock: this.clock,
      random: new SeededRandom(this.random.below(1 << 30)),
      logger: new RecordingLogger(),
      paths: [DIRECTORY],
      defaults: this.options,
      maxOpenFiles: 4,
      recentBytes: 0,
      producerIdExpirationMs: Number.POSITIVE_INFINITY,
      onOffline: (_, cause) => this.failures.push(cause),
    });
    this.dirs = dirs;
    await this.disk.settle(dirs.load(), this.random);
    this.fail();
    this.epoch++;
    for (const partition of PARTITIONS) {
      const log = dirs.create(TOPIC, partition, TOPIC_ID, this.options);
      log.setTopicId(TOPIC_ID);
      log.updateHighWatermark(log.logEndOffset);
      log.startLeaderEpoch(this.epoch);
      if (!this.written.has(nameOf(log))) this.written.set(nameOf(log), new Written());
    }
  }

  get logs(): Log[] {
    return PARTITIONS.flatMap((partition) => this.dirs?.get(TOPIC, partition) ?? []);
  }

  async step(): Promise<void> {
    const log = this.anyLog();
    const dice = this.random.below(100);
    if (dice < 45) this.append(log);
    else if (dice < 60) this.writeTransaction(log);
    else if (dice < 66) this.flush(log);
    else if (dice < 80) await this.completeSyncs();
    else if (dice < 84) this.deleteRecords(log);
    else if (dice < 87) log.roll();
    else if (dice < 89) this.startEpoch(log);
    else if (dice < 93) this.clock.advance(CHECKPOINT_MS);
    else if (dice < 96) await this.truncate(log);
    else if (dice < 98) await this.restart();
    else await this.kill();
    await turn();
    this.fail();
  }

  private fail(): void {
    if (this.failures.length > 0) throw this.failures[0];
  }

  private anyLog(): Log {
    return this.logs[this.random.below(this.logs.length)] as Log;
  }

  private writtenOf(log: Log): Written {
    return this.written.get(nameOf(log)) as Written;
  }

  private append(log: Log): void {
    const producerId = [...IDEMPOTENT, null][this.random.below(IDEMPOTENT.length + 1)] ?? null;
    this.write(log, producerId, false);
  }

  private write(log: Log, producerId: number | null, transactional: boolean): void {
    const timestamp = 1000 + this.count * 10 - this.random.below(3) * 15;
    const values = Array.from({ length: 1 + this.random.below(3) }, () =>
      `value ${this.count++} `.repeat(1 + this.random.below(12)),
    );
    const batch = batchOf(
      values,
      timestamp,
      producerId === null ? {} : { ...this.producerFields(log, producerId), transactional },
    );
    const repeated = Buffer.from(batch);
    const leaderEpoch = this.epoch;
    this.appended(log, batch, log.append(batch, { leaderEpoch, rules: this.rules() }));
    if (producerId === null || this.random.below(4) > 0) return;
    const again = log.append(repeated, { leaderEpoch, rules: this.rules() });
    assert.equal(again.kind, 'duplicate');
  }

  private producerFields(log: Log, producerId: number) {
    const entry = [...log.producers].find((known) => known.producerId === producerId);
    const newest = entry?.batches.at(-1);
    return { producerId, producerEpoch: entry?.epoch ?? 0, baseSequence: (newest?.lastSequence ?? -1) + 1 };
  }

  private appended(log: Log, batch: Buffer, result: AppendResult): void {
    assert.equal(result.kind, 'appended', JSON.stringify(result));
    if (result.kind !== 'appended') return;
    const { baseOffset, lastOffset } = result;
    const written = this.writtenOf(log);
    written.add({ baseOffset, lastOffset, bytes: Buffer.from(batch) });
    log.updateHighWatermark(log.logEndOffset);
    if (result.flushed !== null) this.afterFlush(log, result.flushed);
  }

  private writeTransaction(log: Log): void {
    const producerId = TRANSACTIONAL[this.random.below(TRANSACTIONAL.length)] as number;
    const entry = [...log.producers].find((known) => known.producerId === producerId);
    const isOpen = entry !== undefined && entry.transactionFirstOffset >= 0;
    if (!isOpen || this.random.below(2) === 0) {
      this.write(log, producerId, true);
      return;
    }
    const marker = buildEndTxnMarkerBatch({
      commit: this.random.below(2) === 0,
      coordinatorEpoch: 0,
      timestamp: 1000 + this.count * 10,
      producerId,
      producerEpoch: entry.epoch,
    });
    this.appended(log, marker, log.appendOwn(marker, { leaderEpoch: this.epoch }));
  }

  private flush(log: Log): void {
    this.afterFlush(log, log.flush());
  }

  /** What was there when the flush began is durable when it is over, unless the log was cut meanwhile. */
  private afterFlush(log: Log, flushed: Promise<void>): void {
    const written = this.writtenOf(log);
    const { cuts, end } = written;
    flushed.then(
      () => {
        if (written.cuts === cuts) written.durableTo = Math.max(written.durableTo, end);
      },
      (cause) => this.failures.push(cause),
    );
  }

  private async completeSyncs(): Promise<void> {
    for (let count = 1 + this.random.below(12); count > 0 && this.disk.syncsUnderWay > 0; count--) {
      this.disk.completeSync(this.random);
      await turn();
    }
  }

  private deleteRecords(log: Log): void {
    const { logStartOffset, logEndOffset } = log;
    const offset = logStartOffset + this.random.below(Math.ceil((logEndOffset - logStartOffset + 1) / 2));
    const written = this.writtenOf(log);
    written.start = Math.max(written.start, offset);
    assert.equal(log.advanceLogStart(offset), null);
    log.dropUnretained();
  }

  private startEpoch(log: Log): void {
    log.startLeaderEpoch(++this.epoch);
  }

  /**
   * Between batches, as a follower is told to: a batch goes as a whole. Whoever cuts a log lets the recovery points be
   * saved before it is written again (as Apache Kafka does): one above the cut would leave what is written then unread.
   */
  private async truncate(log: Log): Promise<void> {
    if (!this.truncates) return;
    const written = this.writtenOf(log);
    const ends = written.current.map(({ lastOffset }) => lastOffset + 1).filter((end) => end >= log.logStartOffset);
    const end = ends.at(-1 - this.random.below(Math.min(6, ends.length)));
    if (end === undefined) return;
    written.cut(end);
    log.truncateTo(end);
    assert.equal(log.logEndOffset, end);
    log.updateHighWatermark(end);
    this.clock.advance(CHECKPOINT_MS);
    for (let turns = 0; turns < 3 || this.disk.syncsUnderWay > 0; turns++) {
      if (this.disk.syncsUnderWay > 0) this.disk.completeSync(this.random);
      await turn();
    }
  }

  private async restart(): Promise<void> {
    const before = await this.states();
    await this.close();
    await this.open();
    assert.deepEqual(await this.states(), before);
    await this.checkAll();
  }

  private async states(): Promise<object[]> {
    const states: object[] = [];
    for (const log of this.logs) states.push(stateOf(log, await readBatches(log)));
    return states;
  }

  async close(): Promise<void> {
    assert.ok(this.dirs);
    await this.disk.settle(this.dirs.close(), this.random);
    this.fail();
    for (const written of this.written.values()) written.durableTo = written.end;
  }

  /** The process dies and starts again: what was written is all there, whether it was synced or not. */
  private async kill(): Promise<void> {
    const before = this.logs.map(({ logEndOffset }) => logEndOffset);
    this.abandon();
    this.disk.kill();
    await this.open();
    assert.deepEqual(
      this.logs.map(({ logEndOffset }) => logEndOffset),
      before,
    );
    await this.checkAll();
  }

  abandon(): void {
    for (const written of this.written.values()) written.cuts++;
    this.dirs?.abandon();
  }

  /** What is promised now, for a power cut at this moment. What is written until it is looked at may be there, too. */
  promises(): Promises {
    return new Map([...this.written].map(([name, { durableTo }]) => [name, { durableTo }]));
  }

  /** After a power cut: what was promised then is what counts, whatever was promised later. */
  holdTo(promises: Promises): void {
    for (const [name, written] of this.written) {
      written.durableTo = Math.min(written.durableTo, promises.get(name)?.durableTo ?? 0);
    }
  }

  async checkAll(): Promise<void> {
    for (const log of this.logs) {
      const written = this.writtenOf(log);
      const held = await checkLog(log, this.expectationOf(log, written));
      const below = written.current.filter(({ lastOffset }) => lastOffset < log.logStartOffset);
      written.current = [...below, ...held];
    }
  }

  private expectationOf(log: Log, written: Written): LogExpectation {
    const names = this.disk.list(log.directory).map((name) => parseOffsetName(name));
    const bases = names.flatMap((name) => (name?.suffix === '.log' ? [name.offset] : []));
    return {
      written: written.byOffset,
      durableTo: written.durableTo,
      current: written.current,
      segmentBases: new Set(bases),
      latestStart: written.start,
    };
  }

  /** The logs go on: they take batches of all producers, and a clean stop and start changes nothing. */
  async goOn(): Promise<void> {
    for (const log of this.logs) {
      for (const producerId of IDEMPOTENT) this.write(log, producerId, false);
      for (const _ of TRANSACTIONAL) this.writeTransaction(log);
    }
    await this.restart();
  }

  private rules(): ValidationRules {
    return {
      topicPartition: `${TOPIC}-0`,
      compacted: false,
      timestampType: 'CreateTime',
      nowMs: this.clock.nowMs(),
      timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
      timestampAfterMaxMs: Number.POSITIVE_INFINITY,
      maxMessageBytes: 1024 * 1024,
      compression: 'producer',
      produceVersion: 12,
    };
  }
}

const nameOf = (log: Log): string => `${log.topic}-${log.partition}`;
