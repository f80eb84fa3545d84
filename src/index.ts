/**
 * kafkalite as a library: a real Kafka broker inside a Node program, for tests and development.
 *
 * @example
 * await using broker = await startBroker();
 * const kafka = broker.kafkajs();
 */

import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka, KafkaConfig } from 'kafkajs';
import type { Host, Logger } from './base/host.js';
import { randomUuid } from './base/uuid.js';
import { Broker } from './broker/broker.js';
import { formatNewDirectories } from './broker/format-defaults.js';
import { BrokerConfig } from './config/broker-config.js';
import { ConsoleLogger, LogLevels } from './host/console-logger.js';
import { nodeClock } from './host/node-clock.js';
import { nodeDisk } from './host/node-disk.js';
import { nodeRandom } from './host/node-random.js';
import { tcpNetwork } from './host/tcp-network.js';

export interface StartBrokerOptions {
  /** Port on localhost; a free one when left out. */
  readonly port?: number;
  /** Where its data is kept, over restarts too; a temporary directory, removed at the end, when left out. */
  readonly directory?: string;
  /** Any setting of server.properties. */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
  /** What it logs from which level on goes to standard error; nothing does when left out. */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

export interface RunningBroker extends AsyncDisposable {
  /** host:port, for any client's bootstrap.servers. */
  readonly bootstrapServers: string;
  readonly clusterId: string;
  readonly directory: string;
  /** A kafkajs client of this broker; `options` are kafkajs's own. */
  kafkajs(options?: Partial<KafkaConfig>): Kafka;
  /** Stops it cleanly. A directory that was made for it goes. */
  close(): Promise<void>;
}

/** Settings that make a single node quick and complete; `config` counts more. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'controller.quorum.voters': '1@localhost:9093',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.num.partitions': '4',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
};

/**
 * Starts a broker in this process.
 * @throws ConfigException for a wrong setting, NetworkError when the port is taken, and what else keeps it from starting
 */
export async function startBroker(options: StartBrokerOptions = {}): Promise<RunningBroker> {
  const host: Host = { clock: nodeClock, random: nodeRandom, disk: nodeDisk, network: tcpNetwork };
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kafkalite-'));
  const cleanUp = (): void => {
    if (options.directory === undefined) host.disk.removeTree(directory);
  };
  try {
    const config = new BrokerConfig(settings(options, directory));
    formatNewDirectories(config, host, randomUuid(host.random));
    const broker = await Broker.start({ config, host, hostName: hostname(), logger: loggerOf(options) });
    return running(broker, directory, cleanUp);
  } catch (error) {
    cleanUp();
    throw error;
  }
}

function settings({ port = 0, config = {} }: StartBrokerOptions, directory: string): Map<string, string> {
  const listeners = `PLAINTEXT://localhost:${port},CONTROLLER://localhost:0`;
  const given = Object.entries(config).map(([name, value]) => [name, String(value)] as const);
  return new Map([...Object.entries(DEFAULTS), ['listeners', listeners], ['log.dirs', directory], ...given]);
}

function loggerOf({ logLevel }: StartBrokerOptions): Logger {
  const sink = logLevel === undefined ? { write: () => true } : process.stderr;
  return new ConsoleLogger(sink, new LogLevels(logLevel ?? 'ERROR'), () => nodeClock.nowMs());
}

function running(broker: Broker, directory: string, cleanUp: () => void): RunningBroker {
  const [endpoint] = broker.endpoints;
  const bootstrapServers = `${endpoint?.host ?? 'localhost'}:${endpoint?.port ?? 0}`;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= broker.close().finally(cleanUp);
    return closing;
  };
  return {
    bootstrapServers,
    clusterId: broker.clusterId,
    directory,
    kafkajs: (options) => new (loadKafkajs().Kafka)({ ...QUIET, ...options, brokers: [bootstrapServers] }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** kafkajs logs every lost connection as an error; 1 is its level for errors alone, 0 for nothing. */
const QUIET = { clientId: 'kafkalite', logLevel: 0 } as const;

/** kafkajs is loaded by those who use it alone: it takes longer than the broker itself. */
function loadKafkajs(): typeof import('kafkajs') {
  return createRequire(import.meta.url)('kafkajs');
}
