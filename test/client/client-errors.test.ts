import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError } from '../../src/base/network.js';
import {
  AdvertisedAddressError,
  AuthenticationError,
  BootstrapError,
  ClientSetupError,
  DisconnectedError,
  isOfConfiguration,
  isRetriable,
} from '../../src/client/client-errors.js';
import { KafkaError } from '../../src/protocol/errors.js';

const failed = (address: string, code: string) => ({
  address,
  cause: new NetworkError(code, `cannot connect to ${address}: it failed (${code})`),
});

test('an address that cannot be reached is told with what to try, once for all that fail alike', () => {
  const hints = {
    ECONNREFUSED: /Nothing listens there: is the broker running, and is the port right\?$/,
    ENOTFOUND: /Is the name spelled right, and known to this machine\?$/,
    EAI_AGAIN: /does the name server of this machine answer\?$/,
    ETIMEDOUT: /Is the address right, and does no firewall stand between\?$/,
    EHOSTUNREACH: /this machine on its network\?$/,
  };
  for (const [code, hint] of Object.entries(hints)) {
    const { message } = new BootstrapError([failed('a:1', code)]);
    assert.ok(
      message.startsWith(
        `no broker of bootstrap.servers could be reached: cannot connect to a:1: it failed (${code}). `,
      ),
    );
    assert.match(message, hint);
  }
  const two = new BootstrapError(
    [failed('a:1', 'ECONNREFUSED'), failed('b:2', 'ECONNREFUSED')],
    'bootstrap.controllers',
  );
  assert.match(
    two.message,
    /^no broker of bootstrap\.controllers could be reached: .*a:1.*; .*b:2.*\)\. Nothing listens/,
  );
  assert.equal(two.message.match(/Nothing listens/g)?.length, 1);
  const other = new BootstrapError([{ address: 'a:1', cause: new DisconnectedError('closed') }]);
  assert.equal(other.message, 'no broker of bootstrap.servers could be reached: a:1: closed');
});

test('advertised addresses are named with the one that works, and each with its reason', () => {
  const error = new AdvertisedAddressError('out:1', [failed('in:1', 'ENOTFOUND'), failed('in:2', 'ETIMEDOUT')]);
  assert.match(
    error.message,
    /^the cluster answers at out:1, but its brokers tell clients to connect to in:1 \(it failed \(ENOTFOUND\)\), in:2 \(it failed \(ETIMEDOUT\)\), which cannot be reached\. Look at advertised\.listeners/,
  );
  assert.equal(error.name, 'BootstrapError');
});

test('what the configuration brings about is not tried again', () => {
  const facts = { address: 'a:1', message: 'no', advice: 'look' };
  const refusals = [
    new AuthenticationError('SASL_AUTHENTICATION_FAILED', facts),
    new AuthenticationError('SSL', facts),
    new ClientSetupError('no file'),
  ];
  for (const error of refusals) {
    assert.equal(isRetriable(error), false);
    assert.equal(isOfConfiguration(error), true);
  }
  for (const error of [
    new DisconnectedError('x'),
    new NetworkError('ECONNREFUSED', 'x'),
    new KafkaError('NOT_CONTROLLER'),
  ]) {
    assert.equal(isRetriable(error), true);
    assert.equal(isOfConfiguration(error), false);
  }
});

test("a setting's error has Java's words, and behind them what to do", () => {
  const error = new ClientSetupError('No store.', { advice: 'Set it', javaClass: 'a.B' });
  assert.equal(error.message, 'No store. Set it');
  assert.deepEqual(error.javaEnd, { javaClass: 'a.B', javaMessage: 'No store.' });
  assert.equal(new ClientSetupError('No store', { advice: 'set it' }).message, 'No store: set it');
});
