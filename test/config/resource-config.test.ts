import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { ClientMetricsConfig, checkClientMetricsConfig } from '../../src/config/client-metrics-config.js';
import { checkGroupConfig, GroupConfig } from '../../src/config/group-config.js';
import { TOPIC_KEYS } from '../../src/config/keys/topic.js';
import { serverDefault } from '../../src/config/server-defaults.js';
import { checkTopicConfig, TopicConfig, type TopicKeyName } from '../../src/config/topic-config.js';
import type { LogOptions } from '../../src/storage/log-options.js';

type Settings = Record<string, string>;

function brokerOf(settings: Settings = {}): BrokerConfig {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
    'controller.listener.names': 'CONTROLLER',
    ...settings,
  };
  return new BrokerConfig(mapOf(properties));
}

function mapOf(settings: Settings = {}): Map<string, string> {
  return new Map(Object.entries(settings));
}

interface Measured {
  readonly type: 'TOPIC' | 'GROUP' | 'CLIENT_METRICS';
  readonly configs: Settings;
  readonly broker: Settings;
  readonly old?: Settings;
  readonly error?: string;
  readonly view?: Record<string, string | null>;
  readonly derived?: Record<string, unknown>;
}

function check({ type, configs, broker, old }: Measured): void {
  if (type === 'TOPIC') checkTopicConfig(mapOf(configs), brokerOf(broker), mapOf(old));
  else if (type === 'GROUP') checkGroupConfig(mapOf(configs), brokerOf(broker));
  else checkClientMetricsConfig(mapOf(configs));
}

const VECTORS = new URL('../../../test/vectors/resource-configs.jsonl.gz', import.meta.url);

// Each line: what a topic, group or subscription is set to under some broker, and what Apache Kafka 4.3.1 makes of it.
test('settings of topics, groups and subscriptions are checked and completed as by Apache Kafka', () => {
  const lines = gunzipSync(readFileSync(VECTORS)).toString().trimEnd().split('\n');
  assert.ok(lines.length > 150);
  for (const line of lines) {
    const measured = JSON.parse(line) as Measured;
    if (measured.error !== undefined) {
      assert.throws(() => check(measured), { message: measured.error }, line);
      continue;
    }
    check(measured);
    if (measured.type !== 'TOPIC') continue;
    const config = new TopicConfig(mapOf(measured.configs), brokerOf(measured.broker));
    for (const [name, text] of Object.entries(measured.view ?? {})) {
      assert.equal(config.text(name as TopicKeyName), text, `${name} in ${line}`);
    }
    const { segmentBytes, deletes, compacts } = config;
    const derived = measured.derived ?? {};
    assert.deepEqual(
      { segmentBytes, deletes, compacts },
      { segmentBytes: derived.segmentBytes, deletes: derived.deletes, compacts: derived.compacts },
      line,
    );
  }
});

test('limits that are off are infinite', () => {
  const unlimited = new TopicConfig(mapOf({ 'retention.ms': '-1' }), brokerOf());
  assert.equal(unlimited.retentionMs, Number.POSITIVE_INFINITY);
  const asTheLogTakesIt: LogOptions = unlimited;
  assert.equal(asTheLogTakesIt.retentionBytes, Number.POSITIVE_INFINITY);
  assert.equal(unlimited.flushMs, Number.POSITIVE_INFINITY);
  assert.equal(new TopicConfig(mapOf({ 'retention.bytes': '5' }), brokerOf()).retentionBytes, 5);
});

test('a default that comes from the broker names its key, in the unit of the topic', () => {
  const key = TOPIC_KEYS['retention.ms'];
  assert.equal(serverDefault(key, brokerOf()), null);
  assert.deepEqual(serverDefault(key, brokerOf({ 'log.retention.hours': '2' })), {
    brokerKey: 'log.retention.hours',
    text: '7200000',
  });
  assert.deepEqual(serverDefault(key, brokerOf({ 'log.retention.hours': '2', 'log.retention.minutes': '1' })), {
    brokerKey: 'log.retention.minutes',
    text: '60000',
  });
});

test('a group takes what its broker says', () => {
  const config = new GroupConfig(mapOf(), brokerOf({ 'group.consumer.session.timeout.ms': '50000' }));
  assert.equal(config.get('consumer.session.timeout.ms'), 50_000);
  assert.equal(config.get('share.isolation.level'), 'read_uncommitted');
});

test('a subscription matches whole texts', () => {
  const { patterns } = new ClientMetricsConfig(mapOf({ match: 'client_id=app.*, client_source_port=1' }));
  assert.deepEqual([...patterns.keys()], ['client_id', 'client_source_port']);
  assert.ok(patterns.get('client_id')?.test('app-1'));
  assert.ok(!patterns.get('client_id')?.test('my-app-1'));
});
