import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminSettings } from '../../src/client/client-config.js';
import { Cluster } from '../../src/client/cluster.js';
import { consumerSettings } from '../../src/client/consumer/consumer-config.js';
import { producerSettings } from '../../src/client/producer/producer-config.js';
import { testClientHost } from '../support/client-host.js';

const notesOf = (...entries: [string, string][]) =>
  adminSettings(new Map([['bootstrap.servers', 'a:1'], ...entries])).keyNotes;

test('keys that mean something are not spoken of', () => {
  assert.deepEqual(notesOf(['request.timeout.ms', '7'], ['client.dns.lookup', 'use_all_dns_ips']), {
    warnings: [],
    unused: null,
  });
});

test('keys that have no meaning here are warned of by name, with the reason, unless they change nothing', () => {
  const { warnings } = notesOf(
    ['metric.reporters', ''],
    ['ssl.provider', 'SunJSSE'],
    ['metrics.num.samples', '2'],
    ['security.providers', 'x.Y'],
    ['sasl.kerberos.service.name', 'kafka'],
    ['ssl.trustmanager.algorithm', 'PKIX'],
  );
  assert.deepEqual(warnings, [
    'The configuration metric.reporters has no effect: this client keeps no metrics.',
    'The configuration ssl.provider has no effect: TLS is that of Node, and not of Java.',
    'The configuration security.providers has no effect: TLS is that of Node, and not of Java.',
    'The configuration sasl.kerberos.service.name has no effect: Kerberos is not available in this client.',
  ]);
});

test('producers and consumers warn of theirs', () => {
  const interceptors: [string, string][] = [
    ['bootstrap.servers', 'a:1'],
    ['interceptor.classes', 'x.Y'],
  ];
  const ofConsumer = consumerSettings(new Map(interceptors));
  const ofProducer = producerSettings(new Map([...interceptors, ['metadata.max.idle.ms', '5000']]));
  assert.match(ofConsumer.keyNotes.warnings.join(), /^The configuration interceptor\.classes has no effect/);
  assert.match(ofProducer.keyNotes.warnings.join(), /interceptor\.classes.*metadata\.max\.idle\.ms/);
});

test('names that are not used are listed as Java lists them', () => {
  const { unused, warnings } = notesOf(
    ['foo.bar', '1'],
    ['acks', 'all'],
    ['ssl.truststore.location', '/x'],
    ['sasl.mechanism', 'PLAIN'],
    ['send.buffer.bytes', '1'],
    ['config.providers.env.class', 'x'],
  );
  assert.equal(
    unused,
    "These configurations '[foo.bar, acks, ssl.truststore.location, sasl.mechanism, send.buffer.bytes]' were supplied but are not used yet.",
  );
  assert.deepEqual(warnings, []);
  assert.equal(notesOf(['security.protocol', 'SSL'], ['ssl.truststore.location', '/x']).unused, null);
});

test('a name that is nearly one is told', () => {
  assert.deepEqual(notesOf(['ssl.trustore.location', '/x'], ['sasl.mechanisms', 'PLAIN']).warnings, [
    'There is no configuration ssl.trustore.location. Was ssl.truststore.location meant?',
    'There is no configuration sasl.mechanisms. Was sasl.mechanism meant?',
  ]);
});

test('the log of a client has them', () => {
  const host = testClientHost();
  const settings = adminSettings(
    new Map([
      ['bootstrap.servers', 'a:1'],
      ['ssl.provider', 'X'],
      ['foo', '1'],
    ]),
  );
  new Cluster(settings, host).close();
  const lines = host.logger.lines.map(({ level, message }) => `${level} ${message}`);
  assert.deepEqual(lines, [
    'WARN The configuration ssl.provider has no effect: TLS is that of Node, and not of Java.',
    "INFO These configurations '[foo]' were supplied but are not used yet.",
  ]);
});
