import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TerminalScreen } from '../../../src/cli/format/terminal-screen.js';
import { TestIo } from '../test-io.js';

test('a screen is drawn over, line by line, and given back once', () => {
  const { stdout } = new TestIo().onTerminal(80, 3);
  const screen = new TerminalScreen(stdout);
  screen.draw('one\ntwo\n');
  assert.equal(stdout.text, '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J');
  stdout.text = '';
  screen.draw('1\n2\n3\n4\n');
  assert.equal(stdout.text, '\u001b[H1\u001b[K\r\n2\u001b[K\r\n3\u001b[K\u001b[J', 'what has no room is left out');
  stdout.text = '';
  screen.close();
  screen.close();
  assert.equal(stdout.text, '\u001b[?7h\u001b[?25h\u001b[?1049l');
});

test('a screen that was never drawn leaves the terminal alone', () => {
  const { stdout } = new TestIo().onTerminal(80);
  new TerminalScreen(stdout).close();
  assert.equal(stdout.text, '');
});
