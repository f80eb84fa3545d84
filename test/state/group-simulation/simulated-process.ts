import type { Timer } from '../../../src/base/host.js';
import type { GroupCommand } from '../../../src/broker/group-coordinators.js';
import { kafkaErrorOf } from '../../../src/client/client-errors.js';
import type { KafkaError } from '../../../src/protocol/errors.js';
import { SeededRandom } from '../../support/seeded-random.js';
import type { GroupWorld } from './group-world.js';
import { DisconnectedError } from './simulated-coordinator.js';
import type { ProcessPlan, Subscription } from './step.js';

const TICK_MS = 10;

export interface Identity {
  readonly memberId: string;
  /** Generation, or member epoch. */
  readonly generation: number;
}

/** A consumer as a process of its own: what it believes, what reaches it, and how long that takes. */
export abstract class SimulatedProcess {
  readonly name: string;
  readonly plan: ProcessPlan;
  readonly random: SeededRandom;
  readonly world: GroupWorld;
  subscription: Subscription;
  isAlive = true;
  /** Why it gave up. */
  failure: KafkaError | null = null;
  /** What it reads from, by topic id and partition. */
  owned: ReadonlySet<string> = new Set();
  /** The generation in which it came to own that; of the group's so-manieth life. */
  ownedSince = { life: 0, generation: -1 };
  /** Of a sync that has no answer yet: the life of the group in which the process asked to join; else null. */
  syncsSinceLife: number | null = null;
  readonly identities: Identity[] = [];
  loses = { requests: 0, replies: 0 };
  protected revokeMs: number;
  private frozenUntilMs = 0;
  private busyUntilMs = 0;
  private busySinceMs = 0;

  constructor(world: GroupWorld, name: string, plan: ProcessPlan) {
    this.world = world;
    this.name = name;
    this.plan = plan;
    this.subscription = plan.subscription;
    this.revokeMs = plan.revokeMs;
    this.random = new SeededRandom(plan.seed);
  }

  abstract get identity(): Identity;
  abstract start(): void;
  abstract onTopicsChanged(): void;
  /** Leaves as an application does that closes its consumer. */
  protected abstract sayGoodbye(): void;

  get nowMs(): number {
    return this.world.clock.nowMs();
  }

  /** Names of the topics that it reads. */
  topics(): string[] {
    const { subscription } = this;
    const all = [...this.world.image.topics.keys()];
    if ('names' in subscription) return [...subscription.names];
    const pattern = new RegExp(`^(?:${subscription.pattern})$`);
    return all.filter((name) => pattern.test(name));
  }

  freeze(forMs: number): void {
    this.frozenUntilMs = Math.max(this.frozenUntilMs, this.nowMs + forMs);
  }

  beBusy(forMs: number): void {
    if (this.busyUntilMs <= this.nowMs) this.busySinceMs = this.nowMs;
    this.busyUntilMs = Math.max(this.busyUntilMs, this.nowMs + forMs);
  }

  /** When it runs and polls again. */
  get backAtMs(): number {
    return Math.max(this.frozenUntilMs, this.busyUntilMs);
  }

  /** No more trouble from here on, but for that under way. */
  calm(): void {
    this.revokeMs = 0;
    this.loses = { requests: 0, replies: 0 };
  }

  /** The application has not polled for longer than its group allows. */
  get isOverdue(): boolean {
    return this.busyUntilMs > this.nowMs && this.nowMs - this.busySinceMs > this.plan.rebalanceMs;
  }

  close(): void {
    if (!this.isAlive) return;
    this.sayGoodbye();
    this.die();
  }

  die(): void {
    this.isAlive = false;
    this.own(new Set());
  }

  protected fail(error: KafkaError): void {
    this.world.tell(() => `${this.name} gives up: ${error.error} ${error.message}`);
    this.failure = error;
    this.world.gaveUp(this, error);
    this.die();
  }

  protected own(owned: ReadonlySet<string>): void {
    const before = this.owned;
    this.owned = owned;
    this.world.ownership.changed(this, before);
  }

