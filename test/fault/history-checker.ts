/**
 * Finds what must not happen in a history of sends, transactions and polls: the anomalies that Jepsen's workload for
 * Kafka looks for. Values in, findings out.
 */
import { keyOf, type TopicPartition } from '../../src/client/topic-partition.js';
import type { Operation, Poll, SentRecord } from './history.js';
import { readCycles } from './history-cycles.js';

export type Anomaly =
  /** Two values at one offset. */
  | 'inconsistent offset'
  /** One value at two places. */
  | 'duplicate'
  /** Read, though its transaction was aborted or its send surely failed (G1a). */
  | 'aborted read'
  /** Read where nobody had sent it. */
  | 'unsent read'
  /** Acknowledged or committed, and passed over by all who read. */
  | 'lost write'
  /** A transaction of which some is visible and some is not. */
  | 'torn transaction'
  /** A program's later send has a lower offset than its earlier one. */
  | 'reordered sends'
  /** A reader was given an offset that is not behind the one before. */
  | 'reordered polls'
  /** A reader was not given a record between two that it was given. */
  | 'gap in a poll'
  | 'gap between polls'
  /** A transaction read what it had itself not committed yet (G1b). */
  | 'uncommitted read'
  /** Transactions that each read what the other wrote (G1c). */
  | 'circular read';

export interface Finding {
  readonly anomaly: Anomaly;
  readonly message: string;
}

export interface CheckOptions {
  /** Every partition was read to its end after the last send: then whatever nobody read is lost. */
  readonly isReadToEnd: boolean;
}

/** @returns nothing for a history that keeps Kafka's promises to readers of committed records */
export function checkHistory(operations: readonly Operation[], options: CheckOptions): Finding[] {
  return new HistoryCheck(operations, options).run();
}

/** What is known of one partition from all that was said of it. */
class KnownPartition {
  /** By offset: every value that an answer or a poll put there. */
  readonly values = new Map<number, Set<string>>();
  /** Offsets that a reader of committed records has to be given. */
  readonly visible = new Set<number>();
  lastRead = -1;
  private sorted: number[] | null = null;

  put(offset: number, value: string): void {
    const there = this.values.get(offset);
    if (there === undefined) this.values.set(offset, new Set([value]));
    else there.add(value);
  }

  /** The first visible offset between two others; undefined when there is none. */
  visibleBetween(after: number, before: number): number | undefined {
    this.sorted ??= [...this.visible].sort((a, b) => a - b);
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] as number) > after) high = middle;
      else low = middle + 1;
    }
    const found = this.sorted[low];
    return found !== undefined && found < before ? found : undefined;
  }
}

interface KnownSend {
  readonly record: SentRecord;
  readonly operation: Operation;
  readonly index: number;
}

class HistoryCheck {
  private readonly operations: readonly Operation[];
  private readonly options: CheckOptions;
  private readonly partitions = new Map<string, KnownPartition>();
  private readonly sends = new Map<string, KnownSend>();
  /** By value: the places, `topic-partition@offset`, that polls and answers gave it. */
  private readonly places = new Map<string, Set<string>>();
  /** By value, the lowest offset that it is known to have. */
  private readonly offsets = new Map<string, number>();
  private readonly read = new Set<string>();
  private readonly findings: Finding[] = [];

  constructor(operations: readonly Operation[], options: CheckOptions) {
    this.operations = operations;
    this.options = options;
  }

  run(): Finding[] {
    this.operations.forEach((operation, index) => {
      this.learnSends(operation, index);
    });
    for (const operation of this.operations) this.learnPolls(operation);
    this.checkPlaces();
    this.checkReads();
    for (const operation of this.operations) this.checkVisibility(operation);
    this.checkSendOrder();
    this.checkPollOrder();
    this.checkCircles();
    return this.findings;
  }

  private found(anomaly: Anomaly, message: string): void {
    this.findings.push({ anomaly, message });
  }

  private partition(of: TopicPartition): KnownPartition {
    const key = keyOf(of);
    const known = this.partitions.get(key) ?? new KnownPartition();
    this.partitions.set(key, known);
    return known;
  }

  private learnSends(operation: Operation, index: number): void {
    for (const record of operation.sends) {
      const earlier = this.sends.get(record.value);
      if (earlier !== undefined) throw new Error(`two sends of the value ${record.value}: a history has each once`);
      this.sends.set(record.value, { record, operation, index });
      if (record.offset === null) continue;
      this.learnPlace(record, record.offset, record.value);
      if (operation.outcome === 'done') this.partition(record).visible.add(record.offset);
    }
  }

  private learnPolls({ polls }: Operation): void {
    for (const poll of polls) {
      const partition = this.partition(poll);
      for (const { offset, value } of poll.records) {
        this.learnPlace(poll, offset, value);
        partition.visible.add(offset);
        partition.lastRead = Math.max(partition.lastRead, offset);
        this.read.add(value);
      }
    }
  }

