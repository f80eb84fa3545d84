import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startCommand } from './child.js';
import { outputOf, type Toolset } from './toolset.js';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 40_000;

export interface NodeOptions {
  /** Holds `data`, its log directory, and `server.properties`. What is there from an earlier run is used. */
  readonly directory: string;
  /** Of its client listener; a free one when left out. */
  readonly port?: number;
  /** More lines for its server.properties. */
  readonly config?: Readonly<Record<string, string>>;
  /** Levels of features other than those of the release: `transaction.version=0`. */
  readonly features?: readonly string[];
}

/** A node, broker and controller in one, as a process of its own. */
export class RunningNode {
  readonly bootstrap: string;
  readonly pid: number;
  private readonly child: ChildProcess;
  private text = '';
  private onStarted: () => void = () => undefined;

  constructor(command: readonly string[], bootstrap: string) {
    this.bootstrap = bootstrap;
    this.child = startCommand(command, (text) => this.heard(text));
    this.pid = this.child.pid ?? 0;
  }

  /** All that it has logged. */
  get log(): string {
    return this.text;
  }

  async whenStarted(): Promise<void> {
    let limit: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the node ${why}\n${this.text.slice(-3000)}`));
      this.onStarted = resolve;
      this.child.once('error', reject);
      this.child.once('close', (status) => fail(`ended with ${status}`));
      limit = setTimeout(() => fail(`was not up within ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    }).finally(() => clearTimeout(limit));
  }

  /** Stops it as an operator does; gives the exit status, null for a signal. */
  stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Leaves it no time for anything. */
  kill(): Promise<number | null> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const closed = once(this.child, 'close');
    this.child.kill(signal);
    const limit = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await closed;
    clearTimeout(limit);
    if (signal === 'SIGTERM' && this.child.signalCode === 'SIGKILL')
      throw new Error(`the node did not stop\n${this.text.slice(-3000)}`);
    return this.child.exitCode;
  }

  private heard(text: string): void {
    this.text += text;
    if (text.includes('\n') && this.text.includes('Kafka Server started')) this.onStarted();
  }
}

/** Formats the directory unless it is already, starts a node on it, and waits until it serves. */
export async function startNode(tools: Toolset, options: NodeOptions): Promise<RunningNode> {
  const { file, port } = await prepareNode(tools, options);
  const node = new RunningNode([...tools.command('kafka-server-start'), file], `localhost:${port}`);
  try {
    await node.whenStarted();
  } catch (error) {
    await node.kill();
    throw error;
  }
  return node;
}

/** Writes server.properties and formats the directory unless it is already. */
export async function prepareNode(
  tools: Toolset,
  { directory, port, config = {}, features = [] }: NodeOptions,
): Promise<{ readonly file: string; readonly port: number }> {
  const [clientPort = 0, controllerPort = 0] = await freePorts(2);
  const data = join(directory, 'data');
  const file = join(directory, 'server.properties');
  mkdirSync(directory, { recursive: true });
  const settings = { ...singleNode(port ?? clientPort, controllerPort), 'log.dirs': data, ...config };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(file, lines.join(''));
  if (!existsSync(join(data, 'meta.properties'))) {
    const levels = features.flatMap((feature) => ['--feature', feature]);
    const clusterId = (await outputOf(tools, 'kafka-storage', ['random-uuid'])).trim();
    await outputOf(tools, 'kafka-storage', ['format', '-t', clusterId, '-c', file, ...levels]);
  }
  return { file, port: port ?? clientPort };
}

function singleNode(port: number, controllerPort: number): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://localhost:${port},CONTROLLER://localhost:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${port}`,
    'offsets.topic.num.partitions': '3',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  };
}

/** So many ports that nobody listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
