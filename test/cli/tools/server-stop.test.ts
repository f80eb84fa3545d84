import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../../src/cli/tools/server-stop.js';
import { TestIo } from '../test-io.js';

const root = mkdtempSync(join(tmpdir(), 'kafkalite-stop-'));
after(() => rmSync(root, { recursive: true }));

// Nodes of other tests may run on this machine: only ids that nobody else has are asked for.
const NODE_ID = String(100_000_000 + process.pid);

function stop(...argv: string[]): [status: number, out: string] {
  const io = new TestIo();
  return [run(argv, io), io.stdout.text];
}

async function startNode(...args: string[]): Promise<{ exited: Promise<unknown[]> }> {
  const script = join(root, 'kafka-server-start');
  writeFileSync(script, "process.stdout.write('up'); setInterval(() => undefined, 1000);\n");
  const child = spawn(process.execPath, ['--no-warnings', script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  return { exited };
}

test('nodes are found by their id, in their file or on their command line, and stopped', async () => {
  writeFileSync(join(root, 'server.properties'), `process.roles=broker,controller\nnode.id=${NODE_ID}\n`);
  const { exited } = await startNode('server.properties');
  assert.deepEqual(stop(`--node-id=${NODE_ID}0`), [1, 'No kafka server to stop\n']);
  assert.deepEqual(stop(`--node-id=${NODE_ID}`), [0, '']);
  assert.deepEqual(await exited, [null, 'SIGTERM']);

  const overridden = await startNode('server.properties', '--override', `node.id=${NODE_ID}1`);
  const both = stop('--node-id', `${NODE_ID}1`, '--process-role', 'observer');
  assert.deepEqual(both, [
    0,
    'When both node-id and process-role are provided, the value for node-id will take precedence\n',
  ]);
  assert.deepEqual(await overridden.exited, [null, 'SIGTERM']);
});

test('no node of such a role', () => {
  assert.deepEqual(stop('--process-role=none-of-them'), [1, 'No kafka server to stop\n']);
});
