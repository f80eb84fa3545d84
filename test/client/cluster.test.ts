import assert from 'node:assert/strict';
import test from 'node:test';
import { adminSettings, CONNECT_TIMEOUT_KEY } from '../../src/client/client-config.js';
import {
  AdvertisedAddressError,
  AuthenticationError,
  BootstrapError,
  ClientClosedError,
  ClientSetupError,
  kafkaErrorOf,
} from '../../src/client/client-errors.js';
import { Cluster } from '../../src/client/cluster.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { listGroupsApi } from '../../src/protocol/generated/list-groups.js';
import { passTime, settle, testClientHost } from '../support/client-host.js';
import { FakeBroker } from '../support/fake-broker.js';
import { wantLogin } from '../support/fake-sasl.js';

const errorOf = ({ errorCode }: { readonly errorCode: number }) => kafkaErrorOf(errorCode);

async function clusterOf(count: number, extra: [string, string][] = []) {
  const host = testClientHost();
  const brokers: FakeBroker[] = [];
  for (let id = 1; id <= count; id++) brokers.push(await new FakeBroker(host.network, id).start());
  for (const broker of brokers) broker.peers = brokers;
  const bootstrap = `localhost:${brokers[0]?.port}`;
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', bootstrap], ...extra])), host);
  return { host, brokers, cluster, broker: brokers[0] as FakeBroker };
}

test('when every address refuses, the error names each, within seconds', async () => {
  const host = testClientHost();
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', 'localhost:1,other:2']])), host);
  const failing = passTime(host.clock, cluster.allNodes());
  await assert.rejects(failing, (error) => {
    assert.ok(error instanceof BootstrapError);
    assert.match(error.message, /no broker of bootstrap.servers could be reached/);
    assert.deepEqual(error.failures.map(({ address }) => address).sort(), ['localhost:1', 'other:2']);
    return true;
  });
  assert.ok(host.clock.monotonicMs() < 4000);
  cluster.close();
});

test('one good address is enough, and one connection', async () => {
  const { host, broker } = await clusterOf(1);
  const settings = adminSettings(new Map([['bootstrap.servers', `localhost:1,localhost:${broker.port}`]]));
  const cluster = new Cluster(settings, host);
  broker.on(listGroupsApi, () => ({ groups: [] }));
  await cluster.call('any', listGroupsApi, {});
  await cluster.call({ node: 1 }, listGroupsApi, {});
  assert.equal(broker.connections.size, 1);
  assert.deepEqual(
    (await cluster.allNodes()).map(({ id }) => id),
    [1],
  );
  cluster.close();
});

test('a broker that comes up a moment later is waited for', async () => {
  const host = testClientHost();
  const broker = new FakeBroker(host.network);
  broker.port = 7000;
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', 'localhost:7000']])), host);
  const nodes = cluster.allNodes();
  await settle();
  host.clock.advance(100);
  await broker.start();
  assert.equal((await passTime(host.clock, nodes)).length, 1);
  cluster.close();
});

test('errors that may pass are tried again until the time is up, others not', async () => {
  const { host, broker, cluster } = await clusterOf(1);
  let failures = 3;
  broker.on(listGroupsApi, () => ({ errorCode: failures-- > 0 ? 14 : 0, groups: [] }));
  await passTime(host.clock, cluster.call('any', listGroupsApi, {}, { errorOf }));
  assert.equal(broker.calls.length, 4);
  broker.on(listGroupsApi, () => ({ errorCode: 30 }));
  await assert.rejects(cluster.call('any', listGroupsApi, {}, { errorOf }), { error: 'GROUP_AUTHORIZATION_FAILED' });
  assert.equal(broker.calls.length, 5);
  broker.on(listGroupsApi, () => ({ errorCode: 14 }));
  const startMs = host.clock.monotonicMs();
  const endless = passTime(host.clock, cluster.call('any', listGroupsApi, {}, { errorOf, timeoutMs: 5000 }));
  await assert.rejects(endless, (error) => {
    assert.ok(error instanceof KafkaError && error.error === 'REQUEST_TIMED_OUT');
    assert.match(error.message, /^ListGroups timed out after 5000 ms and \d+ attempts: The coordinator is loading/);
    return true;
  });
  const tookMs = host.clock.monotonicMs() - startMs;
  assert.ok(tookMs > 3500 && tookMs <= 5100, `${tookMs} ms`);
  cluster.close();
});

