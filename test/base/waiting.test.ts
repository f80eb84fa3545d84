import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Waiting } from '../../src/base/waiting.js';

test('a waiter is found under each of its keys until it is removed', () => {
  const waiting = new Waiting<string>();
  waiting.add('first', ['a', 'b']);
  waiting.add('second', ['b']);
  assert.deepEqual(waiting.on('a'), ['first']);
  assert.deepEqual(waiting.on('b'), ['first', 'second']);
  assert.deepEqual(waiting.on('c'), []);
  assert.ok(waiting.remove('first'));
  assert.ok(!waiting.remove('first'));
  assert.deepEqual([waiting.on('a'), waiting.on('b'), waiting.all()], [[], ['second'], ['second']]);
  assert.equal(waiting.size, 1);
});

test('waiters may go while those of a key are gone through', () => {
  const waiting = new Waiting<number>();
  for (let n = 0; n < 5; n++) waiting.add(n, ['key']);
  const seen = waiting.on('key').filter((waiter) => waiting.remove(waiter));
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  assert.equal(waiting.size, 0);
});
