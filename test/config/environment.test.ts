import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokerKey } from '../../src/config/broker-config.js';
import {
  clusterIdFromEnvironment,
  type Environment,
  logLevelsFromEnvironment,
  propertiesFromEnvironment,
} from '../../src/config/environment.js';

const read = (environment: Environment): Map<string, string> =>
  propertiesFromEnvironment(environment, (name) => brokerKey(name) !== null);

test('variables in the way of the Bitnami image', () => {
  const properties = read({
    KAFKA_CFG_LOG_RETENTION_MS: '5',
    KAFKA_CFG_LISTENER_NAME_SASL_SSL_PLAIN_SASL_JAAS_CONFIG: 'x',
    KAFKA_CFG_MY_KEY: 'kept',
    PATH: '/bin',
  });
  assert.deepEqual(Object.fromEntries(properties), {
    'log.retention.ms': '5',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': 'x',
    'my.key': 'kept',
  });
});

test('variables in the way of the Apache image, and those of others left alone', () => {
  const properties = read({
    KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://broker:9092',
    KAFKA_LISTENER_NAME_SASL__PLAINTEXT_SCRAM___SHA___256_SASL_JAAS_CONFIG: 'x',
    KAFKA_NUM_PARTITIONS: '',
    KAFKA_HOME: '/opt/kafka',
    KAFKA_HEAP_OPTS: '-Xmx1G',
    KAFKA_SERVICE_HOST: '10.0.0.1',
    KAFKA_PORT: 'tcp://10.0.0.1:9092',
    KAFKA_VERSION: '4.3.1',
  });
  assert.deepEqual(Object.fromEntries(properties), {
    'advertised.listeners': 'PLAINTEXT://broker:9092',
    'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': 'x',
    'num.partitions': '',
  });
});

test('where both ways set a key, KAFKA_CFG_ counts', () => {
  const properties = read({ KAFKA_NODE_ID: '1', KAFKA_CFG_NODE_ID: '2' });
  assert.deepEqual([...properties], [['node.id', '2']]);
});

test('cluster ids and log levels', () => {
  assert.equal(clusterIdFromEnvironment({}), null);
  assert.equal(clusterIdFromEnvironment({ KAFKA_KRAFT_CLUSTER_ID: 'b' }), 'b');
  assert.equal(clusterIdFromEnvironment({ CLUSTER_ID: 'a', KAFKA_KRAFT_CLUSTER_ID: 'b' }), 'a');
  const levels = logLevelsFromEnvironment({
    KAFKA_LOG4J_ROOT_LOGLEVEL: 'warn',
    KAFKA_LOG4J_LOGGERS: 'kafka=INFO, kafka.controller = trace,,x',
  });
  assert.deepEqual(
    [...levels],
    [
      ['', 'WARN'],
      ['kafka', 'INFO'],
      ['kafka.controller', 'TRACE'],
    ],
  );
});