test('a coordinator that moved is found again', async () => {
  const { host, brokers, cluster } = await clusterOf(2);
  const [first, second] = brokers as [FakeBroker, FakeBroker];
  let coordinator = first;
  for (const broker of brokers) {
    broker.on(findCoordinatorApi, ({ request }) => ({
      coordinators: request.coordinatorKeys.map((key) => ({
        key,
        nodeId: coordinator.nodeId,
        host: 'localhost',
        port: coordinator.port,
      })),
    }));
    broker.on(heartbeatApi, () => ({ errorCode: broker === coordinator ? 0 : 16 }));
  }
  const target = { coordinator: 'group', key: 'g' } as const;
  await cluster.call(target, heartbeatApi, { groupId: 'g' }, { errorOf });
  coordinator = second;
  await passTime(host.clock, cluster.call(target, heartbeatApi, { groupId: 'g' }, { errorOf }));
  assert.equal(first.named(heartbeatApi).length, 2);
  assert.equal(second.named(heartbeatApi).length, 1);
  await cluster.call(target, heartbeatApi, { groupId: 'g' }, { errorOf });
  assert.equal(first.named(findCoordinatorApi).length + second.named(findCoordinatorApi).length, 2);
  cluster.close();
});

test('a broker that went away is replaced by another', async () => {
  const { host, brokers, cluster } = await clusterOf(2);
  for (const broker of brokers) broker.on(listGroupsApi, () => ({ groups: [{ groupId: `of ${broker.nodeId}` }] }));
  await cluster.call('any', listGroupsApi, {});
  const [first, second] = brokers as [FakeBroker, FakeBroker];
  await first.stop();
  second.peers = [second];
  const response = await passTime(host.clock, cluster.call('any', listGroupsApi, {}));
  assert.equal(response.groups[0]?.groupId, 'of 2');
  cluster.close();
});

test('closing ends calls that wait, and leaves no timer', async () => {
  const { host, broker, cluster } = await clusterOf(1);
  broker.on(listGroupsApi, () => ({ errorCode: 14 }));
  const waiting = assert.rejects(cluster.call('any', listGroupsApi, {}, { errorOf }), ClientClosedError);
  await settle();
  cluster.close();
  await waiting;
  assert.equal(host.clock.timerCount, 0);
});

