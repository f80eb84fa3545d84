import assert from 'node:assert/strict';
import test from 'node:test';
import type { Connection } from '../../src/base/network.js';
import { adminSettings } from '../../src/client/client-config.js';
import { DisconnectedError, ProtocolMismatchError } from '../../src/client/client-errors.js';
import { BrokerConnection } from '../../src/client/connection.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { listGroupsApi } from '../../src/protocol/generated/list-groups.js';
import { settle, testClientHost } from '../support/client-host.js';
import { FakeBroker } from '../support/fake-broker.js';

async function connected(prepare: (broker: FakeBroker) => void) {
  const host = testClientHost();
  const broker = new FakeBroker(host.network);
  prepare(broker);
  await broker.start();
  const settings = adminSettings(new Map([['bootstrap.servers', `localhost:${broker.port}`]]));
  const connection = await BrokerConnection.open(broker, settings, host, 1000);
  return { host, broker, connection };
}

test('requests go out before earlier ones are answered, and answers find their requests', async () => {
  let release: () => void = () => assert.fail();
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { broker, connection } = await connected((fake) => {
    fake.on(heartbeatApi, async ({ request }) => {
      if (request.groupId === 'a') await gate;
      return { errorCode: request.groupId === 'a' ? 25 : 22 };
    });
  });
  const first = connection.send(heartbeatApi, { groupId: 'a' });
  const second = connection.send(heartbeatApi, { groupId: 'b' });
  await settle();
  assert.equal(connection.inFlightCount, 2);
  release();
  assert.deepEqual([(await first).errorCode, (await second).errorCode], [25, 22]);
  assert.deepEqual(
    broker.named(heartbeatApi).map(({ groupId }) => groupId),
    ['a', 'b'],
  );
  connection.close();
});

test('the version is the highest that both sides speak', async () => {
  const { broker, connection } = await connected((fake) => fake.on(listGroupsApi, () => ({ groups: [] }), 3));
  await connection.send(listGroupsApi, {});
  assert.equal(broker.calls[0]?.version, 3);
  await assert.rejects(
    async () => connection.send(findCoordinatorApi, {}),
    /The node does not support FIND_COORDINATOR/,
  );
  await assert.rejects(connection.send(listGroupsApi, { statesFilter: ['Empty'] }), { error: 'UNSUPPORTED_VERSION' });
  assert.equal((await connection.send(listGroupsApi, {})).errorCode, 0, 'the connection goes on');
  connection.close();
});

test('an older broker is asked for its versions in a version that it knows', async () => {
  const { connection } = await connected((fake) => {
    fake.on(
      apiVersionsApi,
      () => ({
        apiKeys: [
          { apiKey: 18, minVersion: 0, maxVersion: 2 },
          { apiKey: 16, minVersion: 0, maxVersion: 1 },
        ],
      }),
      2,
    );
  });
  assert.equal(connection.versionOf(listGroupsApi), 1);
  connection.close();
});

test('without an answer in time the connection is closed and all its calls fail', async () => {
  const { host, connection } = await connected((fake) => fake.on(heartbeatApi, () => undefined));
  const calls = [connection.send(heartbeatApi, {}), connection.send(heartbeatApi, {}, { timeoutMs: 90_000 })];
  const outcomes = Promise.allSettled(calls);
  await settle();
  host.clock.advance(29_999);
  await settle();
  assert.equal(connection.isClosed, false);
  host.clock.advance(1);
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof DisconnectedError);
    assert.match(outcome.reason.message, /did not answer Heartbeat in time/);
  }
  assert.equal(host.clock.timerCount, 0);
});

test('a closed connection fails its calls, those that wait and those to come', async () => {
  const { broker, connection } = await connected((fake) => fake.on(heartbeatApi, () => undefined));
  const waiting = connection.send(heartbeatApi, {});
  const outcome = assert.rejects(waiting, DisconnectedError);
  await settle();
  await broker.stop();
  await outcome;
  await assert.rejects(connection.send(heartbeatApi, {}), DisconnectedError);
});

/** A server that does something with the first bytes of a client, and nothing else. */
async function answering(answer: (connection: Connection) => void, entries: [string, string][] = []) {
  const host = testClientHost();
  const { port } = await host.network.listen('', 0, (connection) => {
    connection.handlers = {
      onData: () => answer(connection),
      onDrain: () => undefined,
      onEnd: () => undefined,
      onClose: () => undefined,
    };
    connection.resume();
  });
  const settings = adminSettings(new Map([['bootstrap.servers', 'localhost:1'], ...entries]));
  return { host, opening: BrokerConnection.open({ host: 'localhost', port }, settings, host, 1000, 700) };
}

test('a listener of another protocol is named', async () => {
  for (const [bytes, message] of [
    [
      Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50]),
      /it answers with TLS: .*security\.protocol=SSL or SASL_SSL/,
    ],
    [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /an HTTP server answers there, and no Kafka broker/],
    [Buffer.from('SSH-2.0-OpenSSH'), /does not speak Kafka's protocol \(its answer begins with "SSH-"\)/],
  ] as const) {
    const { opening } = await answering((connection) => connection.write([bytes]));
    await assert.rejects(opening, (error) => error instanceof ProtocolMismatchError && message.test(error.message));
  }
});

test('a listener that closes at once may want another protocol', async () => {
  const { opening } = await answering((connection) => connection.destroy());
  await assert.rejects(opening, {
    name: 'DisconnectedError',
    message:
      /without an answer to the first request: it may have TLS and want security\.protocol=SSL or SASL_SSL, or it may be no Kafka broker$/,
  });
});

test('a listener that says nothing is given up in time', async () => {
  const { host, opening } = await answering(() => undefined);
  const outcome = assert.rejects(opening, {
    name: 'DisconnectedError',
    message: /did not answer ApiVersions in time: it takes connections, but is it a Kafka broker\?/,
  });
  await settle();
  host.clock.advance(700);
  await outcome;
});

test('a listener that closes at the first request after the handshake may want a login', async () => {
  const prepare = (fake: FakeBroker) => {
    fake.on(heartbeatApi, (call) => call.connection.destroy() as undefined);
    fake.on(listGroupsApi, () => ({ groups: [] }));
  };
  const { connection } = await connected(prepare);
  await assert.rejects(connection.send(heartbeatApi, {}), {
    name: 'DisconnectedError',
    message: /may want a login, so set security\.protocol=SASL_PLAINTEXT, sasl\.mechanism and sasl\.jaas\.config$/,
  });
  const { connection: known } = await connected(prepare);
  await known.send(listGroupsApi, {});
  await assert.rejects(known.send(heartbeatApi, {}), { name: 'DisconnectedError', message: /closed the connection$/ });
});
