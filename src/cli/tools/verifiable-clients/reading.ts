/** What the verifiable consumers, of a group and of a share group, tell alike. */
import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { toolLogger } from '../../connect-to.js';
import { printEvent } from '../../format/event-lines.js';
import type { Io } from '../../io.js';
import { asLogged } from '../console-consumer/log-error.js';

export interface Reader {
  /** `consumer` */
  readonly kind: string;
  /** The class that logs in Kafka's tool. */
  readonly loggerName: string;
  consume(): Promise<void>;
  close(): Promise<void>;
}

/** From the first event to the last. An error ends the reading, is logged, and is no failure of the tool: as in Kafka. */
export async function tellReading(io: Io, { kind, loggerName, consume, close }: Reader): Promise<void> {
  printEvent(io, 'startup_complete');
  try {
    await consume();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    toolLogger(io, loggerName).error(`Error during processing, terminating ${kind} process: `, asLogged(error));
  }
  await close();
  printEvent(io, 'shutdown_complete');
}

/** The record that the cursor stands at. */
export function tellRecord(io: Io, { topic, partition, cursor }: ConsumedRecords): void {
  const key = cursor.key()?.toString() ?? null;
  const value = cursor.value()?.toString() ?? null;
  printEvent(io, 'record_data', { key, value, topic, partition, offset: cursor.offset });
}
