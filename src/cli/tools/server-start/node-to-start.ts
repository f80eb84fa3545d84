import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUuid } from '../../../base/uuid.js';
import { formatNewDirectories } from '../../../broker/format-defaults.js';
import { BrokerConfig, brokerKey } from '../../../config/broker-config.js';
import { clusterIdFromEnvironment, propertiesFromEnvironment } from '../../../config/environment.js';
import type { Io } from '../../io.js';
import { loadBrokerConfig } from '../../load-broker-config.js';
import { ToolError } from '../../tool-error.js';

/** A node and what is to be done once it has stopped. */
export interface NodeToStart {
  readonly config: BrokerConfig;
  cleanUp(): void;
}

interface Words {
  readonly file: string | null;
  readonly overrides: ReadonlyMap<string, string>;
  readonly dev: boolean;
  readonly ephemeral: boolean;
}

const NOTHING = (): void => undefined;

/** By a file, for development, or from the environment; null when nothing says what to start. @throws ToolError, ConfigException */
export function nodeFromArguments(argv: readonly string[], io: Io): NodeToStart | null {
  const words = parse(argv);
  if (words.dev) return developmentNode(words, io);
  if (words.ephemeral) throw new ToolError('--ephemeral goes with --dev.');
  if (words.file !== null) return { config: loadBrokerConfig(io, words.file, words.overrides), cleanUp: NOTHING };
  const fromEnvironment = propertiesFromEnvironment(io.env, (name) => brokerKey(name) !== null);
  return fromEnvironment.size === 0 ? null : environmentNode(fromEnvironment, words, io);
}

function parse(argv: readonly string[]): Words {
  const overrides = new Map<string, string>();
  let file: string | null = null;
  let dev = false;
  let ephemeral = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--dev') dev = true;
    else if (word === '--ephemeral') ephemeral = true;
    else if (word === '--override' || word.startsWith('--override=')) {
      const text = word === '--override' ? argv[++at] : word.slice('--override='.length);
      const equals = text?.indexOf('=') ?? -1;
      if (text === undefined || equals < 1)
        throw new ToolError(`--override takes property=value, not '${text ?? ''}'.`);
      overrides.set(text.slice(0, equals), text.slice(equals + 1));
    } else if (word.startsWith('-'))
      throw new ToolError(`${word} is not a recognized option; see kafka-server-start --help.`);
    else if (file === null) file = word;
    else throw new ToolError(`Found non argument parameters: ${word}`);
  }
  return { file, overrides, dev, ephemeral };
}

/** What a single node needs beside the addresses: one replica of everything. */
const SINGLE_NODE: readonly (readonly [string, string])[] = [
  ['process.roles', 'broker,controller'],
  ['node.id', '1'],
  ['controller.listener.names', 'CONTROLLER'],
  ['offsets.topic.replication.factor', '1'],
  ['transaction.state.log.replication.factor', '1'],
  ['transaction.state.log.min.isr', '1'],
  ['share.coordinator.state.topic.replication.factor', '1'],
  ['share.coordinator.state.topic.min.isr', '1'],
];

function developmentNode({ file, overrides, ephemeral }: Words, io: Io): NodeToStart {
  if (file !== null)
    throw new ToolError(`--dev needs no configuration file; settings go into --override (found ${file}).`);
  const directory = ephemeral ? mkdtempSync(join(tmpdir(), 'kafkalite-')) : developmentDirectory(io);
  const config = new BrokerConfig(
    new Map([
      ...SINGLE_NODE,
      ['controller.quorum.voters', '1@localhost:9093'],
      ['listeners', 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093'],
      ['group.initial.rebalance.delay.ms', '0'],
      ['log.dirs', directory],
      ...overrides,
    ]),
  );
  formatIfNew(config, io);
  io.print(
    `Development broker for this machine alone; its data is in ${directory}${ephemeral ? ' until it stops' : ''}.`,
  );
  return { config, cleanUp: ephemeral ? () => io.host.disk.removeTree(directory) : NOTHING };
}

/** The user's place for data, as the XDG base directories name it. */
function developmentDirectory(io: Io): string {
  const home = io.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  return join(home, 'kafkalite', 'dev');
}

function environmentNode(environment: ReadonlyMap<string, string>, { overrides }: Words, io: Io): NodeToStart {
  const nodeId = environment.get('node.id') ?? '1';
  const config = new BrokerConfig(
    new Map([
      ...SINGLE_NODE,
      ['listeners', 'PLAINTEXT://:9092,CONTROLLER://:9093'],
      ...(environment.has('controller.quorum.bootstrap.servers')
        ? []
        : [['controller.quorum.voters', `${nodeId}@localhost:9093`] as const]),
      ['log.dirs', '/tmp/kraft-combined-logs'],
      ...environment,
      ...overrides,
    ]),
  );
  formatIfNew(config, io);
  return { config, cleanUp: NOTHING };
}

function formatIfNew(config: BrokerConfig, io: Io): void {
  const clusterId = clusterIdFromEnvironment(io.env) ?? randomUuid(io.host.random);
  for (const directory of formatNewDirectories(config, io.host, clusterId))
    io.print(`Formatted new directory ${directory}.`);
}
