import type { Io } from '../../io.js';
import { type CommandLine, parseCommandLine } from './command-lines.js';
import { outputOf, type Shell } from './commands.js';
import { completions } from './completion.js';
import { wordsOf } from './line-words.js';
import type { ShellState } from './paths.js';

export const PROMPT = '>> ';

/** Reads commands line by line until `exit` or the end. */
export class InteractiveShell {
  private readonly state: ShellState;
  private readonly io: Io;
  private readonly helpWidth: number;
  private readonly history: string[] = [];

  constructor(state: ShellState, io: Io, helpWidth: number) {
    this.state = state;
    this.io = io;
    this.helpWidth = helpWidth;
  }

  async run(): Promise<void> {
    const { io } = this;
    io.print('[ Kafka Metadata Shell ]');
    if (io.stdin.isTerminal && io.stdout.isTerminal) {
      await this.onTerminal();
      return;
    }
    io.stdout.write(PROMPT);
    for await (const line of linesOf(io.stdin)) {
      if (this.isLast(line)) return;
      io.stdout.write(PROMPT);
      if (!io.stdout.isBroken) await io.stdout.drained();
      else return;
    }
  }

  private async onTerminal(): Promise<void> {
    const { createInterface } = await import('node:readline');
    const terminal = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      removeHistoryDuplicates: false,
      completer: (line: string) => completions(line, this.state),
    });
    await new Promise<void>((resolve) => {
      terminal.on('line', (line) => {
        if (this.isLast(line)) terminal.close();
        else terminal.prompt();
      });
      terminal.on('SIGINT', () => {
        this.io.stdout.write('^C\n');
        // What was typed so far is forgotten.
        terminal.write(null, { ctrl: true, name: 'u' });
        terminal.write(null, { ctrl: true, name: 'k' });
        terminal.prompt();
      });
      terminal.on('close', resolve);
      terminal.prompt();
    });
  }

  /** Does what a line says; gives whether it was the last. */
  private isLast(line: string): boolean {
    this.remember(line);
    const command = parseCommandLine(wordsOf(line), true, this.helpWidth);
    this.io.stdout.write(textOf(command, this.shell()));
    return command.kind === 'command' && command.name === 'exit';
  }

  /** A line that is typed twice counts once, and one that begins with a blank is not kept. */
  private remember(line: string): void {
    if (line.trim() === '' || line.startsWith(' ') || this.history.at(-1) === line) return;
    this.history.push(line);
  }

  private shell(): Shell {
    return { state: this.state, columns: this.io.stdout.columns, helpWidth: this.helpWidth, history: this.history };
  }
}

export const textOf = (command: CommandLine, shell: Shell): string =>
  command.kind === 'answer' ? command.text : outputOf(command.name, command.arguments, shell);

async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}
