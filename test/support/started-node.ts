import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const SERVER_START = fileURLToPath(new URL('../../../bin/kafka-server-start.sh', import.meta.url));
const READY =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] INFO \[KafkaRaftServer nodeId=\d+\] Kafka Server started \(kafka\.server\.KafkaRaftServer\)$/m;

const living = new Set<ChildProcess>();
/** For the end of a test file, when a test failed before it stopped its node. */
export function killStartedNodes(): void {
  for (const child of living) child.kill('SIGKILL');
}
process.on('exit', killStartedNodes);

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** kafka-server-start.sh as a process of its own, which never outlives this one. */
export class StartedNode {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(SERVER_START, args, { env: { ...withoutKafka(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    living.add(child);
    child.stdout.on('data', (chunk) => {
      this.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      this.stderr += String(chunk);
    });
    this.ended = once(child, 'close').then(([status, signal]) => {
      living.delete(child);
      return { status, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Resolves once it says that it serves; rejects when it ends before. */
  async ready(): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = () => {
        if (READY.test(this.stdout)) resolve();
      };
      this.child.stdout?.on('data', look);
      look();
    });
    const failed = this.ended.then(({ status, stdout, stderr }) => {
      throw new Error(`ended with ${status}: ${stdout}${stderr}`);
    });
    // After it was ready its end is no failure.
    failed.catch(() => undefined);
    await Promise.race([said, failed]);
  }

  stop(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** What this process was started with says nothing of the node. */
function withoutKafka(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^KAFKA|^CLUSTER_ID$/.test(name));
  return Object.fromEntries(kept);
}

/** So many ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => server.listening || once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
