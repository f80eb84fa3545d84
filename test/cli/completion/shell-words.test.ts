import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expanded } from '../../../src/cli/completion/expanded.js';
import { shellWords } from '../../../src/cli/completion/shell-words.js';

const texts = (line: string): string[] => shellWords(line).map(({ text }) => text);

test('a line becomes words without their quotes', () => {
  assert.deepEqual(texts('kafka-topics --topic ev'), ['kafka-topics', '--topic', 'ev']);
  assert.deepEqual(texts('kafka-topics  --topic '), ['kafka-topics', '--topic', '']);
  assert.deepEqual(texts(`a 'b c' "d \\" e" f\\ g ''x`), ['a', 'b c', 'd " e', 'f g', 'x']);
  assert.deepEqual(texts(`'a\\b'`), ['a\\b']);
});

test('the last word tells whether a quote is open', () => {
  assert.deepEqual(shellWords('a "b c').at(-1), { raw: '"b c', text: 'b c', openQuote: '"' });
  assert.deepEqual(shellWords("a 'b").at(-1), { raw: "'b", text: 'b', openQuote: "'" });
  assert.deepEqual(shellWords('a "b"').at(-1), { raw: '"b"', text: 'b', openQuote: '' });
});

test('home and variables are put in place, commands are not run', () => {
  const env = { HOME: '/home/me', SERVER: 'a:1' };
  assert.equal(expanded('~/client.properties', env), '/home/me/client.properties');
  assert.equal(expanded(`$SERVER,$\{SERVER}`, env), 'a:1,a:1');
  assert.equal(expanded('$OTHER a~/b $(date)', env), '$OTHER a~/b $(date)');
});
