import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Io } from '../../../src/cli/io.js';
import type { Tool } from '../../../src/cli/main.js';
import { nodeClock } from '../../../src/host/node-clock.js';
import { TestIo } from '../test-io.js';

/** Nobody listens on port 1. */
const NOWHERE = ['--bootstrap-server', '127.0.0.1:1'];

async function outcome(name: string, argv: readonly string[]): Promise<{ status: number; text: string }> {
  const recorded = new TestIo();
  const io: Io = Object.assign(recorded, { host: { ...recorded.host, clock: nodeClock } });
  const tool = (await import(`../../../src/cli/tools/${name}.js`)) as Tool;
  let message = '';
  const status = await Promise.resolve(tool.run(argv, io)).catch((error: Error) => {
    message = error.message;
    return 1;
  });
  return { status, text: recorded.stdout.text + recorded.stderr.text + message };
}

/** To the real tool this is no failure. */
const SUCCEED_ALL_THE_SAME = new Set(['consumer-groups']);
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['topics', [...NOWHERE, '--list']],
  ['consumer-groups', [...NOWHERE, '--list']],
  ['get-offsets', NOWHERE],
  ['broker-api-versions', NOWHERE],
  ['cluster', ['cluster-id', ...NOWHERE]],
  ['console-consumer', [...NOWHERE, '--topic', 'x']],
];

for (const [name, argv] of COMMANDS) {
  test(`${name} fails with the address and the cause where no broker is`, async () => {
    const { status, text } = await outcome(name, argv);
    assert.equal(status, SUCCEED_ALL_THE_SAME.has(name) ? 0 : 1);
    assert.match(text, /127\.0\.0\.1:1/);
    assert.match(text, /ECONNREFUSED/);
  });
}
