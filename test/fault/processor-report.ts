import type { Poll, SentRecord } from './history.js';

/** What processor-program.ts says on its standard output, one JSON a line, each before it does what it tells of. */
export type ProcessorReport =
  /** A transaction begins: these were read, and these will be sent. */
  | { readonly event: 'begun'; readonly polls: readonly Poll[]; readonly sends: readonly SentRecord[] }
  /** All are acknowledged, and the coordinator will now be asked to commit. */
  | { readonly event: 'committing'; readonly offsets: readonly (number | null)[] }
  | { readonly event: 'committed' }
  | { readonly event: 'aborted' }
  /** It cannot go on, as when another has its id: it ends, to be started again. `error` is null where it is none of Kafka's. */
  | { readonly event: 'gave up'; readonly error: string | null; readonly message: string };

/** How a processor is started: its only argument, as JSON. */
export interface ProcessorOptions {
  /** Of this start; no other has it. */
  readonly name: string;
  readonly transactionalId: string;
  readonly bootstrap: string;
  readonly group: string;
  readonly groupProtocol: 'classic' | 'consumer';
  /** Null for a dynamic member. */
  readonly groupInstanceId: string | null;
  readonly from: string;
  readonly to: string;
  readonly seed: number;
}

/** The value sent for an input: which it is of, and in which attempt. */
export const outputOf = (input: string, attempt: string): string => `${input}|${attempt}`;
export const inputOf = (output: string): string => output.slice(0, output.indexOf('|'));
