import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Operation, Outcome, Poll, SentRecord } from './history.js';
import type { ProcessorOptions, ProcessorReport } from './processor-report.js';

const PROGRAM = fileURLToPath(new URL('./processor-program.js', import.meta.url));

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

interface OpenTransaction {
  readonly polls: readonly Poll[];
  sends: readonly SentRecord[];
  isCommitting: boolean;
}

interface ProcessorWatcher {
  /** It is about to ask for the end of a transaction. */
  onCommitting(): void;
  /** A transaction is over, as far as it can be known. */
  onOperation(operation: Operation): void;
}

/** One start of processor-program.ts as a process, and all that it did as it tells of it. */
export class Processor {
  readonly operations: Operation[] = [];
  /** Why it ended by itself; null when it did not. */
  gaveUp: { readonly error: string | null; readonly message: string } | null = null;
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly name: string;
  private readonly watcher: ProcessorWatcher;
  private open: OpenTransaction | null = null;
  private line = '';
  private errors = '';
  private wasKilled = false;

  constructor(options: ProcessorOptions, watcher: ProcessorWatcher) {
    this.name = options.name;
    this.watcher = watcher;
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    living.add(child);
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.heard(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.ended = once(child, 'close').then(() => this.onEnd());
  }

  kill(): Promise<void> {
    this.wasKilled = true;
    this.child.kill('SIGKILL');
    return this.ended;
  }

  private heard(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) this.take(JSON.parse(line) as ProcessorReport);
  }

  private take(report: ProcessorReport): void {
    switch (report.event) {
      case 'begun':
        this.open = { polls: report.polls, sends: report.sends, isCommitting: false };
        break;
      case 'committing':
        if (this.open === null) throw new Error(`${this.name} commits what it did not begin`);
        this.open.isCommitting = true;
        this.open.sends = this.open.sends.map((send, index) => ({ ...send, offset: report.offsets[index] ?? null }));
        this.watcher.onCommitting();
        break;
      case 'committed':
        this.settle('done');
        break;
      case 'aborted':
        this.settle('failed');
        break;
      case 'gave up':
        this.gaveUp = report;
    }
  }

  private onEnd(): void {
    living.delete(this.child);
    // What it had not asked the coordinator to commit is never to be seen.
    if (this.open !== null) this.settle(this.open.isCommitting ? 'unknown' : 'failed');
    if (!this.wasKilled) this.gaveUp ??= { error: null, message: `${this.name} ended: ${this.errors}` };
  }

  private settle(outcome: Outcome): void {
    if (this.open === null) throw new Error(`${this.name} ends what it did not begin`);
    const { polls, sends } = this.open;
    this.open = null;
    const operation = { process: this.name, outcome, sends, polls };
    this.operations.push(operation);
    this.watcher.onOperation(operation);
  }
}
