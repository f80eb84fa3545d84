import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colorLevel, paintFor, withoutColors } from '../../../src/cli/format/color.js';
import { TestIo } from '../test-io.js';

const terminal = { isTerminal: true };
const pipe = { isTerminal: false };

test('a terminal has as many colours as it says', () => {
  assert.equal(colorLevel({ TERM: 'xterm' }, terminal), 1);
  assert.equal(colorLevel({ TERM: 'xterm-256color' }, terminal), 2);
  assert.equal(colorLevel({ TERM: 'xterm', COLORTERM: 'truecolor' }, terminal), 3);
  assert.equal(colorLevel({ TERM: 'dumb' }, terminal), 0);
  assert.equal(colorLevel({ TERM: 'xterm' }, pipe), 0);
});

test('FORCE_COLOR demands colours and NO_COLOR forbids them, which counts more', () => {
  assert.equal(colorLevel({ FORCE_COLOR: '1' }, pipe), 1);
  assert.equal(colorLevel({ FORCE_COLOR: '' }, pipe), 1);
  assert.equal(colorLevel({ FORCE_COLOR: '3' }, pipe), 3);
  assert.equal(colorLevel({ FORCE_COLOR: '0', TERM: 'xterm' }, terminal), 0);
  assert.equal(colorLevel({ NO_COLOR: '1', FORCE_COLOR: '3' }, terminal), 0);
  assert.equal(colorLevel({ NO_COLOR: '', TERM: 'xterm' }, terminal), 1, 'an empty variable is none');
});

test('a tone is a colour where there are colours, and nothing elsewhere', async () => {
  const io = new TestIo({ TERM: 'xterm' }).onTerminal(80);
  const paint = await paintFor(io);
  assert.equal(paint('7', 'bad'), '\u001b[31m7\u001b[39m');
  assert.equal(paint('7', null), '7');
  assert.equal((await paintFor(withoutColors(io)))('7', 'bad'), '7');
});

test('a world without colours is the same in all else', () => {
  const io = new TestIo({ HOME: '/home' });
  const plain = withoutColors(io);
  assert.deepEqual(plain.env, { HOME: '/home', NO_COLOR: '1' });
  plain.print('out');
  plain.printError('err');
  assert.deepEqual([io.stdout.text, io.stderr.text], ['out\n', 'err\n']);
  let told = '';
  plain.onStop((signal) => {
    told = signal;
  });
  io.tellToStop();
  assert.equal(told, 'SIGTERM');
});
