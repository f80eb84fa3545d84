import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  /** What it reads from its standard input; nothing when left out. */
  readonly input?: string;
  /** After that time it is killed, and the run fails; a minute when left out. */
  readonly limitMs?: number;
}

export interface Ran {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const living = new Set<ChildProcess>();

/** Ends what is still running of all that was started here. */
export function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

// Whatever ends this process, what it started ends too.
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts a program that does not outlive this process; its output goes to `onText`. */
export function startCommand(command: readonly string[], onText: (text: string) => void): ChildProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  living.add(child);
  child.once('close', () => living.delete(child));
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', onText);
  return child;
}

/** Runs a program to its end. */
export function runCommand(
  command: readonly string[],
  { input = '', limitMs = 60_000 }: RunOptions = {},
): Promise<Ran> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'pipe' });
  living.add(child);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      const said = Buffer.concat([...stdout, ...stderr])
        .toString()
        .slice(-2000);
      reject(new Error(`not done within ${limitMs} ms: ${args.join(' ')}\n${said}`));
    }, limitMs);
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(limit);
      living.delete(child);
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}
