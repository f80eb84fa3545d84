import type { Clock } from '../base/host.js';
import { type ErrorName, KafkaError } from '../protocol/errors.js';
import { deleteShareState } from '../state/share/delete-share-state.js';
import { initializeShareState } from '../state/share/initialize-share-state.js';
import { readShareState, readShareStateSummary } from '../state/share/read-share-state.js';
import type {
  SharePartitionKey,
  ShareState,
  ShareStateRefusal,
  ShareStateSummary,
  ShareStateWrite,
} from '../state/share/share-state.js';
import { writeShareState } from '../state/share/write-share-state.js';
import type { ShareCoordinators, ShareStateCommand } from './share-coordinators.js';
import type { SharePersister } from './share-persister.js';
import { refusalOf } from './share-state-call.js';

const FIRST_BACKOFF_MS = 10;
const LAST_BACKOFF_MS = 1000;
/** For as long as Kafka's five attempts take, each after twice the wait of the one before. */
const PATIENCE_MS = 15_000;

const PASSING: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
]);

type Coordinators = Pick<ShareCoordinators, 'coordinatorOf' | 'call'>;

/** Keeps the state of share partitions with the share coordinators of this broker. */
export class LocalSharePersister implements SharePersister {
  private readonly coordinators: Coordinators;
  private readonly nodeId: number;
  private readonly clock: Clock;
  private readonly waiting = new Set<() => void>();
  private isClosed = false;

  constructor(coordinators: Coordinators, nodeId: number, clock: Clock) {
    this.coordinators = coordinators;
    this.nodeId = nodeId;
    this.clock = clock;
  }

  initialize(key: SharePartitionKey, stateEpoch: number, startOffset: number): Promise<ShareStateRefusal | null> {
    return this.run(key, (machine, call, context) =>
      initializeShareState(machine, call, key, stateEpoch, startOffset, context),
    );
  }

  read(key: SharePartitionKey, leaderEpoch: number): Promise<ShareState | ShareStateRefusal> {
    return this.run(key, (machine, call, context) => readShareState(machine, call, key, leaderEpoch, context));
  }

  /** A summary is for everybody: the epoch does not matter (measured on Apache Kafka 4.3.1). */
  readSummary(key: SharePartitionKey, _leaderEpoch: number): Promise<ShareStateSummary | ShareStateRefusal> {
    return this.run(key, (machine, call, context) => readShareStateSummary(machine, call, key, context));
  }

  write(key: SharePartitionKey, write: ShareStateWrite): Promise<ShareStateRefusal | null> {
    return this.run(key, (machine, call, context) => writeShareState(machine, call, key, write, context));
  }

  delete(key: SharePartitionKey): Promise<ShareStateRefusal | null> {
    return this.run(key, (machine, call, context) => deleteShareState(machine, call, key, context));
  }

  /** Whoever waits is refused. */
  close(): void {
    this.isClosed = true;
    for (const wake of this.waiting) wake();
  }

  private async run<Response>(
    key: SharePartitionKey,
    command: ShareStateCommand,
  ): Promise<Response | ShareStateRefusal> {
    const giveUpMs = this.clock.nowMs() + PATIENCE_MS;
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, LAST_BACKOFF_MS)) {
      try {
        const leader = this.coordinators.coordinatorOf(key);
        if (leader === this.nodeId) return await this.coordinators.call<Response>(key, command);
        const refusal = refusalOf(new KafkaError('COORDINATOR_NOT_AVAILABLE'));
        if (leader !== null || this.isTooLate(backoffMs, giveUpMs)) return refusal;
      } catch (error) {
        const refusal = refusalOf(error);
        if (!PASSING.has(refusal.error) || this.isTooLate(backoffMs, giveUpMs)) return refusal;
      }
      await this.pause(backoffMs);
    }
  }

  private isTooLate(backoffMs: number, giveUpMs: number): boolean {
    return this.isClosed || this.clock.nowMs() + backoffMs > giveUpMs;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.waiting.delete(wake);
        resolve();
      };
      const timer = this.clock.setTimer(ms, wake);
      this.waiting.add(wake);
    });
  }
}
