import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, similarNames, suggestName } from '../../../src/cli/format/did-you-mean.js';
import { TestIo } from '../test-io.js';

const KNOWN = ['orders', 'payments', 'Users', 'order', 'a'];

test('a name that is one slip of the hand off is found', () => {
  assert.deepEqual(similarNames('ordrs', KNOWN), ['orders'], 'a letter is missing');
  assert.deepEqual(similarNames('oreders', KNOWN), ['orders'], 'a letter is too many');
  assert.deepEqual(similarNames('roders', KNOWN), ['orders'], 'two changed places');
  assert.deepEqual(similarNames('users', KNOWN), ['Users'], 'the case is another');
  assert.deepEqual(similarNames('paymetns', KNOWN), ['payments']);
  assert.deepEqual(similarNames('orderx', KNOWN), ['order', 'orders'], 'both are one letter off');
});

test('a short name may be one letter off, a long one two', () => {
  assert.deepEqual(similarNames('oxdexs', KNOWN), []);
  assert.deepEqual(similarNames('poymants', KNOWN), ['payments']);
  assert.deepEqual(similarNames('invoices', KNOWN), []);
});

test('the question names all that it may have been', () => {
  assert.equal(didYouMean('ordrs', KNOWN), "Did you mean 'orders'?");
  assert.equal(didYouMean('orderx', KNOWN), "Did you mean 'order' or 'orders'?");
  assert.equal(didYouMean('invoices', KNOWN), null);
});

test('a person at a terminal is asked; scripts are not, and the names are not even looked up', async () => {
  const io = new TestIo().onTerminal(80);
  await suggestName(io, 'ordrs', async () => KNOWN);
  assert.equal(io.stderr.text, "Did you mean 'orders'?\n");
  const piped = new TestIo();
  await suggestName(piped, 'ordrs', async () => assert.fail('nobody would read it'));
  assert.equal(piped.stderr.text, '');
  const failing = new TestIo().onTerminal(80);
  await suggestName(failing, 'ordrs', async () => {
    throw new Error('the cluster has gone');
  });
  assert.equal(failing.stderr.text, '');
});
