import type { CallId } from '../../src/base/machine.js';
import { errorOfCode } from '../../src/protocol/errors.js';
import { MetadataDelta } from '../../src/state/metadata/delta.js';
import { MetadataImage } from '../../src/state/metadata/image.js';
import { addPartitionsToTransaction, verifyPartitions } from '../../src/state/transaction/add-partitions.js';
import { completeTransaction, endTransaction } from '../../src/state/transaction/end-transaction.js';
import { initProblem, initProducerId } from '../../src/state/transaction/init-producer-id.js';
import {
  fromRecord,
  type TopicPartition,
  type Transaction,
  type TransactionChange,
  toRecord,
} from '../../src/state/transaction/transaction.js';
import {
  NEEDS_PRODUCER_ID,
  type TransactionContext,
  TransactionMachine,
  type TransactionOutcome,
  type TransactionSettings,
} from '../../src/state/transaction/transaction-machine.js';

export const SETTINGS: TransactionSettings = {
  maxTimeoutMs: 900_000,
  idExpirationMs: 604_800_000,
  idExpirationIntervalMs: 3_600_000,
  allowsTwoPhaseCommit: false,
};
export const ID = 'tx';

type Command = (machine: TransactionMachine, call: CallId, context: TransactionContext) => TransactionOutcome;
type ProducerIdCommand = (
  machine: TransactionMachine,
  call: CallId,
  newProducerId: number | null,
  context: TransactionContext,
) => TransactionOutcome;

/** A transaction machine with records and replies kept in plain sight, and time that is moved by hand. */
export class TransactionBed {
  readonly machine: TransactionMachine;
  readonly image = new MetadataImage();
  readonly changes: TransactionChange[] = [];
  readonly timers = new Map<string, number>();
  nowMs = 1_000_000;
  nextProducerId: number;
  readonly settings: TransactionSettings;
  private readonly version: number;
  private nextCall = 1;

  constructor(version = 2, settings: Partial<TransactionSettings> = {}, nextProducerId = 1) {
    this.version = version;
    this.settings = { ...SETTINGS, ...settings };
    this.nextProducerId = nextProducerId;
    this.machine = new TransactionMachine(this.settings);
    const value = { name: 'transaction.version', featureLevel: version };
    this.image.replay({ type: 'FeatureLevelRecord', version: 0, value }, new MetadataDelta());
  }

  get context(): TransactionContext {
    return { nowMs: this.nowMs, image: this.image, newId: () => '', fraction: () => 0.5 };
  }

  ask<Response>(command: Command): Response {
    const call = this.nextCall++;
    const outcome = command(this.machine, call, this.context);
    this.apply(outcome);
    const answers = outcome.replies.filter((reply) => reply.call === call);
    if (answers.length !== 1) throw new Error(`${answers.length} replies to call ${call}`);
    return answers[0]?.response as Response;
  }

  askWithProducerId<Response>(command: ProducerIdCommand): Response {
    const before = this.changes.length;
    const first = this.ask<Response | typeof NEEDS_PRODUCER_ID>((machine, call, context) =>
      command(machine, call, null, context),
    );
    if (first !== NEEDS_PRODUCER_ID) return first;
    if (this.changes.length !== before) throw new Error('a command that needs a producer id has changed something');
    const newProducerId = this.nextProducerId++;
    return this.ask<Response>((machine, call, context) => command(machine, call, newProducerId, context));
  }

  /** Fires the timers that are due. */
  advance(byMs: number): void {
    this.nowMs += byMs;
    for (const [key, atMs] of [...this.timers]) {
      if (atMs > this.nowMs) continue;
      this.timers.delete(key);
      this.apply(this.machine.onTimer(key, this.context));
    }
  }

  /** Another coordinator that takes over with nothing but the records, the first `count` of them. */
  takenOver(count = this.changes.length): TransactionBed {
    const next = new TransactionBed(this.version, this.settings, this.nextProducerId);
    next.nowMs = this.nowMs;
    for (const change of this.changes.slice(0, count)) {
      const read = fromRecord(toRecord(change, this.version));
      next.changes.push(read);
      next.machine.replay(read);
    }
    next.ask((machine, call, context) => machine.onLoaded(call, context));
    return next;
  }

  /** As the markers would: all partitions know of the end. */
  complete(id = ID): void {
    const ending = this.machine.get(id) as Transaction;
    this.ask((machine, call, context) => completeTransaction(machine, call, ending, context));
  }

  private apply(outcome: TransactionOutcome): void {
    for (const change of outcome.records) {
      this.changes.push(change);
      this.machine.replay(change);
    }
    for (const { key, atMs } of outcome.timers) {
      if (atMs === null) this.timers.delete(key);
      else this.timers.set(key, atMs);
    }
  }
}

export interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}
export interface Answer extends Identity {
  readonly error: string;
}

interface Coded {
  readonly errorCode?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
}

const answerOf = ({ errorCode = 0, producerId = -1, producerEpoch = -1 }: Coded): Answer => ({
  error: errorOfCode(errorCode).name,
  producerId,
  producerEpoch,
});

const NOBODY: Identity = { producerId: -1, producerEpoch: -1 };

export function init(
  bed: TransactionBed,
  options: { id?: string; timeoutMs?: number; as?: Identity; enable2Pc?: boolean; keepPreparedTxn?: boolean } = {},
): Answer {
  const request = {
    transactionalId: options.id ?? ID,
    transactionTimeoutMs: options.timeoutMs ?? 60_000,
    ...(options.as ?? NOBODY),
    enable2Pc: options.enable2Pc ?? false,
    keepPreparedTxn: options.keepPreparedTxn ?? false,
  };
  const problem = initProblem(request, bed.settings);
  if (problem !== null) return { error: problem, ...NOBODY };
  return answerOf(
    bed.askWithProducerId<Coded>((machine, call, newProducerId, context) =>
      initProducerId(machine, call, request, newProducerId, context),
    ),
  );
}

export const P0: TopicPartition = { topic: 'a', partition: 0 };

export const add = (
  bed: TransactionBed,
  { producerId, producerEpoch }: Identity,
  clientVersion: number,
  partitions: readonly TopicPartition[] = [P0],
  id = ID,
): string =>
  bed.ask<string>((machine, call, context) =>
    addPartitionsToTransaction(
      machine,
      call,
      { transactionalId: id, producerId, producerEpoch },
      partitions,
      clientVersion,
      context,
    ),
  );

export const verify = (
  bed: TransactionBed,
  { producerId, producerEpoch }: Identity,
  partitions: readonly TopicPartition[] = [P0],
  id = ID,
): string =>
  String(
    bed.ask((machine, call) =>
      verifyPartitions(machine, call, { transactionalId: id, producerId, producerEpoch }, partitions),
    ),
  );

export const end = (
  bed: TransactionBed,
  { producerId, producerEpoch }: Identity,
  committed: boolean,
  clientVersion: number,
  id = ID,
): Answer =>
  answerOf(
    bed.askWithProducerId<Coded>((machine, call, newProducerId, context) =>
      endTransaction(
        machine,
        call,
        { transactionalId: id, producerId, producerEpoch, committed },
        clientVersion,
        newProducerId,
        context,
      ),
    ),
  );
