import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsSettings } from '../../src/base/network.js';
import { LoopbackNetwork } from '../../src/host/loopback.js';
import { testNetwork } from './network-suite.js';

testNetwork('loopback', () => new LoopbackNetwork());

test('what is to be secret is not sent in the clear', async () => {
  const network = new LoopbackNetwork();
  const { port } = await network.listen('', 0, () => assert.fail('a connection without TLS'));
  const settings: TlsSettings = { trusted: [], identity: null, versions: ['TLSv1.3'], ciphers: null, checksName: true };
  const connecting = network.connect('a', port, { timeoutMs: 1000, tls: { serverName: 'a', settings } });
  await assert.rejects(connecting, { name: 'NetworkError', code: 'EPROTONOSUPPORT' });
});
