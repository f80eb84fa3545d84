import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress } from '../../../src/cli/format/progress.js';
import type { VirtualClock } from '../../support/virtual-clock.js';
import { TestIo } from '../test-io.js';

const ERASE = '\r\u001b[K';

function onTerminal(env: Record<string, string> = { NO_COLOR: '1' }): { io: TestIo; clock: VirtualClock } {
  const io = new TestIo(env);
  io.stderr.isTerminal = true;
  return { io, clock: io.host.clock as VirtualClock };
}

test('the line is written ten times a second at most, and goes at the end', () => {
  const { io, clock } = onTerminal();
  const line = progress(io, 'Read', { total: 1_000_000 });
  line.update(1, 100);
  assert.equal(io.stderr.text, '');
  clock.advance(500);
  line.update(120_000, 12_000_000);
  line.update(130_000, 13_000_000);
  assert.equal(io.stderr.text, `${ERASE}Read 120,000 of 1,000,000 records, 12.0 MB, 240,000 records/s`);
  io.stderr.text = '';
  clock.advance(100);
  line.update(180_000, 999);
  assert.equal(io.stderr.text, `${ERASE}Read 180,000 of 1,000,000 records, 1.0 kB, 300,000 records/s`);
  io.stderr.text = '';
  line.end();
  line.end();
  assert.equal(io.stderr.text, ERASE);
});

test('it is silent where nobody would see it, and where the records are on the screen', () => {
  for (const [stdout, stderr] of [
    [false, false],
    [true, true],
  ] as const) {
    const { io, clock } = onTerminal();
    Object.assign(io.stdout, { isTerminal: stdout });
    io.stderr.isTerminal = stderr;
    const line = progress(io, 'Read');
    clock.advance(1000);
    line.update(1, 1);
    line.end();
    assert.equal(io.stderr.text, '');
  }
});

test('colours are left out when nobody wants them', () => {
  for (const [env, hasColors, isColoured] of [
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{}, false, false],
  ] as const) {
    const { io, clock } = onTerminal(env);
    const line = progress(io, 'Sent', { hasColors });
    clock.advance(1000);
    line.update(5, 10);
    assert.equal(io.stderr.text.includes('\u001b[36m'), isColoured);
    assert.match(io.stderr.text, /Sent.* 5 records, 0\.0 kB, 5 records\/s$/);
  }
});

test('a line never gets longer than the terminal', () => {
  const { io, clock } = onTerminal();
  Object.assign(io.stderr, { columns: 20 });
  const line = progress(io, 'Read');
  clock.advance(1000);
  line.update(1_000_000, 1_000_000);
  assert.equal(io.stderr.text, `${ERASE}Read 1,000,000 reco`);
});
