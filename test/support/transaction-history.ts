import { abortTimedOut, completeTransaction, timedOut } from '../../src/state/transaction/end-transaction.js';
import { isEnding, type TopicPartition, type Transaction } from '../../src/state/transaction/transaction.js';
import { type ProducerBatch, ProducerState } from '../../src/storage/producer-state.js';
import { SeededRandom } from './seeded-random.js';
import { add, end, type Identity, init, TransactionBed, verify } from './transaction-bed.js';

const PARTITIONS = 3;
const TIMEOUT_MS = 1000;
const COORDINATOR_EPOCH = 0;

interface Entry {
  readonly producerId: number;
  /** The transaction that the record is of; null for a marker. */
  readonly written: Attempt | null;
  readonly isCommit: boolean;
}

/** A transaction as its producer knows it. */
interface Attempt {
  readonly name: string;
  /** Partitions whose records were acknowledged. */
  readonly acknowledged: number[];
  outcome: 'unknown' | 'committed' | 'aborted';
}

/** A log that knows producers as the real one does, and records by the transaction they are of. */
class LogOfPartition {
  readonly entries: Entry[] = [];
  readonly state: ProducerState;

  constructor(index: number) {
    this.state = new ProducerState(`a-${index}`);
  }

  append(producer: Identity, guard: symbol | null, written: Attempt): boolean {
    return this.put(producer, null, { verificationRequired: true, guard }, written);
  }

  mark({ producerId, producerEpoch, state, clientVersion }: Transaction): boolean {
    const isCommit = state === 'PrepareCommit';
    const rules = { transactionVersion: clientVersion };
    return this.put({ producerId, producerEpoch }, { isCommit, coordinatorEpoch: COORDINATOR_EPOCH }, rules, null);
  }

  private put(
    { producerId, producerEpoch }: Identity,
    marker: ProducerBatch['marker'],
    rules: object,
    written: Attempt | null,
  ): boolean {
    const offset = this.entries.length;
    const batch: ProducerBatch = {
      producerId,
      producerEpoch,
      baseSequence: marker === null ? 0 : -1,
      lastSequence: marker === null ? 0 : -1,
      baseOffset: offset,
      lastOffset: offset,
      timestamp: 0,
      isTransactional: true,
      marker,
    };
    if (this.state.check(batch, { origin: 'coordinator', ...rules }).kind === 'failed') return false;
    const completed = this.state.apply(batch);
    if (completed !== null) this.state.complete(completed);
    this.entries.push({ producerId, written, isCommit: marker?.isCommit ?? false });
    return true;
  }

  /** What a reader of committed records sees, and what no marker decided. */
  read(): { committed: Set<Attempt>; undecided: Set<Attempt> } {
    const committed = new Set<Attempt>();
    const open = new Map<number, Set<Attempt>>();
    for (const { producerId, written, isCommit } of this.entries) {
      if (written !== null) open.set(producerId, (open.get(producerId) ?? new Set()).add(written));
      else {
        if (isCommit) for (const attempt of open.get(producerId) ?? []) committed.add(attempt);
        open.delete(producerId);
      }
    }
    return { committed, undecided: new Set([...open.values()].flatMap((attempts) => [...attempts])) };
  }
}

/** One process with a transactional id; it may be a zombie that another one has replaced. */
interface Process {
  readonly id: string;
  identity: Identity | null;
  attempt: Attempt | null;
  added: Set<number>;
  /** A write that waits between its verification and its append. */
  verified: { index: number; guard: symbol | null } | null;
  ending: boolean | null;
}

export interface HistoryResult {
  readonly committed: number;
  readonly aborted: number;
  readonly fenced: number;
}

