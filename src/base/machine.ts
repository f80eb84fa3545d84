/**
 * The one shape of state. A command only reads state and returns an {@link Outcome}; `replay` is the only writer
 * of hard state, live and at start alike. The runtime (`broker/replicated-machine.ts`) appends the records,
 * replays them, keeps the replies until the high watermark passes, and arms the timers.
 */
export interface Outcome<Rec> {
  /** Appended as one atomic batch. */
  readonly records: readonly Rec[];
  readonly replies: readonly Reply[];
  readonly timers: readonly TimerChange[];
  /** Whose transaction the records are part of; left out where they count at once. */
  readonly producer?: TransactionalProducer;
}

/** A producer in a transaction (KIP-98). */
export interface TransactionalProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  /**
   * Shows the log that the coordinator knows of the transaction; null where the log knows it already. Left out where
   * the log need not ask.
   */
  readonly guard?: symbol | null;
}

/** An answer for a call that waits: this one's or an earlier one's. */
export interface Reply {
  readonly call: CallId;
  readonly response: unknown;
}

/** Names a waiting call; given out by the runtime. */
export type CallId = number;

/** Arms the timer `key` for `atMs` on the clock of {@link Context.nowMs}, replacing an earlier one; null takes it away. */
export interface TimerChange {
  readonly key: string;
  readonly atMs: number | null;
}

export interface Context<Image = unknown> {
  readonly nowMs: number;
  readonly image: Image;
  /** A random uuid, 22 characters. */
  newId(): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export interface Machine<Rec, Image = unknown> {
  /** @param producerId whose transaction the record is part of; left out where it counts at once */
  replay(record: Rec, offset: number, producerId?: number): void;
  onTimer(key: string, context: Context<Image>): Outcome<Rec>;
}

const NOTHING: readonly never[] = [];

export function outcome<Rec>(parts: Partial<Omit<Outcome<Rec>, 'producer'>> = {}): Outcome<Rec> {
  return { records: parts.records ?? NOTHING, replies: parts.replies ?? NOTHING, timers: parts.timers ?? NOTHING };
}
