import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REMEMBERED_BATCHES } from '../../src/storage/producer-state.js';
import { batchOf } from '../support/batches.js';
import { LogBed } from '../support/log-bed.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { SeededRandom } from '../support/seeded-random.js';

interface BatchEnd {
  readonly offset: number;
  readonly sequence: number;
}

/**
 * A log under random work, with restarts, kills and power cuts between. What it must keep: after a clean restart
 * and after a kill everything, after a power cut everything that was flushed. Of the rest a power cut may leave
 * anything that is whole: a later segment may have reached the platter before the end of an earlier one did, and
 * then the log has a gap there, as Apache Kafka's has.
 */
class Life {
  readonly bed: LogBed;
  private readonly random: SeededRandom;
  /** Values by offset, as they should be; null where a power cut left a gap. */
  private model: (string | null)[] = [];
  /** Where batches end, and the sequence number that comes next there. */
  private ends: BatchEnd[] = [{ offset: 0, sequence: 0 }];
  private flushed = 0;
  private sequence = 0;
  private written = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const disk = new MemoryDisk();
    disk.makeDirectory('/logs/t-0');
    disk.syncNow('/');
    disk.syncNow('/logs');
    this.bed = new LogBed({
      disk,
      recentBytes: seed % 2 === 0 ? 0 : 2000,
      maxOpenFiles: 3,
      options: { segmentBytes: 1500, indexIntervalBytes: 200, indexBytes: 200 },
    });
  }

  async step(): Promise<void> {
    const dice = this.random.below(100);
    if (dice < 70) this.append();
    else if (dice < 80) await this.flush();
    else if (dice < 85) await this.truncate();
    else if (dice < 90) await this.restart();
    else if (dice < 95) await this.kill();
    else await this.cutPower();
  }

  private append(): void {
    const { log } = this.bed;
    if (this.random.below(10) === 0) log.startLeaderEpoch((log.latestEpoch ?? 0) + 1);
    const values = Array.from({ length: 1 + this.random.below(3) }, () => `value ${this.written++}`);
    const fields = { producerId: 1, producerEpoch: 0, baseSequence: this.sequence };
    const batch = batchOf(values, 1000 + this.written, fields);
    const copy = Buffer.from(batch);
    const epoch = log.latestEpoch ?? 0;
    assert.equal(this.bed.append(batch, epoch).kind, 'appended');
    assert.equal(this.bed.append(copy, epoch).kind, 'duplicate');
    this.sequence += values.length;
    this.model.push(...values);
    this.ends.push({ offset: this.model.length, sequence: this.sequence });
  }

  private async flush(): Promise<void> {
    await this.bed.log.flush();
    assert.equal(this.bed.log.recoveryPoint, this.bed.log.logEndOffset);
    this.flushed = this.model.length;
  }

  /** Between batches: a batch goes as a whole. */
  private async truncate(): Promise<void> {
    const end = this.ends.at(-1 - this.random.below(Math.min(4, this.ends.length)));
    this.bed.log.truncateTo(end?.offset ?? 0);
    this.cutModel(this.bed.log.logEndOffset);
    // What was cut may come back with a power cut until the cut itself was flushed.
    await this.flush();
  }

  private cutModel(end: number): void {
    this.model.length = end;
    this.ends = this.ends.filter(({ offset }) => offset <= end);
    this.flushed = Math.min(this.flushed, end);
    const entry = [...this.bed.log.producers][0];
    this.sequence = (entry?.batches.at(-1)?.lastSequence ?? -1) + 1;
  }

  private async restart(): Promise<void> {
    await this.bed.restart();
    this.flushed = this.model.length;
    await this.check();
  }

  private async kill(): Promise<void> {
    this.bed.kill({ recoveryPoint: this.random.below(2) === 0 ? this.bed.log.recoveryPoint : 0 });
    this.repeatNewest();
    await this.check();
  }

  /** What a producer had in flight it sends again, from the oldest on. */
  private repeatNewest(): void {
    const first = Math.max(this.ends.length - REMEMBERED_BATCHES, 1);
    for (let index = first; index < this.ends.length; index++) {
      const [begin, end] = this.ends.slice(index - 1, index + 1) as [BatchEnd, BatchEnd];
      const values = this.model.slice(begin.offset, end.offset).flatMap((value) => value ?? []);
      if (values.length < end.offset - begin.offset) continue;
      const batch = batchOf(values, 1000, { producerId: 1, producerEpoch: 0, baseSequence: begin.sequence });
      const { kind } = this.bed.append(batch, this.bed.log.latestEpoch ?? 0);
      assert.equal(kind, 'duplicate', `records ${begin.offset} to ${end.offset}, sent again`);
    }
  }

  private async cutPower(): Promise<void> {
    const { recoveryPoint } = this.bed.log;
    this.bed.log.abandon();
    const keep = this.random.below(3);
    this.bed.disk.cutPower(
      () => keep === 2 || (keep === 1 && this.random.below(2) === 0),
      () => keep === 2,
    );
    this.bed.reopen({ recoveryPoint: Math.min(recoveryPoint, this.flushed) });
    const { logEndOffset } = this.bed.log;
    assert.ok(logEndOffset >= this.flushed, `${logEndOffset} is left, ${this.flushed} were flushed`);
    assert.ok(logEndOffset <= this.model.length);
    this.cutModel(logEndOffset);
    const left = new Map(await this.bed.records());
    for (let offset = this.flushed; offset < logEndOffset; offset++) {
      if (!left.has(offset)) this.model[offset] = null;
    }
    await this.check();
    await this.flush();
  }

  async check(): Promise<void> {
    const expected = this.model.flatMap((value, offset): [number, string][] =>
      value === null ? [] : [[offset, value]],
    );
    assert.deepEqual(await this.bed.records(), expected);
    assert.deepEqual(this.bed.failures, []);
    for (let offset = 0; offset < this.model.length; offset += 3) {
      const result = await this.bed.log.read({ offset, maxBytes: 5000, upTo: 'logEnd', minOneBatch: true });
      assert.ok(result.kind === 'records');
      const value = this.model[offset];
      if (value === null || value === undefined) continue;
      assert.ok(Number(result.records.readBigInt64BE(0)) <= offset);
      assert.ok(result.records.includes(value));
    }
    const entry = [...this.bed.log.producers][0];
    assert.equal((entry?.batches.at(-1)?.lastSequence ?? -1) + 1, this.sequence);
  }
}