  private learnPlace(at: TopicPartition, offset: number, value: string): void {
    this.partition(at).put(offset, value);
    const places = this.places.get(value);
    const place = `${keyOf(at)}@${offset}`;
    if (places === undefined) this.places.set(value, new Set([place]));
    else places.add(place);
    this.offsets.set(value, Math.min(offset, this.offsets.get(value) ?? offset));
  }

  private checkPlaces(): void {
    for (const [key, { values }] of this.partitions) {
      for (const [offset, there] of values) {
        if (there.size > 1) this.found('inconsistent offset', `${key}@${offset} is ${[...there].join(' and ')}`);
      }
    }
    for (const [value, places] of this.places) {
      if (places.size > 1) this.found('duplicate', `${value} is at ${[...places].join(' and ')}`);
    }
  }

  /** Each value that was read counts once, however many read it. */
  private checkReads(): void {
    const seen = new Set<string>();
    for (const { polls } of this.operations) {
      for (const poll of polls) {
        for (const { offset, value } of poll.records) {
          if (seen.has(value)) continue;
          seen.add(value);
          const send = this.sends.get(value);
          const where = `${poll.reader} read ${value} at ${keyOf(poll)}@${offset}`;
          if (send === undefined) this.found('unsent read', `${where}, which nobody sent`);
          else if (keyOf(send.record) !== keyOf(poll)) {
            this.found('unsent read', `${where}, which was sent to ${keyOf(send.record)}`);
          } else if (send.operation.outcome === 'failed') {
            this.found('aborted read', `${where}, which ${send.operation.process} aborted or knows to have failed`);
          }
        }
      }
    }
  }

  private checkVisibility({ process, outcome, sends }: Operation): void {
    if (outcome === 'failed') return;
    const passedOver = sends.filter((record) => this.isPassedOver(record));
    const isTorn = passedOver.length > 0 && sends.some(({ value }) => this.read.has(value));
    for (const { topic, partition, value, offset } of passedOver) {
      const what = `${value} of ${process}, sent to ${topic}-${partition}${offset === null ? '' : `@${offset}`}`;
      if (outcome === 'done') this.found('lost write', `${what}, was never read`);
      else if (isTorn) this.found('torn transaction', `${what}, was never read; other records of its transaction were`);
    }
  }

  private isPassedOver(record: SentRecord): boolean {
    if (this.read.has(record.value)) return false;
    if (this.options.isReadToEnd) return true;
    return record.offset !== null && record.offset < this.partition(record).lastRead;
  }

  private checkSendOrder(): void {
    const last = new Map<string, { value: string; offset: number }>();
    for (const { process, sends } of this.operations) {
      for (const record of sends) {
        const offset = this.offsets.get(record.value);
        if (offset === undefined) continue;
        const stream = `${process} ${keyOf(record)}`;
        const before = last.get(stream);
        if (before !== undefined && before.offset > offset) {
          const places = `${before.value}@${before.offset} and then ${record.value}@${offset}`;
          this.found('reordered sends', `${process} sent to ${keyOf(record)} ${places}`);
        }
        last.set(stream, { value: record.value, offset });
      }
    }
  }

  private checkPollOrder(): void {
    const last = new Map<string, number>();
    for (const { polls } of this.operations) {
      for (const poll of polls) {
        const stream = `${poll.reader} ${keyOf(poll)}`;
        let isFirst = true;
        for (const { offset } of poll.records) {
          const before = last.get(stream);
          if (before !== undefined) this.checkStep(poll, before, offset, isFirst);
          last.set(stream, offset);
          isFirst = false;
        }
      }
    }
  }

  private checkStep(poll: Poll, before: number, offset: number, isFirst: boolean): void {
    const where = `${poll.reader} was given ${keyOf(poll)}@${before} and then @${offset}`;
    if (offset <= before) this.found('reordered polls', where);
    const missed = this.partition(poll).visibleBetween(before, offset);
    if (missed === undefined) return;
    const value = [...(this.partition(poll).values.get(missed) ?? [])].join(' and ');
    this.found(isFirst ? 'gap between polls' : 'gap in a poll', `${where}, but not ${value}@${missed}`);
  }

  private checkCircles(): void {
    const readOf = this.operations.map(({ polls }) => {
      const writers = polls.flatMap(({ records }) => records.map(({ value }) => this.sends.get(value)?.index));
      return new Set(writers.filter((index) => index !== undefined));
    });
    for (const cycle of readCycles(readOf)) {
      const names = cycle.map((index) => `operation ${index} of ${this.operations[index]?.process}`);
      if (cycle.length === 1) this.found('uncommitted read', `${names[0]} read what it sends itself`);
      else this.found('circular read', `each read of the next: ${names.join(', ')}`);
    }
  }
}
