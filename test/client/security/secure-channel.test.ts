import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { adminSettings, type ClientHost } from '../../../src/client/client-config.js';
import { AuthenticationError, BootstrapError, ClientSetupError } from '../../../src/client/client-errors.js';
import { Cluster } from '../../../src/client/cluster.js';
import { nodeClock } from '../../../src/host/node-clock.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { listGroupsApi } from '../../../src/protocol/generated/list-groups.js';
import { testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';
import { wantLogin } from '../../support/fake-sasl.js';
import { tlsFile, tlsPath } from '../../support/tls-files.js';
import { tlsFront } from '../../support/tls-server.js';

const TRUST: Record<string, string> = {
  'ssl.truststore.location': tlsPath('trust.p12'),
  'ssl.truststore.password': 'changeit',
};
const LOGIN: Record<string, string> = {
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': 'SCRAM-SHA-512',
  'sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="b";',
};

/** A fake broker on TCP, and the port of TLS in front of it. */
async function secureBroker(t: TestContext, options: TlsOptions = {}) {
  const broker = await new FakeBroker(tcpNetwork).start();
  broker.on(listGroupsApi, () => ({ groups: [{ groupId: 'g' }] }));
  const port = await tlsFront(t, broker.port, options);
  // What it tells of itself is the address that clients are to use.
  broker.port = port;
  t.after(() => broker.stop());
  return { broker, port };
}

/** Gives the group that the broker lists. */
async function listed(port: number, keys: Record<string, string>, more: Partial<ClientHost> = {}): Promise<string> {
  const properties = new Map(
    Object.entries({
      'bootstrap.servers': `localhost:${port}`,
      'security.protocol': 'SSL',
      'default.api.timeout.ms': '400',
      ...keys,
    }),
  );
  const host = { ...testClientHost(), clock: nodeClock, network: tcpNetwork, ...more };
  const cluster = new Cluster(adminSettings(properties), host);
  try {
    return (await cluster.call('any', listGroupsApi, {})).groups[0]?.groupId ?? '';
  } finally {
    cluster.close();
  }
}

async function refused(calling: Promise<unknown>, advice: RegExp, message = 'SSL handshake failed'): Promise<void> {
  await assert.rejects(calling, (error) => {
    assert.ok(error instanceof AuthenticationError, String(error));
    assert.equal(error.javaClass, 'org.apache.kafka.common.errors.SslAuthenticationException');
    assert.equal(error.message, message);
    assert.match(error.advice, advice);
    return true;
  });
}

test('over TLS, and over TLS with a login', async (t) => {
  const { broker, port } = await secureBroker(t);
  assert.equal(await listed(port, TRUST), 'g');
  const logins = wantLogin(broker, { mechanisms: ['SCRAM-SHA-512'], users: { a: 'b' } });
  assert.equal(await listed(port, { ...TRUST, ...LOGIN }), 'g');
  assert.deepEqual(logins, ['SCRAM-SHA-512 a']);
});

test('with a certificate of the client', async (t) => {
  const wish = { requestCert: true, rejectUnauthorized: true, ca: tlsFile('ca.crt') };
  const { port } = await secureBroker(t, wish);
  const key = {
    'ssl.keystore.location': tlsPath('client.jks'),
    'ssl.keystore.password': 'changeit',
    'ssl.key.password': 'key-secret',
  };
  assert.equal(await listed(port, { ...TRUST, ...key }), 'g');
  const wanted = /wants a certificate of the client .*ssl\.keystore\.location/;
  await refused(listed(port, TRUST), wanted, 'Failed to process post-handshake messages');
  await refused(listed(port, { ...TRUST, 'ssl.enabled.protocols': 'TLSv1.2' }), /ssl\.keystore\.location/);
});

test('what is wrong with the certificate of the broker is said with the key to look at', async (t) => {
  const { port } = await secureBroker(t);
  await refused(listed(port, {}), /is not trusted \([A-Z_]+\): it was issued by CN=ca\. Set ssl\.truststore\.location/);
  const other = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': tlsPath('other-ca.crt') };
  await refused(
    listed(port, other),
    /Nothing of ssl\.truststore\.location or ssl\.truststore\.certificates stands behind/,
  );
  const expired = await secureBroker(t, { cert: tlsFile('expired.crt') });
  await refused(listed(expired.port, TRUST), /has expired: it was valid until Jan {2}1 00:00:00 2021 GMT/);
  const future = await secureBroker(t, { cert: tlsFile('future.crt') });
  await refused(listed(future.port, TRUST), /is not valid yet: .*Is the clock of this machine right\?/);
  const elsewhere = await secureBroker(t, { cert: tlsFile('elsewhere.crt') });
  await refused(
    listed(elsewhere.port, TRUST),
    /is not for localhost: it is for DNS:kafka\.example\.com\..*ssl\.endpoint\.identification\.algorithm= \(empty\)/,
  );
  assert.equal(await listed(elsewhere.port, { ...TRUST, 'ssl.endpoint.identification.algorithm': '' }), 'g');
});

test('versions that do not meet are named', async (t) => {
  const { port } = await secureBroker(t, { minVersion: 'TLSv1.3' });
  const old = { ...TRUST, 'ssl.enabled.protocols': 'TLSv1.2' };
  await refused(listed(port, old), /none of the versions of TLS in ssl\.enabled\.protocols/);
});

test('the wrong one of two listeners is named with the protocol to set', async (t) => {
  const { port } = await secureBroker(t);
  await assert.rejects(listed(port, { 'security.protocol': 'PLAINTEXT' }), (error) => {
    assert.ok(error instanceof BootstrapError);
    assert.match(error.message, /may have TLS and want security\.protocol=SSL or SASL_SSL/);
    return true;
  });
  // A broker closes a connection that begins with what it takes for a frame of many megabytes.
  const closing = await tcpNetwork.listen('localhost', 0, (connection) => {
    connection.handlers = {
      onData: () => connection.destroy(),
      onDrain: () => undefined,
      onEnd: () => undefined,
      onClose: () => undefined,
    };
    connection.resume();
  });
  t.after(() => closing.close());
  await assert.rejects(listed(closing.port, TRUST), (error) => {
    assert.ok(error instanceof BootstrapError);
    assert.match(error.message, /closed before the end of the TLS handshake .*set security\.protocol=PLAINTEXT/);
    return true;
  });
});

test('without a trust store of Kafka, that of Java counts which KAFKA_OPTS names', async (t) => {
  const { port } = await secureBroker(t);
  const javaProperties = new Map([
    ['javax.net.ssl.trustStore', tlsPath('trust.jks')],
    ['javax.net.ssl.trustStorePassword', 'changeit'],
  ]);
  assert.equal(await listed(port, {}, { javaProperties }), 'g');
  const missing = new Map([['javax.net.ssl.trustStore', '/nowhere']]);
  await assert.rejects(listed(port, {}, { javaProperties: missing }), ClientSetupError);
});