describe('a log through restarts, kills and power cuts', () => {
  for (let seed = 0; seed < 30; seed++) {
    it(`seed ${seed}`, async () => {
      const life = new Life(seed);
      for (let step = 0; step < 120; step++) await life.step();
      await life.check();
      assert.ok(life.bed.disk.maxOpenFiles <= 5, 'a file or two beside the pool of three');
    });
  }
});

describe('what producers had in flight', () => {
  /** Batches of one producer, a segment for each few. */
  async function filledBed(): Promise<LogBed> {
    const disk = new MemoryDisk();
    disk.makeDirectory('/logs/t-0');
    const bed = new LogBed({ disk, options: { segmentBytes: 400, indexIntervalBytes: 50, indexBytes: 200 } });
    for (let sequence = 0; sequence < 12; sequence++) assert.equal(send(bed, sequence), 'appended');
    await bed.log.flush();
    return bed;
  }

  const send = (bed: LogBed, sequence: number) =>
    bed.append(batchOf([`value ${sequence}`], 1000, { producerId: 1, producerEpoch: 0, baseSequence: sequence })).kind;

  const segmentsOf = (bed: LogBed) =>
    Object.keys(bed.files())
      .filter((name) => name.endsWith('.log'))
      .sort();

  it('is known again after a kill', async () => {
    const bed = await filledBed();
    bed.kill({ recoveryPoint: bed.log.recoveryPoint });
    assert.equal(send(bed, 6), 'failed', 'five batches are known');
    for (let sequence = 7; sequence < 12; sequence++) assert.equal(send(bed, sequence), 'duplicate');
    assert.equal(send(bed, 12), 'appended');
  });

  for (const suffix of ['log', 'index']) {
    it(`is passed over in a segment below the recovery point whose .${suffix} is damaged`, async () => {
      const bed = await filledBed();
      const names = segmentsOf(bed);
      for (const name of names.slice(0, -1)) {
        const path = `${bed.directory}/${name.replace('log', suffix)}`;
        const bytes = Buffer.from(bed.disk.readWhole(path));
        // Lengths of batches, or the positions of index entries.
        for (let at = suffix === 'log' ? 8 : 4; at + 4 <= bytes.length; at += 8) bytes.writeInt32BE(3, at);
        bed.disk.writeWhole(path, bytes);
      }
      bed.kill({ recoveryPoint: bed.log.recoveryPoint });
      assert.equal(send(bed, 11), 'duplicate');
      assert.equal(send(bed, 12), 'appended');
    });
  }
});
