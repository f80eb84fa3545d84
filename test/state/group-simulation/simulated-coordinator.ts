import type { Logger, Timer } from '../../../src/base/host.js';
import type { GroupCommand } from '../../../src/broker/group-coordinators.js';
import { ReplicatedMachine } from '../../../src/broker/replicated-machine.js';
import { type ErrorName, KafkaError } from '../../../src/protocol/errors.js';
import {
  type GroupRecord,
  readGroupRecord,
  writeGroupRecord,
} from '../../../src/protocol/generated/group-coordinator-records.js';
import { GroupMachine } from '../../../src/state/group/group-machine.js';
import { offsetTombstone } from '../../../src/state/group/offsets/offsets.js';
import type { GroupSettings } from '../../../src/state/group/settings.js';
import type { MetadataImage } from '../../../src/state/metadata/image.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import type { SimulatedClock } from './simulated-clock.js';

type Runtime = ReplicatedMachine<GroupMachine, GroupRecord, MetadataImage>;
export interface Batch {
  readonly baseOffset: number;
  readonly records: readonly GroupRecord[];
}

/** The connection went, and nobody knows what became of the request. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError';
}

export interface CoordinatorEvents {
  appended(batch: Batch): void;
  /** The log ends here again, after a crash. */
  cut(batches: readonly Batch[]): void;
  tell(what: () => string): void;
  /** A command failed as none should. */
  broken(error: unknown): void;
}

const LOAD_MS = 40;

/** A coordinator that runs as the broker runs it, on a log in memory that crashes lose the end of. */
export class SimulatedCoordinator {
  readonly batches: Batch[] = [];
  /** Batches that somebody outside has heard of. */
  heardOf = 0;
  /** Restarts, so that what an earlier life had under way can be told apart. */
  life = 0;
  waiting = 0;
  private runtime: Runtime | null = null;
  private isLoading = false;
  private isDying = false;
  private loadTimer: Timer | null = null;
  private armedCrash: {
    atAppend: number;
    readonly keeps: boolean;
    readonly cut: number;
    readonly downMs: number;
  } | null = null;
  private refusal = { atAppend: 0, count: 0 };
  private readonly settings: GroupSettings;
  private readonly image: MetadataImage;
  private readonly clock: SimulatedClock;
  private readonly random: SeededRandom;
  private readonly events: CoordinatorEvents;

  constructor(
    settings: GroupSettings,
    image: MetadataImage,
    clock: SimulatedClock,
    random: SeededRandom,
    events: CoordinatorEvents,
  ) {
    this.settings = settings;
    this.image = image;
    this.clock = clock;
    this.random = random;
    this.events = events;
    this.start();
  }

  /** Null while it is down or loads. */
  get machine(): GroupMachine | null {
    return this.isLoading ? null : (this.runtime?.machine ?? null);
  }

  /** Calls back once: with the answer, or with why there is none. */
  call<Response>(command: GroupCommand, answered: (error: unknown, response: Response | null) => void): void {
    if (this.runtime === null) {
      answered(new DisconnectedError('nobody listens'), null);
      return;
    }
    if (this.isLoading) {
      answered(new KafkaError('COORDINATOR_LOAD_IN_PROGRESS'), null);
      return;
    }
    this.waiting++;
    this.run<Response>(this.runtime, command).then(
      (response) => {
        this.waiting--;
        answered(null, response);
      },
      (error: unknown) => {
        this.waiting--;
        if (!isExpected(error)) this.events.broken(error);
        answered(
          error instanceof KafkaError ? new KafkaError(coordinatorError(error.error), error.message) : error,
          null,
        );
      },
    );
  }

  /** As the broker does when topics are deleted. */
  forgetTopic(topic: string): void {
    if (this.machine === null || this.runtime === null) return;
    this.run(this.runtime, (machine, call) => {
      const records = [...machine.offsets.groups()].flatMap((group) =>
        [...(machine.offsets.topics(group).get(topic)?.keys() ?? [])].map((partition) =>
          offsetTombstone(group, topic, partition),
        ),
      );
      return { records, replies: [{ call, response: null }], timers: [] };
    }).catch(() => {});
  }

  crashAt(crash: { atAppend: number; readonly keeps: boolean; readonly cut: number; readonly downMs: number }): void {
    if (this.runtime === null) return;
    if (crash.atAppend === 0) this.crash(crash.cut, crash.downMs);
    else this.armedCrash = { ...crash };
  }

