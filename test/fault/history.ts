import type { TopicPartition } from '../../src/client/topic-partition.js';

/** Of a transaction: committed, aborted, or nobody told. Of a single send: acknowledged, surely not written, or unknown. */
export type Outcome = 'done' | 'failed' | 'unknown';

export interface SentRecord extends TopicPartition {
  /** No two sends of a history have the same value: a program that sends the same again marks its attempts. */
  readonly value: string;
  /** Where the broker says that it is; null when it did not say. */
  readonly offset: number | null;
}

export interface PolledRecord {
  readonly offset: number;
  readonly value: string;
}

/** What one poll gave of one partition, to a reader of committed records. */
export interface Poll extends TopicPartition {
  /** One uninterrupted reading: after a seek or with a new assignment the same program is another reader. */
  readonly reader: string;
  readonly records: readonly PolledRecord[];
}

/** What a client did in one transaction, or one send or poll by itself. */
export interface Operation {
  /** The program that did it; its operations stand in the history in the order in which it did them. */
  readonly process: string;
  readonly outcome: Outcome;
  readonly sends: readonly SentRecord[];
  readonly polls: readonly Poll[];
}

/** An operation that only reads. */
export const polled = (process: string, polls: readonly Poll[]): Operation => ({
  process,
  outcome: 'done',
  sends: [],
  polls,
});
