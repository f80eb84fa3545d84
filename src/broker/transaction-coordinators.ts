import type { Clock, Logger, Random, Timer } from '../base/host.js';
import { javaAbs, javaHash } from '../base/java-hash.js';
import type { CallId } from '../base/machine.js';
import { KafkaError } from '../protocol/errors.js';
import {
  readTransactionRecord,
  writeTransactionRecord,
} from '../protocol/generated/transaction-coordinator-records.js';
import * as header from '../protocol/records/batch-header.js';
import { readRecords } from '../protocol/records/batch-reader.js';
import type { MetadataImage, TopicState } from '../state/metadata/image.js';
import { abortTimedOut, completeTransaction, timedOut } from '../state/transaction/end-transaction.js';
import { fromRecord, type Transaction, type TransactionChange, toRecord } from '../state/transaction/transaction.js';
import {
  NEEDS_PRODUCER_ID,
  type TransactionContext,
  TransactionMachine,
  type TransactionOutcome,
  type TransactionSettings,
} from '../state/transaction/transaction-machine.js';
import { appendBatch, batchOf } from './append-records.js';
import type { BrokerMetadata } from './broker-metadata.js';
import { TRANSACTIONS_TOPIC } from './internal-topics.js';
import type { Partition } from './partition.js';
import type { ProducerIds } from './producer-ids.js';
import { replayLog } from './replay-log.js';
import { ReplicatedMachine } from './replicated-machine.js';
import type { EndingTransaction, TransactionMarkers } from './transaction-markers.js';

export interface TransactionCoordinatorsOptions {
  readonly settings: TransactionSettings;
  /** transaction.abort.timed.out.transaction.cleanup.interval.ms */
  readonly timeoutCheckIntervalMs: number;
  readonly metadata: BrokerMetadata;
  readonly markers: TransactionMarkers;
  readonly producerIds: ProducerIds;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Begins to make __transaction_state. */
  createTransactionsTopic(): void;
}

type Runtime = ReplicatedMachine<TransactionMachine, TransactionChange, MetadataImage>;
export type TransactionCommand = (
  machine: TransactionMachine,
  call: CallId,
  context: TransactionContext,
) => TransactionOutcome;
/** A command that may need a new producer id. */
export type ProducerIdCommand = (
  machine: TransactionMachine,
  call: CallId,
  newProducerId: number | null,
  context: TransactionContext,
) => TransactionOutcome;

interface Coordinator {
  readonly partition: Partition;
  readonly epoch: number;
  readonly runtime: Runtime;
  /** Transactions whose markers are being written, by transactional id. */
  readonly ending: Map<string, { readonly transaction: Transaction; readonly markers: EndingTransaction }>;
  loading: boolean;
}

const COMPLETE_RETRY_MS = 100;

/** The transaction coordinators of this broker: one for each partition of __transaction_state that it leads. */
export class TransactionCoordinators {
  private readonly options: TransactionCoordinatorsOptions;
  private readonly coordinators = new Map<number, Coordinator>();
  private timeoutCheck: Timer | null = null;
  private isClosed = false;

  constructor(options: TransactionCoordinatorsOptions) {
    this.options = options;
  }

  get settings(): TransactionSettings {
    return this.options.settings;
  }

  /** The broker that coordinates the id; null while the topic is not there, which it will be soon then. */
  coordinatorOf(transactionalId: string): number | null {
    const topic = this.topic();
    if (topic === undefined) {
      this.options.createTransactionsTopic();
      return null;
    }
    const leader = topic.partitions[partitionOf(transactionalId, topic)]?.leader ?? -1;
    return leader < 0 ? null : leader;
  }

  /** Whether the topic of all coordinators is there, without which no transactional id has one. */
  get isReady(): boolean {
    return this.topic() !== undefined;
  }

  /** @throws KafkaError when this broker does not coordinate the id (yet) */
  async call<Response>(transactionalId: string, command: TransactionCommand): Promise<Response> {
    return this.run<Response>(this.coordinatorFor(transactionalId), command);
  }

  /** Runs the command again with a new producer id when it needs one. @throws KafkaError like {@link call} */
  async callWithProducerId<Response>(transactionalId: string, command: ProducerIdCommand): Promise<Response> {
    const first = await this.call<Response | typeof NEEDS_PRODUCER_ID>(transactionalId, (machine, call, context) =>
      command(machine, call, null, context),
    );
    if (first !== NEEDS_PRODUCER_ID) return first;
    const newProducerId = await this.options.producerIds.next();
    return this.call<Response>(transactionalId, (machine, call, context) =>
      command(machine, call, newProducerId, context),
    );
  }

  /** Looks at the transactions of all partitions. @throws KafkaError COORDINATOR_LOAD_IN_PROGRESS */
  all<Item>(look: (machine: TransactionMachine) => readonly Item[]): Item[] {
    const coordinators = [...this.coordinators.values()];
    if (coordinators.some(({ loading }) => loading)) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
    return coordinators.flatMap(({ runtime }) => look(runtime.machine));
  }