  refuseAt(atAppend: number, count: number): void {
    this.refusal = { atAppend, count };
  }

  /** No more trouble from here on. */
  calm(): void {
    this.armedCrash = null;
    this.refusal = { atAppend: 0, count: 0 };
  }

  private crash(cut: number, downMs: number): void {
    this.armedCrash = null;
    this.isDying = false;
    this.life++;
    const unheard = this.batches.length - this.heardOf;
    const lost = Math.min(unheard, Math.floor(cut * (unheard + 1)));
    this.events.tell(
      () => `the coordinator crashes, loses ${lost} of ${unheard} unheard batches, is down ${downMs} ms`,
    );
    this.batches.length -= lost;
    this.runtime?.close(new DisconnectedError('the coordinator died'));
    this.runtime = null;
    this.loadTimer?.cancel();
    this.events.cut(this.batches);
    this.loadTimer = this.clock.setTimer(downMs, () => this.start());
  }

  private start(): void {
    this.life++;
    this.runtime?.close(new KafkaError('NOT_COORDINATOR'));
    const { settings, image, clock, random } = this;
    const runtime: Runtime = new ReplicatedMachine({
      machine: new GroupMachine(settings),
      log: { append: (records) => this.append(records) },
      image: () => image,
      clock,
      random,
      logger: { ...SILENT, error: (_message, cause) => isExpected(cause) || this.events.broken(cause) },
    });
    this.runtime = runtime;
    this.isLoading = true;
    this.loadTimer = clock.setTimer(this.batches.length === 0 ? 0 : LOAD_MS, () => {
      replayAll(runtime.machine, this.batches);
      this.isLoading = false;
      this.events.tell(() => 'the coordinator has loaded its groups');
      this.run(runtime, (machine, call, context) => machine.onLoaded(context).reply(call, null)).catch(() => {});
    });
  }

  private run<Response>(runtime: Runtime, command: GroupCommand): Promise<Response> {
    const { settings } = this;
    return runtime.call<Response>((machine, call, context) => command(machine, call, { ...context, settings }));
  }

  private append(records: readonly GroupRecord[]): number {
    if (this.isDying) throw new DisconnectedError('the coordinator died');
    const crash = this.armedCrash;
    const crashesNow = crash !== null && --crash.atAppend <= 0;
    if (crash !== null && crashesNow) {
      // Before anything else is heard of it.
      this.armedCrash = null;
      this.isDying = !crash.keeps;
      this.life++;
      this.clock.setTimer(0, () => this.crash(crash.keeps ? 0 : crash.cut, crash.downMs));
      if (!crash.keeps) throw new DisconnectedError('the coordinator died');
    } else if (this.refuses()) {
      this.events.tell(() => `the log refuses ${records.map(({ type }) => type).join(', ')}`);
      const { runtime } = this;
      this.clock.setTimer(0, () => {
        if (this.runtime === runtime && runtime !== null) this.start();
      });
      throw new KafkaError('KAFKA_STORAGE_ERROR');
    }
    const last = this.batches.at(-1);
    const baseOffset = last === undefined ? 0 : last.baseOffset + last.records.length;
    const batch = { baseOffset, records: records.map(asRead) };
    this.batches.push(batch);
    this.events.appended(batch);
    return baseOffset;
  }

  private refuses(): boolean {
    const { refusal } = this;
    if (refusal.count === 0) return false;
    if (refusal.atAppend > 0) {
      refusal.atAppend--;
      return false;
    }
    refusal.count--;
    return true;
  }
}

export function replayAll(machine: GroupMachine, batches: readonly Batch[]): void {
  for (const batch of batches) replayBatch(machine, batch);
}

export function replayBatch(machine: GroupMachine, { baseOffset, records }: Batch): void {
  for (const [index, record] of records.entries()) machine.replay(record, baseOffset + index);
}

/** As it comes back from the log's bytes. */
function asRead(record: GroupRecord): GroupRecord {
  const { key, value } = writeGroupRecord(record);
  const read = key === null ? null : readGroupRecord(key, value);
  if (read === null) throw new Error(`a record of ${record.type} that cannot be read again`);
  return read;
}

const isExpected = (error: unknown): boolean => error instanceof KafkaError || error instanceof DisconnectedError;

/** As the broker tells its clients of the log's troubles. */
const coordinatorError = (error: ErrorName): ErrorName => (error === 'KAFKA_STORAGE_ERROR' ? 'NOT_COORDINATOR' : error);

const SILENT: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => SILENT,
};
