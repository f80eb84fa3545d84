import { Consumer } from '../../client/consumer/consumer.js';
import { clientHost } from '../connect-to.js';
import { javaClassOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { OptionError } from '../options/option-set.js';
import { uncaught } from '../tool-error.js';
import { ClusterSource } from './console-consumer/cluster-source.js';
import { constructed, failedRun } from './console-consumer/construction.js';
import { LOGGER } from './console-consumer/log-error.js';
import { type ConsumerOptions, parseConsumerOptions } from './console-consumer/options.js';
import { recordWriter } from './console-consumer/record-writer.js';
import { Session } from './console-consumer/session.js';

const KIND = 'kafka consumer';
const WORDS = { logger: LOGGER, skipping: 'skipping' };

/** kafka-console-consumer: prints the records of topics. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = await parsed(argv, io);
  try {
    return options.logDirs === null ? await readCluster(options, io) : await readDirectories(options, io);
  } catch (error) {
    return failedRun(error, io, KIND, WORDS.logger);
  }
}

async function readCluster(options: ConsumerOptions, io: Io): Promise<number> {
  const consumer = newConsumer(options, io);
  try {
    const source = new ClusterSource(options, consumer);
    return await new Session(options, io, source, await recordWriter(options, io), WORDS).run();
  } finally {
    await consumer.close(0);
  }
}

async function readDirectories(options: ConsumerOptions, io: Io): Promise<number> {
  const { LogDirSource } = await import('./console-consumer/log-dir-source.js');
  return await new Session(options, io, new LogDirSource(options, io), await recordWriter(options, io), WORDS).run();
}

async function parsed(argv: readonly string[], io: Io): Promise<ConsumerOptions> {
  try {
    return await parseConsumerOptions(argv, io);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw uncaught(javaClassOf(error), error.message);
  }
}

function newConsumer(options: ConsumerOptions, io: Io): Consumer {
  return constructed(KIND, () => new Consumer(withLargePolls(options.consumer), clientHost(io)));
}

/** Nothing is done between polls but writing what came, so that there is no reason to make parts of it. */
function withLargePolls(properties: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([['max.poll.records', '2147483647'], ...properties]);
}
