import assert from 'node:assert/strict';
import test from 'node:test';
import { adminSettings } from '../../src/client/client-config.js';

const settings = (...entries: [string, string][]) => adminSettings(new Map(entries));

test('reads addresses and times', () => {
  const read = settings(['bootstrap.servers', 'a:1,[::1]:2,a:1'], ['request.timeout.ms', '77'], ['client.id', 'me']);
  assert.deepEqual(read.bootstrap, [
    { host: 'a', port: 1 },
    { host: '::1', port: 2 },
  ]);
  assert.equal(read.requestTimeoutMs, 77);
  assert.equal(read.defaultApiTimeoutMs, 60_000);
  assert.equal(read.clientId, 'me');
  assert.equal(settings(['bootstrap.controllers', 'c:9']).bootstrapControllers, true);
});

test('refuses what cannot be', () => {
  assert.throws(() => settings(), /You must set either bootstrap.servers or bootstrap.controllers/);
  assert.throws(() => settings(['bootstrap.servers', 'a:1'], ['bootstrap.controllers', 'b:1']), /cannot specify both/);
  assert.throws(() => settings(['bootstrap.servers', 'nonsense']), /Invalid url in bootstrap.servers: nonsense/);
  assert.throws(() => settings(['bootstrap.servers', 'a:99999']), /Invalid port in bootstrap.servers: a:99999/);
  assert.throws(
    () => settings(['bootstrap.servers', 'a:1'], ['security.protocol', 'SASL_SSL']),
    /SASL_SSL is not supported/,
  );
});
