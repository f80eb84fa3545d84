import { ShareConsumer } from '../../client/share-consumer/share-consumer.js';
import { clientHost } from '../connect-to.js';
import type { Io } from '../io.js';
import { constructed, failedRun } from './console-consumer/construction.js';
import { recordWriter } from './console-consumer/record-writer.js';
import { Session } from './console-consumer/session.js';
import { parseShareOptions, type ShareOptions } from './console-share-consumer/options.js';
import { ShareSource } from './console-share-consumer/share-source.js';

const KIND = 'Kafka share consumer';
const WORDS = { logger: 'org.apache.kafka.tools.consumer.ConsoleShareConsumer', skipping: 'rejecting' };

/** kafka-console-share-consumer: prints the records that a share group gives out, and acknowledges them. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = await parseShareOptions(argv, io);
  try {
    return await read(options, io);
  } catch (error) {
    return failedRun(error, io, KIND, WORDS.logger);
  }
}

async function read(options: ShareOptions, io: Io): Promise<number> {
  const sessionOptions = { ...options, timeoutMs: options.timeoutMs() };
  const consumer = constructed(KIND, () => new ShareConsumer(options.consumer, clientHost(io)));
  try {
    const source = new ShareSource(options, consumer);
    return await new Session(sessionOptions, io, source, await recordWriter(options, io), WORDS).run();
  } finally {
    await consumer.close(0);
  }
}
