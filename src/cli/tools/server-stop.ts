import { basename, resolve } from 'node:path';
import { type RunningProcess, runningProcesses, sendSignal } from '../../host/processes.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { parseJopt } from '../options/jopt.js';
import { text } from '../options/option-rows.js';

export const TOOL = {
  description: 'Stops the brokers and controllers of this machine.',
  runsBare: true,
  options: {
    'process-role': text('roles', 'Stop only those whose process.roles is this: broker, controller or both.', {
      completes: ['broker', 'controller', 'broker,controller'],
    }),
    'node-id': text('id', 'Stop only those whose node.id is this.'),
  },
};

/** kafka-server-stop: tells all nodes that kafka-server-start runs here to stop, or some of them. */
export function run(argv: readonly string[], io: Io): number {
  const options = parseJopt(TOOL, argv);
  const nodeId = options.value('node-id');
  const roles = options.value('process-role');
  if (nodeId !== null && roles !== null) {
    io.print('When both node-id and process-role are provided, the value for node-id will take precedence');
  }
  const isMeant = (node: RunningProcess): boolean => {
    if (nodeId !== null) return settingOf(node, 'node.id', io) === nodeId;
    return roles === null || sameRoles(settingOf(node, 'process.roles', io), roles);
  };
  const signal = `SIG${io.env.SIGNAL || 'TERM'}` as NodeJS.Signals;
  const stopped = runningProcesses().filter((node) => isNode(node) && isMeant(node) && sendSignal(node.pid, signal));
  if (stopped.length > 0) return 0;
  io.print('No kafka server to stop');
  return 1;
}

/** The words after the script, where the process is a node of ours; else null. */
function wordsOf({ argv }: RunningProcess): readonly string[] | null {
  const [program = '', ...rest] = argv;
  const script = rest.findIndex((word) => !word.startsWith('-'));
  const isOurs =
    /^node(?:js)?(?:\.exe)?$/.test(basename(program)) && basename(rest[script] ?? '') === 'kafka-server-start';
  return isOurs ? rest.slice(script + 1) : null;
}

function isNode(node: RunningProcess): boolean {
  return wordsOf(node) !== null;
}

/** What a node was started with: `--override` before its file. */
function settingOf(node: RunningProcess, key: string, io: Io): string | null {
  const words = wordsOf(node) ?? [];
  const override = words.findLast((word) => word.startsWith(`${key}=`));
  if (override !== undefined) return override.slice(key.length + 1);
  const path = words.find((word) => !word.startsWith('-'));
  if (path === undefined) return null;
  return loadProperties(io, resolve(node.currentDirectory ?? '.', path)).get(key) ?? null;
}

function sameRoles(own: string | null, wanted: string): boolean {
  const sorted = (roles: string): string =>
    roles
      .split(',')
      .map((role) => role.trim())
      .sort()
      .join(',');
  return own !== null && sorted(own) === sorted(wanted);
}
