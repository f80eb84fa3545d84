import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { Config } from '../../src/config/config.js';
import { CONSUMER_KEYS } from '../../src/config/keys/consumer.js';
import { PRODUCER_KEYS } from '../../src/config/keys/producer.js';
import { parseProperties } from '../../src/config/properties.js';

function load(name: string): Map<string, string> {
  return parseProperties(readFileSync(new URL(`../../../config/${name}`, import.meta.url)));
}

test('the configurations of nodes are ready to use, and know no key that Kafka does not', () => {
  const roles: Record<string, string[]> = {
    'server.properties': ['broker', 'controller'],
    'kraft/server.properties': ['broker', 'controller'],
    'controller.properties': ['controller'],
    'broker.properties': ['broker'],
  };
  for (const [name, expected] of Object.entries(roles)) {
    const config = new BrokerConfig(load(name));
    assert.deepEqual([...config.roles], expected, name);
    assert.deepEqual([config.unknownNames(), config.warnings], [[], []], name);
  }
  const combined = new BrokerConfig(load('kraft/server.properties'));
  assert.deepEqual([...combined.quorumVoters], [[1, { host: 'localhost', port: 9093 }]]);
  assert.equal(combined.get('offsets.topic.replication.factor'), 1);
  assert.deepEqual(combined.logDirs, ['/tmp/kraft-combined-logs']);
});

test('the configurations of clients are ones that clients take', () => {
  const serializer = 'org.apache.kafka.common.serialization.StringSerializer';
  const deserializer = serializer.replace('Serializer', 'Deserializer');
  const producer = new Config(
    PRODUCER_KEYS,
    new Map([...load('producer.properties'), ['key.serializer', serializer], ['value.serializer', serializer]]),
  );
  const consumer = new Config(
    CONSUMER_KEYS,
    new Map([...load('consumer.properties'), ['key.deserializer', deserializer], ['value.deserializer', deserializer]]),
  );
  assert.deepEqual([producer.unknownNames(), consumer.unknownNames()], [[], []]);
  assert.deepEqual(producer.get('bootstrap.servers'), ['localhost:9092']);
});
