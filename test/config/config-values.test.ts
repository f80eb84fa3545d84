import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parseValue, shownValue } from '../../src/config/config.js';
import { ConfigException } from '../../src/config/config-exception.js';
import type { ConfigKeys } from '../../src/config/config-key.js';
import { ADMIN_KEYS } from '../../src/config/keys/admin.js';
import { BROKER_KEYS } from '../../src/config/keys/broker.js';
import { BROKER_QUOTA_KEYS } from '../../src/config/keys/broker-quota.js';
import { CLIENT_METRICS_KEYS } from '../../src/config/keys/client-metrics.js';
import { CONSUMER_KEYS } from '../../src/config/keys/consumer.js';
import { GROUP_KEYS } from '../../src/config/keys/group.js';
import { IP_QUOTA_KEYS } from '../../src/config/keys/ip-quota.js';
import { PRODUCER_KEYS } from '../../src/config/keys/producer.js';
import { TOPIC_KEYS } from '../../src/config/keys/topic.js';
import { USER_QUOTA_KEYS } from '../../src/config/keys/user-quota.js';

const TABLES: Record<string, ConfigKeys> = {
  broker: BROKER_KEYS,
  topic: TOPIC_KEYS,
  group: GROUP_KEYS,
  'client-metrics': CLIENT_METRICS_KEYS,
  'quota-user-client': USER_QUOTA_KEYS,
  'quota-ip': IP_QUOTA_KEYS,
  'quota-broker': BROKER_QUOTA_KEYS,
  producer: PRODUCER_KEYS,
  consumer: CONSUMER_KEYS,
  admin: ADMIN_KEYS,
};

interface Measured {
  readonly section: string;
  readonly key: string;
  readonly input: string;
  readonly value?: string;
  readonly error?: string;
}

const VECTORS = new URL('../../../test/vectors/config-values.jsonl.gz', import.meta.url);

// What ConfigDef of Apache Kafka 4.3.1 makes of each text: the value it shows, or its message. One key stands for all
// of the same type and validator.
test('values are taken, shown and refused as Apache Kafka does', () => {
  const lines = gunzipSync(readFileSync(VECTORS)).toString().trimEnd().split('\n');
  const measured = lines.map((line) => JSON.parse(line) as Measured);
  assert.ok(measured.length > 1500);
  for (const { section, key: name, input, value, error } of measured) {
    const key = TABLES[section]?.[name];
    assert.ok(key, `${section} ${name}`);
    const where = `${section} ${name} ${JSON.stringify(input)}`;
    if (error !== undefined) {
      assert.throws(() => parseValue(name, key, input), new ConfigException(error), where);
    } else {
      parseValue(name, key, input);
      if (key.type.name !== 'PASSWORD') assert.equal(shownValue(key, input), value, where);
    }
  }
});

test('every default passes its own check', () => {
  for (const keys of Object.values(TABLES)) {
    for (const [name, key] of Object.entries(keys)) {
      if (typeof key.default === 'string') parseValue(name, key, key.default);
    }
  }
});

test('synonyms and stand-ins of the tables are keys of the broker', () => {
  for (const keys of Object.values(TABLES)) {
    for (const [name, key] of Object.entries(keys)) {
      for (const synonym of key.synonyms ?? [])
        assert.ok(synonym in BROKER_KEYS || synonym === 'log.flush.scheduler.interval.ms', name);
      for (const [server] of key.server ?? []) assert.ok(server in BROKER_KEYS, `${name}: ${server}`);
    }
  }
});
