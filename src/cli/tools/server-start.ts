import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Broker } from '../../broker/broker.js';
import { ConsoleLogger, LogLevels } from '../../host/console-logger.js';
import type { Io } from '../io.js';
import { KAFKA_VERSION } from '../options/jopt.js';
import { type NodeToStart, nodeFromArguments } from './server-start/node-to-start.js';
import { usageText } from './server-start/options.js';

/**
 * Young objects are collected after each megabyte of them. A request is few objects and, beside them, the buffers that
 * it came in, which V8 does not count as young memory: with the 16 MB that it grows to by itself so many buffers wait for
 * it that it collects the whole heap instead, ten times a second under load: a seventh of the processor time.
 */
const GARBAGE_COLLECTION = '--semi-space-growth-factor=1';

/** kafka-server-start: runs a node until it is told to stop. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv.includes('--version')) {
    io.print(KAFKA_VERSION);
    return 0;
  }
  if (argv.includes('--help')) {
    io.stdout.write(usageText());
    return 0;
  }
  const node = nodeFromArguments(argv, io);
  if (node === null) {
    io.stderr.write(usageText());
    return 1;
  }
  const stopped = new Promise<null>((resolve) => io.onStop(() => resolve(null)));
  try {
    return await serve(node, io, stopped);
  } finally {
    node.cleanUp();
  }
}

/** @returns the exit status: Kafka halts with 1 when a node's disks fail */
async function serve(node: NodeToStart, io: Io, stopped: Promise<null>): Promise<number> {
  const { config } = node;
  setFlagsFromString(GARBAGE_COLLECTION);
  const sink = { write: (text: string) => io.stdout.write(text) };
  const levels = new LogLevels('INFO');
  const logger = new ConsoleLogger(sink, levels, () => io.host.clock.nowMs());
  const server = logger.with(`[KafkaRaftServer nodeId=${config.nodeId}] `, 'kafka.server.KafkaRaftServer');
  for (const warning of config.warnings) logger.with('', 'kafka.server.KafkaConfig').warn(warning);
  const unknown = config.unknownNames();
  if (unknown.length > 0) {
    const names = `{${unknown.join(', ')}}`;
    logger
      .with('', 'org.apache.kafka.common.config.AbstractConfig')
      .warn(`These configurations '${names}' were supplied but are not known.`);
  }
  let fail: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => {
    fail = resolve;
  });
  const broker = await Broker.start({
    config,
    host: io.host,
    hostName: hostname(),
    logLevels: levels,
    logger: logger.with(`[BrokerServer id=${config.nodeId}] `, 'kafka.server.BrokerServer'),
    onFatal: fail,
  });
  for (const { listener, host, port } of broker.endpoints) server.info(`Listening on ${listener}://${host}:${port}`);
  server.info('Kafka Server started');
  if ((await Promise.race([stopped, failed])) !== null) return 1;
  server.info('shutting down');
  await broker.close();
  server.info('shut down completed');
  return 0;
}
