import type { Clock, Logger, Random, Timer } from '../base/host.js';
import type { CallId, Context, Machine, Outcome, TransactionalProducer } from '../base/machine.js';
import { randomUuid } from '../base/uuid.js';

/** Where a machine's records are kept: one atomic batch an outcome. */
export interface MachineLog<Rec> {
  /** @returns the offset of the first record. @throws when the log cannot take them; nothing is kept then. */
  append(records: readonly Rec[], producer?: TransactionalProducer): number;
}

export interface MachineOptions<M, Rec, Image> {
  readonly machine: M;
  readonly log: MachineLog<Rec>;
  readonly image: () => Image;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

interface WaitingCall {
  resolve(response: never): void;
  reject(error: unknown): void;
}

/**
 * The one runtime of all state machines: runs a command, appends its records, replays them, gives out its replies and
 * arms its timers. A command never sees another's half-done work, as all of this happens in one go.
 *
 * The log has a single replica, so its high watermark has passed the records once they are appended.
 */
export class ReplicatedMachine<M extends Machine<Rec, Image>, Rec, Image> {
  readonly machine: M;
  private readonly options: MachineOptions<M, Rec, Image>;
  private readonly calls = new Map<CallId, WaitingCall>();
  private readonly timers = new Map<string, Timer>();
  private nextCall: CallId = 1;
  private closedBy: Error | null = null;

  constructor(options: MachineOptions<M, Rec, Image>) {
    this.machine = options.machine;
    this.options = options;
  }

  /** Runs a command; the promise is its reply, which a later command or timer may give. Errors of the log reject it. */
  call<Response>(command: (machine: M, call: CallId, context: Context<Image>) => Outcome<Rec>): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      if (this.closedBy !== null) {
        reject(this.closedBy);
        return;
      }
      const call = this.nextCall++;
      this.calls.set(call, { resolve, reject });
      try {
        this.carryOut(command(this.machine, call, this.context()));
      } catch (error) {
        this.calls.delete(call);
        reject(error);
      }
    });
  }

  /** Waiting calls are rejected with `error`, timers go; later calls are rejected at once. */
  close(error: Error): void {
    this.closedBy = error;
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }

  private carryOut(outcome: Outcome<Rec>): void {
    if (outcome.records.length > 0) {
      try {
        const baseOffset = this.options.log.append(outcome.records, outcome.producer);
        const producerId = outcome.producer?.producerId;
        for (const [index, record] of outcome.records.entries()) {
          this.machine.replay(record, baseOffset + index, producerId);
        }
      } catch (error) {
        for (const { call } of outcome.replies) this.take(call)?.reject(error);
        throw error;
      }
    }
    for (const { key, atMs } of outcome.timers) this.arm(key, atMs);
    for (const { call, response } of outcome.replies) this.take(call)?.resolve(response as never);
  }

  private take(call: CallId): WaitingCall | undefined {
    const waiting = this.calls.get(call);
    this.calls.delete(call);
    return waiting;
  }

  private arm(key: string, atMs: number | null): void {
    this.timers.get(key)?.cancel();
    this.timers.delete(key);
    if (atMs === null) return;
    const { clock } = this.options;
    const timer = clock.setTimer(Math.max(0, atMs - clock.nowMs()), () => {
      this.timers.delete(key);
      try {
        this.carryOut(this.machine.onTimer(key, this.context()));
      } catch (error) {
        this.options.logger.error(`Timer ${key} failed`, error);
      }
    });
    this.timers.set(key, timer);
  }

  /** What a command would see now. */
  context(): Context<Image> {
    const { clock, random, image } = this.options;
    return {
      nowMs: clock.nowMs(),
      image: image(),
      newId: () => randomUuid(random),
      fraction: () => random.fraction(),
    };
  }
}