/** Producers, a coordinator and partitions, one random step after the other. @throws Error when a promise is broken */
export class TransactionHistory {
  private readonly random: SeededRandom;
  private readonly version: number;
  private bed: TransactionBed;
  private readonly logs = Array.from({ length: PARTITIONS }, (_, index) => new LogOfPartition(index));
  private processes: Process[] = [];
  private readonly attempts: Attempt[] = [];
  private readonly lastIdentity = new Map<string, Identity>();
  /** Partitions that have the marker, by transaction. */
  private readonly marked = new Map<Transaction, Set<number>>();
  readonly steps: string[] = [];
  private fenced = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.version = this.random.below(3);
    this.bed = new TransactionBed(this.version);
  }

  run(steps: number): HistoryResult {
    for (let step = 0; step < steps; step++) this.step();
    this.settle();
    this.check();
    const count = (outcome: Attempt['outcome']) =>
      this.attempts.filter((attempt) => attempt.outcome === outcome).length;
    return { committed: count('committed'), aborted: count('aborted'), fenced: this.fenced };
  }

  private step(): void {
    const choice = this.random.below(20);
    if (choice < 2 || this.processes.length === 0) this.start();
    else if (choice < 6) this.mark();
    else if (choice === 6) this.restart();
    else if (choice === 7) this.pass();
    else this.act(this.pick(this.processes));
  }

  private start(): void {
    const id = `tx-${this.random.below(2)}`;
    this.note(`start ${id}`);
    this.processes.push({ id, identity: null, attempt: null, added: new Set(), verified: null, ending: null });
    if (this.processes.length > 4) this.processes.splice(this.random.below(this.processes.length), 1);
  }

  private restart(): void {
    this.note('restart the coordinator');
    this.bed = this.bed.takenOver();
    this.marked.clear();
  }

  private pass(): void {
    this.note('time passes');
    this.bed.nowMs += this.random.below(TIMEOUT_MS);
    this.abortLate();
  }

  private abortLate(): void {
    for (const id of timedOut(this.bed.machine, this.bed.nowMs)) {
      this.bed.askWithProducerId((machine, call, newProducerId, context) =>
        abortTimedOut(machine, call, id, newProducerId, context),
      );
    }
  }

  /** Writes one marker of a transaction that ends, or completes it when all are written. */
  private mark(): void {
    const ending = this.bed.machine.allEnding();
    if (ending.length === 0) return;
    const transaction = this.pick(ending);
    const done = this.marked.get(transaction) ?? new Set<number>();
    this.marked.set(transaction, done);
    const left = [...(transaction.partitions.get('a') ?? [])].filter((index) => !done.has(index));
    if (left.length === 0) {
      this.note(`complete ${transaction.transactionalId}`);
      this.bed.ask((machine, call, context) => completeTransaction(machine, call, transaction, context));
      return;
    }
    const index = this.pick(left);
    this.note(`mark ${transaction.transactionalId} in ${index}`);
    if (!this.logOf(index).mark(transaction))
      throw new Error(`the marker of ${transaction.transactionalId} is refused`);
    done.add(index);
  }

  private act(process: Process): void {
    if (process.identity === null) this.init(process);
    else if (process.attempt === null) this.begin(process);
    else if (process.verified !== null) this.append(process);
    else if (process.ending !== null) this.end(process);
    else if (this.random.below(3) > 0) this.prepareWrite(process, this.random.below(PARTITIONS));
    else process.ending = this.random.below(3) > 0;
  }

  private init(process: Process): void {
    const answer = init(this.bed, { id: process.id, timeoutMs: TIMEOUT_MS });
    this.note(`init ${process.id}: ${answer.error} ${answer.producerId}/${answer.producerEpoch}`);
    if (answer.error !== 'NONE') return;
    const before = this.lastIdentity.get(process.id);
    const goesBack = before?.producerId === answer.producerId && before.producerEpoch >= answer.producerEpoch;
    if (goesBack)
      throw new Error(`the epoch of ${process.id} went from ${before.producerEpoch} to ${answer.producerEpoch}`);
    this.lastIdentity.set(process.id, answer);
    process.identity = answer;
  }

  private begin(process: Process): void {
    process.attempt = { name: `${process.id}.${this.attempts.length}`, acknowledged: [], outcome: 'unknown' };
    process.added = new Set();
    process.ending = null;
    this.attempts.push(process.attempt);
  }

  private prepareWrite(process: Process, index: number): void {
    const identity = process.identity as Identity;
    const partitions: TopicPartition[] = [{ topic: 'a', partition: index }];
    const isVersion2 = this.version === 2;
    if (!isVersion2 && !process.added.has(index)) {
      const error = add(this.bed, identity, 0, partitions, process.id);
      this.note(`${process.id} ${identity.producerEpoch} adds ${index}: ${error}`);
      if (error === 'NONE') process.added.add(index);
      else if (error !== 'CONCURRENT_TRANSACTIONS') this.lose(process);
      return;
    }
    const guard = this.logOf(index).state.startVerification(
      identity.producerId,
      0,
      identity.producerEpoch,
      isVersion2,
      0,
    );
    if (guard !== null && typeof guard !== 'symbol') {
      this.lose(process);
      return;
    }
    const error =
      guard === null
        ? 'NONE'
        : isVersion2
          ? add(this.bed, identity, 2, partitions, process.id)
          : verify(this.bed, identity, partitions, process.id);
    this.note(`${process.id} ${identity.producerEpoch} verifies ${index}: ${error}`);
    if (error === 'NONE') process.verified = { index, guard };
    else if (error !== 'CONCURRENT_TRANSACTIONS') this.lose(process);
  }

  private append(process: Process): void {
    const { index, guard } = process.verified as { index: number; guard: symbol | null };
    const attempt = process.attempt as Attempt;
    process.verified = null;
    const taken = this.logOf(index).append(process.identity as Identity, guard, attempt);
    this.note(`${attempt.name} writes to ${index}: ${taken}`);
    if (taken) attempt.acknowledged.push(index);
    else this.lose(process);
  }

  private end(process: Process): void {
    const identity = process.identity as Identity;
    const attempt = process.attempt as Attempt;
    const isCommit = process.ending as boolean;
    if (attempt.acknowledged.length === 0 && process.added.size === 0) {
      // Nothing was begun: there is nothing to end.
      process.attempt = null;
      return;
    }
    const answer = end(this.bed, identity, isCommit, this.version === 2 ? 2 : 0, process.id);
    const isHeard = this.random.below(4) > 0;
    this.note(`${attempt.name} ${isCommit ? 'commits' : 'aborts'}: ${answer.error}${isHeard ? '' : ', unheard'}`);
    if (!isHeard || answer.error === 'CONCURRENT_TRANSACTIONS') return;
    if (answer.error !== 'NONE') {
      this.lose(process);
      return;
    }
    attempt.outcome = isCommit ? 'committed' : 'aborted';
    process.attempt = null;
    if (this.version === 2) process.identity = answer;
  }

  /** The process cannot go on. */
  private lose(process: Process): void {
    this.fenced++;
    this.note(`${process.id} is lost`);
    this.processes = this.processes.filter((other) => other !== process);
  }

  /** Nobody writes any more; all that is open is too late, and all markers are written. */
  private settle(): void {
    this.processes = [];
    this.bed.nowMs += 10 * TIMEOUT_MS;
    for (let round = 0; round < 100; round++) {
      this.abortLate();
      for (let step = 0; step < 10; step++) this.mark();
    }
  }

  private check(): void {
    for (const transaction of this.bed.machine.all()) {
      if (isEnding(transaction) || transaction.state === 'Ongoing') {
        throw new Error(`${transaction.transactionalId} is ${transaction.state} for ever`);
      }
    }
    const reads = this.logs.map((log) => log.read());
    for (const [index, { undecided }] of reads.entries()) {
      for (const { name } of undecided) throw new Error(`${name} hangs in partition ${index}`);
    }
    for (const { name, acknowledged, outcome } of this.attempts) {
      const seen = acknowledged.map((index) =>
        [...(reads[index]?.committed ?? [])].some((other) => other.name === name),
      );
      if (outcome === 'committed' && seen.includes(false)) throw new Error(`${name} was committed and lost records`);
      if (outcome === 'aborted' && seen.includes(true)) throw new Error(`${name} was aborted and is seen`);
      if (seen.includes(true) && seen.includes(false)) throw new Error(`${name} is half visible`);
    }
  }

  private logOf(index: number): LogOfPartition {
    return this.logs[index] as LogOfPartition;
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)] as Item;
  }

  private note(text: string): void {
    this.steps.push(text);
  }
}
