import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { ConfigException } from '../../src/config/config-exception.js';
import type { Endpoint } from '../../src/config/endpoint.js';

const COMBINED = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:9093',
  listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
  'controller.listener.names': 'CONTROLLER',
};

function configOf(properties: Record<string, string>): BrokerConfig {
  return new BrokerConfig(new Map(Object.entries(properties)));
}

function endpointTexts(endpoints: readonly Endpoint[]): string[] {
  return endpoints.map(
    ({ listener, securityProtocol, host, port }) => `${listener}|${securityProtocol}|${host}|${port}`,
  );
}

function sorted(entries: Iterable<string>): string {
  return `[${[...entries].sort().join(', ')}]`;
}

function viewOf(config: BrokerConfig): Record<string, unknown> {
  return {
    nodeId: config.nodeId,
    brokerId: config.get('broker.id'),
    roles: sorted(config.roles),
    listeners: endpointTexts(config.listeners),
    data: endpointTexts(config.brokerListeners),
    controller: endpointTexts(config.controllerListeners),
    advertisedBroker: endpointTexts(config.advertisedBrokerListeners),
    advertisedController: endpointTexts(config.advertisedControllerListeners),
    interBroker: `${config.interBroker.listener}|${config.interBroker.securityProtocol}`,
    early: sorted(config.earlyStartListeners),
    map: `{${[...config.protocolMap]
      .map(([name, protocol]) => `${name}=${protocol}`)
      .sort()
      .join(', ')}}`,
    logDirs: `[${config.logDirs.join(', ')}]`,
    metadataLogDir: config.metadataLogDir,
    rollMs: config.logRollMs,
    jitterMs: config.logRollJitterMs,
    retentionMs: config.logRetentionMs,
    protocols: sorted(config.get('group.coordinator.rebalance.protocols')),
    rack: config.get('broker.rack'),
    alterThreads: config.get('num.replica.alter.log.dirs.threads') ?? config.logDirs.length,
  };
}

interface Measured {
  readonly props: Record<string, string>;
  readonly error?: string;
  readonly exception?: string;
  readonly view?: Record<string, unknown>;
}

const VECTORS = new URL('../../../test/vectors/broker-configs.jsonl.gz', import.meta.url);

// Each line: a server.properties, and what KafkaConfig of Apache Kafka 4.3.1 says or makes of it.
test('a server configuration is refused or understood as by Apache Kafka', () => {
  const lines = gunzipSync(readFileSync(VECTORS)).toString().trimEnd().split('\n');
  assert.ok(lines.length > 300);
  for (const { props, error, exception, view } of lines.map((line) => JSON.parse(line) as Measured)) {
    const where = JSON.stringify(props);
    if (error !== undefined) {
      assert.throws(
        () => configOf(props),
        (thrown) => {
          assert.ok(thrown instanceof ConfigException, where);
          assert.equal(thrown.message, error, where);
          assert.equal(thrown.javaClass.replace(/^.*\./, ''), exception, where);
          return true;
        },
      );
      continue;
    }
    const ours = viewOf(configOf(props));
    const expected = Object.fromEntries(Object.keys(ours).map((name) => [name, view?.[name]]));
    if ((expected.retentionMs as number) > Number.MAX_SAFE_INTEGER) expected.retentionMs = Number.POSITIVE_INFINITY;
    assert.deepEqual(ours, expected, where);
  }
});

test('values are typed by their key', () => {
  const config = configOf({ ...COMBINED, 'no.such.key': 'x' });
  const partitions: number = config.get('num.partitions');
  const retentionMs: number | null = config.get('log.retention.ms');
  const roles: readonly string[] = config.get('process.roles');
  const enabled: boolean = config.get('delete.topic.enable');
  assert.deepEqual([partitions, retentionMs, roles, enabled], [1, null, ['broker', 'controller'], true]);
  assert.equal(config.text('log.flush.interval.messages'), '9223372036854775807');
  assert.equal(config.get('log.flush.interval.messages'), Number.POSITIVE_INFINITY);
  assert.equal(config.text('sasl.jaas.config'), null);
  assert.deepEqual(config.unknownNames(), ['no.such.key']);
  assert.equal(config.isSet('num.partitions'), false);
});

test('changes over a configuration are checked with the rest of it', () => {
  const config = configOf(COMBINED);
  const changed = config.with(new Map([['num.partitions', '7']]));
  assert.deepEqual([changed.get('num.partitions'), changed.nodeId, config.get('num.partitions')], [7, 1, 1]);
  assert.throws(() => config.with(new Map([['node.id', '2']])), /must set `node.id`|included in the set of voters/);
});

test('a listener has its own settings', () => {
  const config = configOf({
    ...COMBINED,
    'ssl.keystore.type': 'PEM',
    'listener.name.plaintext.ssl.keystore.type': 'PKCS12',
    'listener.name.other.max.connections': '5',
  });
  assert.equal(config.forListener('PLAINTEXT').get('ssl.keystore.type'), 'PKCS12');
  assert.equal(config.forListener('CONTROLLER').get('ssl.keystore.type'), 'PEM');
  assert.equal(config.forListener('OTHER').get('max.connections'), 5);
  assert.equal(config.get('max.connections'), 2147483647);
});

test('connection limits of single hosts, IPv6 among them', () => {
  const config = configOf({ ...COMBINED, 'max.connections.per.ip.overrides': '127.0.0.1:5, ::1:6' });
  assert.deepEqual(
    [...config.maxConnectionsPerIpOverrides()],
    [
      ['127.0.0.1', 5],
      ['::1', 6],
    ],
  );
  for (const wrong of ['x', 'a:x']) {
    assert.throws(() => configOf({ ...COMBINED, 'max.connections.per.ip.overrides': wrong }), ConfigException);
  }
});

test('a broker on its own warns of settings that belong to the controller', () => {
  const { warnings } = configOf({
    'process.roles': 'broker',
    'node.id': '7',
    'controller.quorum.bootstrap.servers': 'localhost:9093',
    'controller.listener.names': 'A,B',
    'num.partitions': '3',
  });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] as string, /only the first will be used since process.roles=broker: \[A, B\]$/);
  assert.match(warnings[1] as string, /^num.partitions is defined in the broker role\./);
  assert.deepEqual(configOf(COMBINED).warnings, []);
});
