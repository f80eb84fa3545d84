import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSpinner } from '../../../src/cli/format/spinner.js';
import type { VirtualClock } from '../../support/virtual-clock.js';
import { TestIo } from '../test-io.js';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Works until the spinner was seen, or for good where none will come. */
async function waited(io: TestIo): Promise<string> {
  let finish: (value: string) => void = () => undefined;
  const work = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const outcome = withSpinner(io, 'Waiting', () => work);
  (io.host.clock as VirtualClock).advance(1000);
  await until(() => io.stderr.text.includes('Waiting'));
  finish('done');
  return outcome;
}

test('work that takes a while has a spinner on standard error, which goes again', async () => {
  const io = new TestIo({ NO_COLOR: '1' }).onTerminal(80);
  assert.equal(await waited(io), 'done');
  assert.match(io.stderr.text, /\S Waiting/);
  assert.ok(!io.stderr.text.includes('\u001b[36m'), 'no colour');
  assert.ok(io.stderr.text.includes('\u001b[1G'), 'but cursor moves');
  assert.ok(io.stderr.text.endsWith('\u001b[?25h'), 'the cursor is there again');
  assert.equal(io.stdout.text, '');
});

test('work that is done soon has none, and nor has any where nobody looks', async () => {
  const quick = new TestIo().onTerminal(80);
  assert.equal(await withSpinner(quick, 'Waiting', async () => 1), 1);
  const clock = quick.host.clock as VirtualClock;
  clock.advance(1000);
  assert.equal(quick.stderr.text, '');
  for (const [stdout, stderr, term] of [
    [false, true, 'xterm'],
    [true, false, 'xterm'],
    [true, true, 'dumb'],
  ] as const) {
    const io = new TestIo({ TERM: term });
    Object.assign(io.stdout, { isTerminal: stdout, columns: 80 });
    Object.assign(io.stderr, { isTerminal: stderr, columns: 80 });
    const { clock } = io.host;
    await withSpinner(io, 'Waiting', async () => {
      assert.equal((clock as VirtualClock).timerCount, 0, 'nothing is even planned');
    });
  }
});

test('the spinner goes when the work fails', async () => {
  const io = new TestIo().onTerminal(80);
  await assert.rejects(
    withSpinner(io, 'Waiting', async () => {
      throw new Error('no');
    }),
    /no/,
  );
  assert.equal((io.host.clock as VirtualClock).timerCount, 0);
});