  onLeader(partition: Partition): void {
    if (partition.topic !== TRANSACTIONS_TOPIC) return;
    this.onResign(partition);
    this.checkTimeoutsLater();
    const { clock, random, logger, metadata, settings } = this.options;
    const runtime: Runtime = new ReplicatedMachine({
      machine: new TransactionMachine(settings),
      log: { append: (changes: readonly TransactionChange[]) => this.append(partition, changes) },
      image: () => metadata.image,
      clock,
      random,
      logger,
    });
    const coordinator = { partition, epoch: partition.leaderEpoch, runtime, ending: new Map(), loading: true };
    this.coordinators.set(partition.index, coordinator);
    this.load(coordinator).catch((error: unknown) => {
      logger.error(`Cannot load the transactions of ${partition.name}`, error);
    });
  }

  onResign(partition: Partition): void {
    if (partition.topic !== TRANSACTIONS_TOPIC) return;
    const coordinator = this.coordinators.get(partition.index);
    if (coordinator === undefined) return;
    this.coordinators.delete(partition.index);
    shutDown(coordinator);
  }

  close(): void {
    this.isClosed = true;
    this.timeoutCheck?.cancel();
    for (const coordinator of this.coordinators.values()) shutDown(coordinator);
    this.coordinators.clear();
  }

  private topic(): TopicState | undefined {
    return this.options.metadata.image.topics.get(TRANSACTIONS_TOPIC);
  }

  private coordinatorFor(transactionalId: string): Coordinator {
    const topic = this.topic();
    const coordinator = topic === undefined ? undefined : this.coordinators.get(partitionOf(transactionalId, topic));
    if (coordinator === undefined) throw new KafkaError('NOT_COORDINATOR');
    if (coordinator.loading) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
    return coordinator;
  }

  /** A decision that the command made goes to its partitions at once: the reply leaves after it. */
  private run<Response>(coordinator: Coordinator, command: TransactionCommand): Promise<Response> {
    const response = coordinator.runtime.call<Response>(command);
    this.endDecided(coordinator);
    return response;
  }

  private endDecided(coordinator: Coordinator): void {
    for (const transaction of coordinator.runtime.machine.allEnding()) {
      const { transactionalId } = transaction;
      if (coordinator.ending.get(transactionalId)?.transaction === transaction) continue;
      const markers = this.options.markers.end(transaction, coordinator.epoch, () =>
        this.complete(coordinator, transaction),
      );
      coordinator.ending.set(transactionalId, { transaction, markers });
      markers.run();
    }
  }

  private complete(coordinator: Coordinator, transaction: Transaction): void {
    coordinator.runtime
      .call((machine, call, context) => completeTransaction(machine, call, transaction, context))
      .then(
        () => {
          const { transactionalId } = transaction;
          if (coordinator.ending.get(transactionalId)?.transaction === transaction) {
            coordinator.ending.delete(transactionalId);
          }
        },
        (error: unknown) => {
          if (!this.isCurrent(coordinator)) return;
          this.options.logger.warn(`Cannot complete the transaction of ${transaction.transactionalId}`, error);
          this.options.clock.setTimer(COMPLETE_RETRY_MS, () => {
            if (this.isCurrent(coordinator)) this.complete(coordinator, transaction);
          });
        },
      );
  }

  private isCurrent(coordinator: Coordinator): boolean {
    return this.coordinators.get(coordinator.partition.index) === coordinator;
  }

  private append(partition: Partition, changes: readonly TransactionChange[]): number {
    const version = this.options.metadata.image.featureLevel('transaction.version');
    const encode = (change: TransactionChange) => writeTransactionRecord(toRecord(change, version));
    return appendBatch(partition, batchOf(changes, encode, this.options.clock.nowMs()).build());
  }

  private async load(coordinator: Coordinator): Promise<void> {
    const { machine } = coordinator.runtime;
    const isCurrent = (): boolean => this.isCurrent(coordinator);
    await replayLog(coordinator.partition.log, isCurrent, (bytes, at) => replayBatch(machine, bytes, at));
    if (!isCurrent()) return;
    coordinator.loading = false;
    await this.run(coordinator, (loaded, call, context) => loaded.onLoaded(call, context));
  }

  private checkTimeoutsLater(): void {
    if (this.timeoutCheck !== null || this.isClosed) return;
    this.timeoutCheck = this.options.clock.setTimer(this.options.timeoutCheckIntervalMs, () => {
      this.timeoutCheck = null;
      this.abortTimedOut();
      if (this.coordinators.size > 0) this.checkTimeoutsLater();
    });
  }

  private abortTimedOut(): void {
    const { clock, logger } = this.options;
    for (const { runtime, loading } of this.coordinators.values()) {
      if (loading) continue;
      for (const transactionalId of timedOut(runtime.machine, clock.nowMs())) {
        this.callWithProducerId(transactionalId, (machine, call, newProducerId, context) =>
          abortTimedOut(machine, call, transactionalId, newProducerId, context),
        ).catch((error: unknown) => logger.error(`Cannot abort the late transaction of ${transactionalId}`, error));
      }
    }
  }
}

function shutDown({ runtime, ending }: Coordinator): void {
  runtime.close(new KafkaError('NOT_COORDINATOR'));
  for (const { markers } of ending.values()) markers.cancel();
}

const partitionOf = (transactionalId: string, topic: TopicState): number =>
  javaAbs(javaHash(transactionalId)) % topic.partitions.length;

function replayBatch(machine: TransactionMachine, bytes: Buffer, at: number): void {
  if (header.isControl(header.attributes(bytes, at))) return;
  for (const { key, value } of readRecords(bytes, at)) {
    const record = key === null ? null : readTransactionRecord(key, value);
    if (record !== null) machine.replay(fromRecord(record));
  }
}
