import { KafkaError } from '../../protocol/errors.js';
import { asError } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import type { CommittedOffset } from '../committed-offset.js';
import type { MemberIdentity } from '../consumer/group-offsets.js';
import { type OfPartition, partitionKey, type TopicPartition } from '../topic-partition.js';
import type { Sequences } from './sequences.js';
import {
  addPartitions,
  commitOffsetsWithTransaction,
  endTransaction,
  initProducerId,
  type TransactionalIdentity,
} from './transaction-requests.js';

/** The feature level at which a broker adds partitions by itself and each transaction has an epoch (KIP-890). */
const VERSION_2 = 2;
const LAST_PRODUCE_BEFORE_V2 = 11;

/**
 *     none -> ready -> open -> ending -> ready ...
 *                       |
 *                   failed (must be aborted) -> ending
 *     any -> fenced, for good
 */
type State = 'none' | 'ready' | 'open' | 'failed' | 'ending' | 'fenced';

/** Another producer with the same id took over, or may not be this one: there is nothing to abort any more. */
const FATAL: ReadonlySet<string> = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_VERSION',
  'INVALID_TXN_STATE',
]);

/** The transactions of one producer, one after the other. */
export class Transactions {
  private state: State = 'none';
  private error: Error | null = null;
  private isVersion2 = false;
  /** Something was sent, so that the coordinator has a transaction to end. */
  private isBegun = false;
  /** Its sequence numbers are of no more use: the next transaction needs a new epoch. */
  private needsEpoch = false;
  private readonly added = new Set<string>();
  private readonly wanted = new Map<string, TopicPartition>();
  private isAdding = false;
  private readonly cluster: Cluster;
  private readonly transactionalId: string;
  private readonly timeoutMs: number;
  private readonly sequences: Sequences;
  private readonly onAdded: () => void;

  /** @param onAdded batches may be ready to go now, or are lost */
  constructor(
    cluster: Cluster,
    settings: { readonly transactionalId: string; readonly transactionTimeoutMs: number },
    sequences: Sequences,
    onAdded: () => void,
  ) {
    this.cluster = cluster;
    this.transactionalId = settings.transactionalId;
    this.timeoutMs = settings.transactionTimeoutMs;
    this.sequences = sequences;
    this.onAdded = onAdded;
  }

  /** Why the transaction cannot be committed; null while it can. */
  get failure(): Error | null {
    return this.error;
  }

  /** @throws what keeps records from being part of a transaction now */
  check(): void {
    this.expect('open');
  }

  /** Fences earlier producers with the same id. Comes first, once. @throws KafkaError */
  async init(timeoutMs: number): Promise<void> {
    this.expect('none');
    const options = { timeoutMs };
    const { producerId, producerEpoch } = await initProducerId(
      this.cluster,
      this.transactionalId,
      this.timeoutMs,
      null,
      options,
    );
    this.sequences.begin(producerId, producerEpoch);
    await this.learnVersion();
    this.state = 'ready';
  }

  begin(): void {
    this.expect('ready');
    this.isBegun = false;
    this.state = 'open';
  }

  /** The highest version of Produce that says nothing else than the coordinator knows. */
  get maxProduceVersion(): number | undefined {
    return this.isVersion2 ? undefined : LAST_PRODUCE_BEFORE_V2;
  }

  /** Whether a batch of the partition may go out; if it may not yet, this makes it so. */
  maySend(topic: string, partition: number): boolean {
    const key = partitionKey(topic, partition);
    if (this.isVersion2 || this.added.has(key)) {
      this.isBegun = true;
      return true;
    }
    this.wanted.set(key, { topic, partition });
    void this.addWanted();
    return false;
  }

  /** Commits a group's offsets with the transaction. @throws KafkaError */
  async sendOffsets(groupId: string, member: MemberIdentity, offsets: readonly OfPartition<CommittedOffset>[]) {
    this.expect('open');
    this.isBegun = true;
    try {
      await commitOffsetsWithTransaction(this.cluster, this.identity(), groupId, member, offsets, this.isVersion2);
    } catch (error) {
      throw this.failed(asError(error));
    }
  }

  /** After all batches are settled. @throws the error that made a commit impossible */
  async end(committed: boolean): Promise<void> {
    if (committed && this.error !== null) throw this.error;
    if (this.state === 'fenced') throw this.error as Error;
    if (this.state !== 'failed') this.expect('open');
    this.state = 'ending';
    try {
      if (this.isBegun) await this.endBegun(committed);
      if (this.needsEpoch) await this.raiseEpoch();
      await this.learnVersion();
    } catch (error) {
      throw this.failed(asError(error));
    }
    this.added.clear();
    this.wanted.clear();
    this.error = null;
    this.state = 'ready';
  }

  /** A batch of the transaction is lost, or a request of it failed: all of it has to be aborted. */
  failed(error: Error): Error {
    if (this.state === 'fenced') return this.error as Error;
    this.error ??= error;
    this.state = error instanceof KafkaError && FATAL.has(error.error) ? 'fenced' : 'failed';
    if (this.state === 'fenced') this.error = error;
    return error;
  }

  /** A batch of unknown fate leaves sequence numbers that the broker may or may not have. */
  loseSequences(): void {
    this.needsEpoch = true;
  }

  /** A cluster can be upgraded while a producer works: each transaction is what the brokers say when it begins. */
  private async learnVersion(): Promise<void> {
    const broker = await this.cluster.connectTo('any');
    this.isVersion2 = broker.finalizedLevel('transaction.version') >= VERSION_2;
  }

  private async endBegun(committed: boolean): Promise<void> {
    const { producerId, producerEpoch } = await endTransaction(
      this.cluster,
      this.identity(),
      committed,
      this.isVersion2,
    );
    const isNew = producerId !== this.sequences.producerId || producerEpoch !== this.sequences.producerEpoch;
    if (!isNew) return;
    this.sequences.begin(producerId, producerEpoch);
    this.needsEpoch = false;
  }

  private async raiseEpoch(): Promise<void> {
    const { producerId, producerEpoch } = await initProducerId(
      this.cluster,
      this.transactionalId,
      this.timeoutMs,
      this.identity(),
    );
    this.sequences.begin(producerId, producerEpoch);
    this.needsEpoch = false;
  }

  private async addWanted(): Promise<void> {
    if (this.isAdding || this.state !== 'open') return;
    this.isAdding = true;
    const partitions = [...this.wanted];
    try {
      await addPartitions(
        this.cluster,
        this.identity(),
        partitions.map(([, partition]) => partition),
      );
      for (const [key] of partitions) {
        this.added.add(key);
        this.wanted.delete(key);
      }
      this.isBegun = true;
    } catch (error) {
      this.failed(asError(error));
    }
    this.isAdding = false;
    this.onAdded();
  }

  private identity(): TransactionalIdentity {
    const { producerId, producerEpoch } = this.sequences;
    return { transactionalId: this.transactionalId, producerId, producerEpoch };
  }

  private expect(state: State): void {
    if (this.state === state) return;
    if (this.error !== null) throw this.error;
    throw new TransactionStateError(
      `TransactionalId ${this.transactionalId}: Invalid transition attempted: the producer is ${this.state}, and has to be ${state}.`,
    );
  }
}

/** A call that comes at the wrong time: a mistake of the program. */
export class TransactionStateError extends Error {
  override readonly name = 'TransactionStateError';
  readonly javaClass = 'java.lang.IllegalStateException';
}
