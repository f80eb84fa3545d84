import assert from 'node:assert/strict';
import test from 'node:test';
import { adminSettings, CONNECT_TIMEOUT_KEY } from '../../src/client/client-config.js';

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
    () => settings(['bootstrap.servers', 'a:1'], ['security.protocol', 'TLS']),
    /Invalid value TLS for configuration security\.protocol: String must be one of \(case insensitive\): /,
  );
});

test('the time to look for the cluster is seconds, or what was asked for, and no longer than a call', () => {
  const times = (...entries: [string, string][]) => {
    const { connectTimeoutMs, refusalPatienceMs } = settings(['bootstrap.servers', 'a:1'], ...entries);
    return [connectTimeoutMs, refusalPatienceMs];
  };
  assert.deepEqual(times(), [5000, 2000]);
  assert.deepEqual(times([CONNECT_TIMEOUT_KEY, '9000']), [9000, 9000]);
  assert.deepEqual(times([CONNECT_TIMEOUT_KEY, '300']), [300, 300]);
  assert.deepEqual(times(['default.api.timeout.ms', '1500']), [1500, 1500]);
  assert.throws(() => times([CONNECT_TIMEOUT_KEY, '0']), /above 0 ms, and not 0/);
});

test('each protocol is read, in any case', () => {
  for (const protocol of ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']) {
    const entries: [string, string][] = [
      ['bootstrap.servers', 'a:1'],
      ['security.protocol', protocol.toLowerCase()],
    ];
    assert.equal(settings(...entries).security.protocol, protocol);
  }
});
