import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningNode } from '../interop/running-node.js';
import { compare, msOf, printHeadings } from './table.js';

const TOPICS = fileURLToPath(new URL('../../../bin/kafka-topics.sh', import.meta.url));
/** The first run of a tool leaves compiled code behind for those that follow. */
const WARM_UP_RUNS = 2;

/** `kafka-topics.sh --list` beside a Node that does nothing, for some programs `node`. */
export async function benchToolStart(nodes: readonly string[], broker: RunningNode, times: number): Promise<void> {
  for (const node of nodes) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    printHeadings(`start on Node ${version}`, 'kafka-topics', 'node -e 0');
    const list = [TOPICS, '--bootstrap-server', broker.bootstrap, '--list'];
    const nothing = [node, '-e', '0'];
    // The script takes the first node of the path.
    const path = `${dirname(node)}:${process.env.PATH}`;
    for (let n = 0; n < WARM_UP_RUNS; n++) await run(list, path);
    await compare('kafka-topics.sh --list', 'ms', times, [list, nothing], (command) => msOf(() => run(command, path)));
  }
}

async function run([program = '', ...args]: readonly string[], path: string): Promise<void> {
  const env = { ...process.env, PATH: path };
  const [status] = await once(spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }), 'exit');
  if (status !== 0) throw new Error(`exit ${status}: ${program} ${args.join(' ')}`);
}
