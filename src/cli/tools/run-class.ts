import { becomeTool, launcherOf } from '../become-tool.js';
import { didYouMean } from '../format/did-you-mean.js';
import type { Io } from '../io.js';
import { flag, text } from '../options/option-rows.js';
import { startDaemon } from '../start-daemon.js';
import { ToolError } from '../tool-error.js';
import { CLASS_NAMES, toolOfClass } from './run-class/classes.js';
import { readScriptWords } from './run-class/script-words.js';

export const TOOL = {
  description:
    "Runs the tool that a class of Kafka is, for scripts that name classes. There is no JVM: Kafka's tools are all that can be run.",
  usage: ['kafka-run-class [-daemon] [-name servicename] [-loggc] classname [opts]'],
  positionals: {
    classname: text('', "the class, as Kafka's own scripts name it", { completes: CLASS_NAMES }),
    opts: text('', "the tool's own options", { many: '*' }),
  },
  options: {
    '-daemon': flag('runs in the background'),
    '-name': text('servicename', 'with -daemon: the name of the file for its output, without .out'),
    '-loggc': flag('is of the JVM, and does nothing here, as do other options of it before the class (-D..., -X...)'),
  },
};

/** kafka-run-class: a tool by its class. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const call = readScriptWords(argv);
  if (call.className === null) {
    io.print('USAGE: kafka-run-class [-daemon] [-name servicename] [-loggc] classname [opts]');
    return 1;
  }
  const tool = toolOfClass(call.className);
  const launcher = tool === null ? null : launcherOf(tool);
  if (launcher === null) throw noSuchClass(call.className, io);
  if (!call.isDaemon) return becomeTool(launcher, call.arguments);
  const name = call.daemonName ?? (call.className.split('.').at(-1) as string);
  return startDaemon(`${name}.out`, [call.className, ...call.arguments], io);
}

function noSuchClass(name: string, io: Io): ToolError {
  if (!io.stderr.isTerminal) {
    return new ToolError(
      `Error: Could not find or load main class ${name}\nCaused by: java.lang.ClassNotFoundException: ${name}`,
    );
  }
  const question = didYouMean(name, CLASS_NAMES);
  const message = `There is no class ${name} here: only the classes of Kafka's tools can be run.`;
  return new ToolError(question === null ? message : `${message} ${question}`);
}
