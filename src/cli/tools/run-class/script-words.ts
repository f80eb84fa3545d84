/** What the words of a call of Kafka's script are. */
export interface ScriptCall {
  readonly isDaemon: boolean;
  /** Of the file for the output in the background. */
  readonly daemonName: string | null;
  /** Null where none is named. */
  readonly className: string | null;
  readonly arguments: readonly string[];
}

/** Options of the JVM that have their value in the next word. */
const WITH_VALUE: readonly string[] = ['-cp', '-classpath', '--class-path', '--add-opens', '--add-exports'];

/** The script's own options come first; what is for the JVM is left out. */
export function readScriptWords(argv: readonly string[]): ScriptCall {
  let isDaemon = false;
  let daemonName: string | null = null;
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '-daemon') isDaemon = true;
    else if (word === '-name') daemonName = argv[++at] ?? null;
    else if (WITH_VALUE.includes(word)) at++;
    else if (!word.startsWith('-')) break;
  }
  return { isDaemon, daemonName, className: argv[at] ?? null, arguments: argv.slice(at + 1) };
}