  /** Calls back later, if the process still runs then, and not before it runs again. */
  later(delayMs: number, callback: () => void): Timer {
    let timer: Timer;
    const wake = (): void => {
      if (!this.isAlive) return;
      const frozenMs = this.frozenUntilMs - this.nowMs;
      if (frozenMs > 0) timer = this.world.clock.setTimer(frozenMs, wake);
      else callback();
    };
    timer = this.world.clock.setTimer(delayMs, wake);
    return { cancel: () => timer.cancel() };
  }

  /** Short, and of few lengths, so that much falls together: what comes between two steps of another shows then. */
  private delayMs(): number {
    return TICK_MS * (1 + this.random.below(3));
  }

  /** Calls back when the application polls. */
  whenPolled(callback: () => void): void {
    const wait = (): void => {
      const busyMs = this.busyUntilMs - this.nowMs;
      if (busyMs > 0) this.later(busyMs, wait);
      else callback();
    };
    this.later(this.delayMs(), wait);
  }

  /** Sends a request, and calls back once: with what the answer says, or why there is none. */
  protected send<Response extends { errorCode?: number; errorMessage?: string | null }>(
    what: () => string,
    command: GroupCommand,
    timeoutMs: number,
    answered: (error: unknown, response: Response | null) => void,
  ): void {
    const { world } = this;
    let isDone = false;
    const finish = (error: unknown, response: Response | null): void => {
      if (isDone) return;
      isDone = true;
      timeout.cancel();
      answered(error, response);
    };
    const disconnected = (): void => {
      this.later(TICK_MS * (2 + this.random.below(150)), () =>
        finish(new DisconnectedError('the connection broke'), null),
      );
    };
    const timeout = this.later(timeoutMs, () => finish(new DisconnectedError('the request timed out'), null));
    const latencyMs = this.delayMs();
    const backMs = this.delayMs();
    if (this.loses.requests > 0) {
      this.loses.requests--;
      world.tell(() => `${this.name} ${what()}: the request is lost`);
      disconnected();
      return;
    }
    // Not `later`: what is on its way arrives, whatever becomes of the process.
    world.clock.setTimer(latencyMs, () => {
      const { life } = world.coordinator;
      const isLost = this.loses.replies > 0;
      if (isLost) this.loses.replies--;
      const arrive = (error: unknown, response: Response | null): void => {
        const heard = world.coordinator.batches.length;
        if (isLost) {
          world.tell(() => `${this.name} ${what()}: the answer is lost`);
          disconnected();
          return;
        }
        this.later(backMs, () => {
          if (isDone) return;
          if (world.coordinator.life !== life && !(error instanceof Error)) {
            disconnected();
            return;
          }
          if (world.coordinator.life === life) world.coordinator.heardOf = Math.max(world.coordinator.heardOf, heard);
          finish(error, response);
        });
      };
      const sentMs = this.nowMs;
      const before = world.coordinator.batches.length;
      world.coordinator.call<Response>(command, (failure, response) => {
        const error = failure ?? kafkaErrorOf(response?.errorCode ?? 0, response?.errorMessage);
        // A heartbeat that changes nothing is no news.
        const isNews = error !== null || !what().includes('beats') || world.coordinator.batches.length > before;
        const waitedMs = this.nowMs - sentMs;
        const waited = waitedMs > 0 ? `, which waited ${waitedMs} ms` : '';
        if (isNews) world.tell(() => `${this.name} ${what()}${waited}: ${(error as Error | null)?.message ?? 'fine'}`);
        arrive(failure, response);
      });
    });
  }

  commit(isStale: boolean): void {
    const { identity } = this;
    const older = this.identities.filter((one) => one !== identity);
    const as = isStale ? older[this.random.below(older.length)] : identity;
    const owned = [...this.owned];
    if (as === undefined || as.generation <= 0 || owned.length === 0) return;
    this.world.commits.send(this, as, owned[this.random.below(owned.length)] as string);
  }

  /** For the ledger of commits, which sends on its own account. */
  request<Response extends { errorCode?: number; errorMessage?: string | null }>(
    what: () => string,
    command: GroupCommand,
    answered: (error: unknown, response: Response | null) => void,
  ): void {
    this.send(what, command, 30_000, answered);
  }
}
