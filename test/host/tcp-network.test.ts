import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError } from '../../src/base/network.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { testNetwork } from './network-suite.js';

testNetwork('tcp', () => tcpNetwork);

test('an unknown host is named in the error', async () => {
  await assert.rejects(tcpNetwork.connect('no-such-host.invalid', 9092, { timeoutMs: 20_000 }), (error) => {
    assert.ok(error instanceof NetworkError);
    assert.match(error.code, /^(ENOTFOUND|EAI_AGAIN|ETIMEDOUT)$/);
    assert.match(error.message, /^cannot connect to no-such-host\.invalid:9092: /);
    return true;
  });
});

test('an address that never answers fails in the time given', async () => {
  // 192.0.2.0/24 goes nowhere by definition; some machines say so at once.
  await assert.rejects(tcpNetwork.connect('192.0.2.1', 9, { timeoutMs: 50 }), (error) => {
    assert.ok(error instanceof NetworkError);
    assert.match(error.code, /^(ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|EACCES)$/);
    return true;
  });
});

test('an empty host takes connections on IPv4, shown as IPv4', async () => {
  const remote = new Promise<string>((resolve) => {
    void tcpNetwork
      .listen('', 0, (connection) => {
        resolve(connection.remoteAddress);
        connection.destroy();
      })
      .then(async (listening) => {
        (await tcpNetwork.connect('127.0.0.1', listening.port, { timeoutMs: 5000 })).destroy();
        await listening.close();
      });
  });
  assert.equal(await remote, '127.0.0.1');
});

test('a host is known by the names of its addresses, or by the addresses', async () => {
  const names = await tcpNetwork.canonicalNames?.('127.0.0.1');
  assert.equal(names?.length, 1);
  assert.match(names?.[0] ?? '', /^(?:127\.0\.0\.1|[a-z][\w.-]*)$/);
  await assert.rejects(
    async () => tcpNetwork.canonicalNames?.('no-such-host.invalid'),
    (error) => {
      assert.ok(error instanceof NetworkError);
      assert.match(error.message, /^cannot look up no-such-host\.invalid: /);
      return true;
    },
  );
});
