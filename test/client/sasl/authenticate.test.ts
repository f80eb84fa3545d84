import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminSettings } from '../../../src/client/client-config.js';
import { AuthenticationError } from '../../../src/client/client-errors.js';
import { BrokerConnection } from '../../../src/client/connection.js';
import { heartbeatApi } from '../../../src/protocol/generated/heartbeat.js';
import { metadataApi } from '../../../src/protocol/generated/metadata.js';
import { saslAuthenticateApi } from '../../../src/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../../src/protocol/generated/sasl-handshake.js';
import { settle, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';
import { type SaslOptions, wantLogin } from '../../support/fake-sasl.js';

const USERS = { alice: 'alice-secret' };
const MODULES: Readonly<Record<string, string>> = {
  PLAIN: 'plain.PlainLoginModule',
  'SCRAM-SHA-256': 'scram.ScramLoginModule',
  'SCRAM-SHA-512': 'scram.ScramLoginModule',
};

async function bed(options: Partial<SaslOptions> = {}) {
  const host = testClientHost();
  const broker = new FakeBroker(host.network);
  const logins = wantLogin(broker, { mechanisms: Object.keys(MODULES), users: USERS, ...options });
  broker.on(heartbeatApi, ({ request }) => ({ errorCode: request.generationId }));
  await broker.start();
  const connect = (mechanism: string, password = USERS.alice) => {
    const jaas = `org.apache.kafka.common.security.${MODULES[mechanism]} required username="alice" password="${password}";`;
    const settings = adminSettings(
      new Map([
        ['bootstrap.servers', `localhost:${broker.port}`],
        ['security.protocol', 'SASL_PLAINTEXT'],
        ['sasl.mechanism', mechanism],
        ['sasl.jaas.config', jaas],
      ]),
    );
    return BrokerConnection.open(broker, settings, host, 1000);
  };
  return { host, broker, logins, connect };
}

async function refused(connecting: Promise<unknown>, error: string, message: RegExp, advice: RegExp): Promise<void> {
  await assert.rejects(connecting, (cause) => {
    assert.ok(cause instanceof AuthenticationError, String(cause));
    assert.equal(cause.error, error);
    assert.match(cause.message, message);
    assert.match(cause.advice, advice);
    assert.match(cause.address, /^localhost:\d+$/);
    return true;
  });
}

test('each mechanism proves who the user is', async () => {
  const { logins, connect } = await bed();
  for (const mechanism of Object.keys(MODULES)) {
    const connection = await connect(mechanism);
    assert.equal((await connection.send(heartbeatApi, { generationId: 7 })).errorCode, 7);
    connection.close();
  }
  assert.deepEqual(logins, ['PLAIN alice', 'SCRAM-SHA-256 alice', 'SCRAM-SHA-512 alice']);
});

test("a wrong password fails with the broker's words", async () => {
  const { broker, connect } = await bed();
  for (const mechanism of Object.keys(MODULES)) {
    await refused(
      connect(mechanism, 'wrong'),
      'SASL_AUTHENTICATION_FAILED',
      /^Authentication failed: Invalid username or password$/,
      /username and password in sasl\.jaas\.config/,
    );
  }
  await settle();
  assert.equal(broker.connections.size, 0, 'nothing is left open');
});

test('a mechanism that the broker does not have is named with those that it has', async () => {
  const { connect } = await bed({ mechanisms: ['SCRAM-SHA-512', 'OAUTHBEARER'] });
  await refused(
    connect('PLAIN'),
    'UNSUPPORTED_SASL_MECHANISM',
    /^Client SASL mechanism 'PLAIN' not enabled in the server, enabled mechanisms are \[SCRAM-SHA-512, OAUTHBEARER\]$/,
    /sasl\.mechanism to one of SCRAM-SHA-512, OAUTHBEARER/,
  );
});

test('a listener without a login is named, whether it knows of logins or not', async () => {
  const { broker, connect } = await bed();
  broker.on(saslHandshakeApi, () => ({ errorCode: 34, mechanisms: [] }));
  const expected = [
    'ILLEGAL_SASL_STATE',
    /^Unexpected handshake request with client mechanism PLAIN, enabled mechanisms are \[\]$/,
    /wants no login\. Set security\.protocol=PLAINTEXT/,
  ] as const;
  await refused(connect('PLAIN'), ...expected);
  const host = testClientHost();
  const without = await new FakeBroker(host.network).start();
  const settings = adminSettings(
    new Map([
      ['bootstrap.servers', 'localhost:1'],
      ['security.protocol', 'SASL_PLAINTEXT'],
      ['sasl.mechanism', 'PLAIN'],
      ['sasl.jaas.config', 'org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=b;'],
    ]),
  );
  await refused(BrokerConnection.open(without, settings, host, 1000), ...expected);
});

test('a broker that does not prove that it knows the password is not believed', async () => {
  const { broker, connect } = await bed();
  let turn = 0;
  broker.on(saslAuthenticateApi, ({ request }) => {
    const nonce = /r=(.*)$/.exec(request.authBytes.toString())?.[1];
    const texts = [`r=${nonce}x,s=c2FsdA==,i=4096`, 'v=bm8='];
    return { authBytes: Buffer.from(texts[turn++] ?? '') };
  });
  await refused(
    connect('SCRAM-SHA-256'),
    'SASL_AUTHENTICATION_FAILED',
    /^Invalid server signature in server final message$/,
    /sasl\.mechanism is SCRAM-SHA-256/,
  );
});

test('a login is renewed on the same connection before it ends, and requests wait for it in order', async () => {
  const { host, broker, logins, connect } = await bed({ sessionLifetimeMs: 100_000 });
  const connection = await connect('SCRAM-SHA-256');
  const order: string[] = [];
  const named = (name: string) => async (call: Promise<unknown>) => {
    await call;
    order.push(name);
  };
  host.clock.advance(84_999);
  await connection.send(heartbeatApi, {});
  assert.equal(logins.length, 1);
  host.clock.advance(10_001);
  const calls = [
    named('first')(connection.send(heartbeatApi, { groupId: 'first' })),
    named('second')(connection.send(metadataApi, { topics: [] })),
  ];
  assert.equal(connection.inFlightCount, 2, 'those that wait count');
  await Promise.all(calls);
  assert.deepEqual(order, ['first', 'second']);
  assert.deepEqual(logins, ['SCRAM-SHA-256 alice', 'SCRAM-SHA-256 alice']);
  assert.equal(broker.connections.size, 1);
  const names = broker.calls.map(({ name }) => name);
  assert.deepEqual(names.slice(-4), ['SaslHandshake', 'SaslAuthenticate', 'SaslAuthenticate', 'Heartbeat']);
  connection.close();
  assert.equal(host.clock.timerCount, 0);
});

test('a renewal that fails ends the connection, and what waits for it fails as well', async () => {
  const { host, broker, connect } = await bed({ sessionLifetimeMs: 1000 });
  const connection = await connect('PLAIN');
  wantLogin(broker, { mechanisms: ['PLAIN'], users: { alice: 'changed' } });
  host.clock.advance(1000);
  const calls = [connection.send(heartbeatApi, {}), connection.send(heartbeatApi, {})];
  for (const outcome of await Promise.allSettled(calls)) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof AuthenticationError);
  }
  assert.equal(connection.isClosed, true);
});
