import assert from 'node:assert/strict';
import test from 'node:test';
import { adminSettings } from '../../src/client/client-config.js';
import { BootstrapError, ClientClosedError, kafkaErrorOf } from '../../src/client/client-errors.js';
import { Cluster } from '../../src/client/cluster.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { listGroupsApi } from '../../src/protocol/generated/list-groups.js';
import { passTime, settle, testClientHost } from '../support/client-host.js';
import { FakeBroker } from '../support/fake-broker.js';

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
