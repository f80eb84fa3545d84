import { type CallId, type Context, type Machine, type Outcome, outcome } from '../../base/machine.js';
import type { MetadataImage } from '../metadata/image.js';
import { isEnding, type Transaction, type TransactionChange } from './transaction.js';

/** What transaction coordinators take from the broker's configuration. Times in milliseconds. */
export interface TransactionSettings {
  /** transaction.max.timeout.ms */
  readonly maxTimeoutMs: number;
  /** transactional.id.expiration.ms */
  readonly idExpirationMs: number;
  /** transaction.remove.expired.transaction.cleanup.interval.ms */
  readonly idExpirationIntervalMs: number;
  /** transaction.two.phase.commit.enable */
  readonly allowsTwoPhaseCommit: boolean;
}

export type TransactionContext = Context<MetadataImage>;
export type TransactionOutcome = Outcome<TransactionChange>;

/** The answer of a command that needs a new producer id: it is to be run again with one. Nothing has changed. */
export const NEEDS_PRODUCER_ID = Symbol('needs a producer id');

const EXPIRY_TIMER = 'expiry';

/** All transactional ids of one partition of __transaction_state (KIP-98, KIP-890). */
export class TransactionMachine implements Machine<TransactionChange, MetadataImage> {
  private readonly settings: TransactionSettings;
  private readonly transactions = new Map<string, Transaction>();
  private readonly ending = new Map<string, Transaction>();

  constructor(settings: TransactionSettings) {
    this.settings = settings;
  }

  get(transactionalId: string): Transaction | null {
    return this.transactions.get(transactionalId) ?? null;
  }

  all(): Iterable<Transaction> {
    return this.transactions.values();
  }

  /** Those whose outcome has to be written to their partitions. */
  allEnding(): Transaction[] {
    return [...this.ending.values()];
  }

  replay({ transactionalId, transaction }: TransactionChange): void {
    if (transaction === null) this.transactions.delete(transactionalId);
    else this.transactions.set(transactionalId, transaction);
    if (transaction !== null && isEnding(transaction)) this.ending.set(transactionalId, transaction);
    else this.ending.delete(transactionalId);
  }

  onLoaded(call: CallId, context: TransactionContext): TransactionOutcome {
    return outcome({ replies: [{ call, response: null }], timers: [this.nextExpiry(context)] });
  }

  /** Forgets ids that nobody used for long. */
  onTimer(_key: string, context: TransactionContext): TransactionOutcome {
    const records: TransactionChange[] = [];
    for (const { transactionalId, state, updatedMs } of this.transactions.values()) {
      const isIdle = state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort';
      if (isIdle && updatedMs <= context.nowMs - this.settings.idExpirationMs) {
        records.push({ transactionalId, transaction: null });
      }
    }
    return outcome({ records, timers: [this.nextExpiry(context)] });
  }

  private nextExpiry({ nowMs }: TransactionContext) {
    return { key: EXPIRY_TIMER, atMs: nowMs + this.settings.idExpirationIntervalMs };
  }
}

/** An answer, and what is known of one transactional id from then on. */
export const reply = (call: CallId, response: unknown, transaction?: Transaction): TransactionOutcome =>
  outcome({
    records: transaction === undefined ? [] : [{ transactionalId: transaction.transactionalId, transaction }],
    replies: [{ call, response }],
  });

/** Without any of KIP-890 there is no record that could hold what its clients ask for. */
export const cannotBeWritten = (clientVersion: number, context: TransactionContext): boolean =>
  clientVersion > 0 && serverVersion(context) === 0;

export const serverVersion = ({ image }: TransactionContext): number => image.featureLevel('transaction.version');
