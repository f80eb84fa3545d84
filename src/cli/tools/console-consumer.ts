import { Consumer } from '../../client/consumer/consumer.js';
import { clientHost, toolLogger } from '../connect-to.js';
import { javaClassOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { OptionError } from '../options/option-set.js';
import { ToolError, uncaught } from '../tool-error.js';
import { ClusterSource } from './console-consumer/cluster-source.js';
import { asLogged, isSetupFailure } from './console-consumer/log-error.js';
import { type ConsumerOptions, parseConsumerOptions } from './console-consumer/options.js';
import { recordWriter } from './console-consumer/record-writer.js';
import { LOGGER, Session } from './console-consumer/session.js';

/** kafka-console-consumer: prints the records of topics. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = await parsed(argv, io);
  try {
    return options.logDirs === null ? await readCluster(options, io) : await readDirectories(options, io);
  } catch (error) {
    return failed(error, io);
  }
}

async function readCluster(options: ConsumerOptions, io: Io): Promise<number> {
  const consumer = newConsumer(options, io);
  try {
    const source = new ClusterSource(options, consumer);
    return await new Session(options, io, source, await recordWriter(options, io)).run();
  } finally {
    await consumer.close(0);
  }
}

async function readDirectories(options: ConsumerOptions, io: Io): Promise<number> {
  const { LogDirSource } = await import('./console-consumer/log-dir-source.js');
  return await new Session(options, io, new LogDirSource(options, io), await recordWriter(options, io)).run();
}

async function parsed(argv: readonly string[], io: Io): Promise<ConsumerOptions> {
  try {
    return await parseConsumerOptions(argv, io);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw uncaught(javaClassOf(error), error.message);
  }
}

function failed(cause: unknown, io: Io): number {
  const error = isSetupFailure(cause) ? new ConstructionError(cause) : cause;
  if (!(error instanceof Error) || javaClassOf(error) === '') throw error;
  if (io.stderr.isTerminal) throw new ToolError((error instanceof ConstructionError ? error.told : error).message);
  toolLogger(io, LOGGER).error('Unknown error when running consumer: ', asLogged(error));
  return 1;
}

function newConsumer(options: ConsumerOptions, io: Io): Consumer {
  try {
    return new Consumer(withLargePolls(options.consumer), clientHost(io));
  } catch (error) {
    if (!(error instanceof Error) || !isOfConstruction(error)) throw error;
    throw new ConstructionError(error);
  }
}

/** What Java finds out only when it has read the configuration, and begins to make the parts of the consumer. */
function isOfConstruction(error: Error): boolean {
  return isSetupFailure(error) || CONSTRUCTION.test(error.message);
}

const CONSTRUCTION =
  / in bootstrap\.servers|configured group\.id|for configuration partition\.assignment\.strategy: Class /;

/** Nothing is done between polls but writing what came, so that there is no reason to make parts of it. */
function withLargePolls(properties: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([['max.poll.records', '2147483647'], ...properties]);
}

/** As Java has it for what is found when the consumer is made. */
class ConstructionError extends Error {
  override readonly name = 'ConstructionError';
  readonly javaClass = 'org.apache.kafka.common.KafkaException';

  readonly told: Error;

  constructor(told: Error) {
    super('Failed to construct kafka consumer', { cause: asLogged(told) });
    this.told = told;
  }
}