const LOGIN: [string, string][] = [
  ['security.protocol', 'SASL_PLAINTEXT'],
  ['sasl.mechanism', 'PLAIN'],
  ['sasl.jaas.config', 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="no";'],
];

test('a login that is refused is not tried again, and not elsewhere', async () => {
  const { host, brokers } = await clusterOf(2);
  for (const broker of brokers) wantLogin(broker, { mechanisms: ['PLAIN'], users: { a: 'yes' } });
  const addresses = brokers.map(({ port }) => `localhost:${port}`).join();
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', addresses], ...LOGIN])), host);
  await assert.rejects(cluster.call('any', listGroupsApi, {}), (error) => {
    assert.ok(error instanceof AuthenticationError);
    assert.equal(error.error, 'SASL_AUTHENTICATION_FAILED');
    return true;
  });
  assert.equal(host.clock.monotonicMs(), 0);
  assert.equal(brokers.flatMap(({ calls }) => calls).filter(({ name }) => name === 'SaslAuthenticate').length, 1);
  assert.match(
    host.logger.at('ERROR').join('\n'),
    /^\[clientId=adminclient-1\] Connection to localhost:\d+ failed authentication due to: Authentication failed: Invalid username or password\. Look at username and password in sasl\.jaas\.config \(sasl\.mechanism is PLAIN\)$/,
  );
  cluster.close();
});

test('a password that is changed while the client runs ends it as well', async () => {
  const { host, broker } = await clusterOf(1);
  wantLogin(broker, { mechanisms: ['PLAIN'], users: { a: 'no' } });
  broker.on(listGroupsApi, () => ({ groups: [] }));
  const properties = new Map([['bootstrap.servers', `localhost:${broker.port}`], ...LOGIN]);
  const cluster = new Cluster(adminSettings(properties), host);
  await cluster.call('any', listGroupsApi, {});
  wantLogin(broker, { mechanisms: ['PLAIN'], users: { a: 'changed' } });
  for (const connection of broker.connections) connection.destroy();
  await settle();
  await assert.rejects(passTime(host.clock, cluster.call('any', listGroupsApi, {})), AuthenticationError);
  assert.ok(host.clock.monotonicMs() < 1000);
  cluster.close();
});

test('files that are of no use are told at once', async () => {
  const host = testClientHost();
  const properties: [string, string][] = [
    ['bootstrap.servers', 'localhost:1'],
    ['security.protocol', 'SSL'],
    ['ssl.truststore.location', '/nowhere'],
  ];
  const cluster = new Cluster(adminSettings(new Map(properties)), host);
  await assert.rejects(cluster.call('any', listGroupsApi, {}), ClientSetupError);
  assert.equal(host.clock.monotonicMs(), 0);
  cluster.close();
});

/** Brokers that give addresses of themselves at which nobody is; the client comes to the first by another one. */
async function hidden(count: number) {
  const { host, brokers } = await clusterOf(count);
  const bootstrap = `localhost:${brokers[0]?.port}`;
  for (const [index, broker] of brokers.entries()) broker.port = index + 1;
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', bootstrap]])), host);
  return { host, brokers, cluster, bootstrap };
}

test('addresses of brokers that lead nowhere are named, with the one that does', async () => {
  const { host, cluster, bootstrap } = await hidden(2);
  const call = cluster.call({ node: 1 }, listGroupsApi, {});
  await assert.rejects(passTime(host.clock, call), (error) => {
    assert.ok(error instanceof AdvertisedAddressError && error instanceof BootstrapError);
    const { message } = error;
    assert.ok(message.startsWith(`the cluster answers at ${bootstrap}, but its brokers tell clients to connect to `));
    assert.match(message, /localhost:1 \(connection refused.*localhost:2 \(connection refused.*advertised\.listeners/);
    return true;
  });
  const tookMs = host.clock.monotonicMs();
  assert.ok(tookMs >= 2000 && tookMs < 5000, `${tookMs} ms`);
  cluster.close();
});

test('one of several brokers that cannot be reached is waited for', async () => {
  const { host, brokers, cluster } = await hidden(2);
  const [first, second] = brokers as [FakeBroker, FakeBroker];
  const reachable = await new FakeBroker(host.network, 2).start();
  second.port = reachable.port;
  reachable.peers = brokers;
  first.on(listGroupsApi, () => ({ groups: [] }));
  const call = cluster.call({ node: 1 }, listGroupsApi, {}, { timeoutMs: 8000 });
  await assert.rejects(passTime(host.clock, call), /timed out after 8000 ms .*cannot connect to localhost:1/);
  cluster.close();
});

test('a broker that takes connections and says nothing is given up in seconds', async () => {
  const host = testClientHost();
  const { port } = await host.network.listen('', 0, () => undefined);
  const cluster = new Cluster(adminSettings(new Map([['bootstrap.servers', `localhost:${port}`]])), host);
  await assert.rejects(passTime(host.clock, cluster.allNodes()), /did not answer ApiVersions in time/);
  assert.ok(host.clock.monotonicMs() <= 5100, `${host.clock.monotonicMs()} ms`);
  cluster.close();
});

test('the time to look for the cluster can be longer', async () => {
  const host = testClientHost();
  const properties = new Map([
    ['bootstrap.servers', 'localhost:7000'],
    [CONNECT_TIMEOUT_KEY, '20000'],
  ]);
  const cluster = new Cluster(adminSettings(properties), host);
  const broker = new FakeBroker(host.network);
  broker.port = 7000;
  host.clock.setTimer(15_000, () => void broker.start());
  assert.equal((await passTime(host.clock, cluster.allNodes())).length, 1);
  assert.ok(host.clock.monotonicMs() >= 15_000);
  cluster.close();
});

test('with client.dns.lookup an address stands for all the names behind it', async () => {
  const { host, broker } = await clusterOf(1);
  const asked: string[] = [];
  const network = Object.assign(host.network, {
    canonicalNames: async (name: string) => {
      asked.push(name);
      return ['one.example', 'two.example'];
    },
  });
  const properties = new Map([
    ['bootstrap.servers', `alias:${broker.port + 1}`],
    ['client.dns.lookup', 'resolve_canonical_bootstrap_servers_only'],
  ]);
  const cluster = new Cluster(adminSettings(properties), { ...host, network });
  await assert.rejects(passTime(host.clock, cluster.allNodes()), (error) => {
    assert.ok(error instanceof BootstrapError);
    const names = error.failures.map(({ address }) => address.replace(/:.*/, '')).sort();
    assert.deepEqual(names, ['one.example', 'two.example']);
    return true;
  });
  assert.equal(asked[0], 'alias');
  cluster.close();
});
