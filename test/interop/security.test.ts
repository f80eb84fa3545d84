import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Logger } from '../../src/base/host.js';
import { adminSettings } from '../../src/client/client-config.js';
import { BrokerConnection } from '../../src/client/connection.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { nodeRandom } from '../../src/host/node-random.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { tlsPath } from '../support/tls-files.js';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { kafkalite, outputOf, runTool } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

const SECURITY = 'org.apache.kafka.common.security.';
const OAUTH = `${SECURITY}oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="olivia";`;
const plain = (password: string) =>
  `${SECURITY}plain.PlainLoginModule required username="alice" password="${password}";`;
const scram = (password: string) => `${SECURITY}scram.ScramLoginModule required username="sam" password="${password}";`;
/** Of logins with a token, so that a test sees one renewed. */
const LOGIN_MS = 1500;

const NAMES = ['PLAIN', 'SASL', 'TLS', 'MTLS', 'SASLTLS', 'ELSEWHERE', 'EXPIRED', 'HIDDEN', 'CONTROLLER'] as const;
type Listener = (typeof NAMES)[number];
type Ports = Readonly<Record<Listener, number>>;

async function freePorts(): Promise<Ports> {
  const servers = NAMES.map(() => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(NAMES.map((name, index) => [name, ports[index] as number])) as Ports;
}

/** A broker with a listener of each kind, and some that have something wrong. */
function listeners(ports: Ports): Record<string, string> {
  const all = NAMES.map((name) => `${name}://localhost:${ports[name]}`);
  const keyStore = (name: string, certificate: string) => ({
    [`listener.name.${name}.ssl.keystore.type`]: 'PEM',
    [`listener.name.${name}.ssl.keystore.key`]: pem('server.key'),
    [`listener.name.${name}.ssl.keystore.certificate.chain`]: pem(certificate),
  });
  return {
    'controller.quorum.voters': `1@localhost:${ports.CONTROLLER}`,
    listeners: all.join(),
    'advertised.listeners': all
      .filter((address) => !address.startsWith('CONTROLLER'))
      .map((address) => (address.startsWith('HIDDEN') ? 'HIDDEN://no-such-host.invalid:9092' : address))
      .join(),
    'listener.security.protocol.map':
      'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,HIDDEN:PLAINTEXT,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL,TLS:SSL,MTLS:SSL,ELSEWHERE:SSL,EXPIRED:SSL',
    'inter.broker.listener.name': 'PLAIN',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.sasl.plain.sasl.jaas.config': plain('secret').replace(';', ' user_alice="secret";'),
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${SECURITY}scram.ScramLoginModule required;`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${SECURITY}scram.ScramLoginModule required;`,
    'listener.name.sasl.oauthbearer.sasl.jaas.config': OAUTH,
    'listener.name.sasl.oauthbearer.connections.max.reauth.ms': String(LOGIN_MS),
    'listener.name.sasltls.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasltls.plain.sasl.jaas.config': plain('secret').replace(';', ' user_alice="secret";'),
    ...keyStore('sasltls', 'server.crt'),
    ...keyStore('tls', 'server.crt'),
    ...keyStore('mtls', 'server.crt'),
    ...keyStore('elsewhere', 'elsewhere.crt'),
    ...keyStore('expired', 'expired.crt'),
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.mtls.ssl.truststore.type': 'PEM',
    'listener.name.mtls.ssl.truststore.certificates': pem('ca.crt'),
  };
}

/** A PEM file as one line of a properties file. */
const pem = (name: string): string => nodeDisk.readWhole(tlsPath(name)).toString().trim().replaceAll('\n', '\\n');

const TRUST = { 'ssl.truststore.location': tlsPath('trust.p12'), 'ssl.truststore.password': 'changeit' };
const MINE = {
  'ssl.keystore.location': tlsPath('client.jks'),
  'ssl.keystore.password': 'changeit',
  'ssl.key.password': 'key-secret',
};
const TLS = { 'security.protocol': 'SSL', ...TRUST };

const login = (mechanism: string, jaas: string, protocol = 'SASL_PLAINTEXT') => ({
  'security.protocol': protocol,
  'sasl.mechanism': mechanism,
  'sasl.jaas.config': jaas,
});

test("this project's clients speak with each kind of listener of Apache Kafka", { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const bed = new Bed(t);
  const ports = await freePorts();
  await bed.start(kafka, 'node', listeners(ports));
  const at = (listener: Listener) => ['--bootstrap-server', `localhost:${ports[listener]}`];
  await outputOf(kafka, 'kafka-configs', [
    ...at('PLAIN'),
    ...['--alter', '--entity-type', 'users', '--entity-name', 'sam'],
    ...['--add-config', 'SCRAM-SHA-256=[password=secret]'],
  ]);
  await outputOf(kafkalite, 'kafka-topics', [...at('PLAIN'), '--create', '--topic', 'safe']);
  const config = (keys: Record<string, string>): string[] => {
    const path = join(bed.directory, 'client.properties');
    writeFileSync(
      path,
      Object.entries(keys)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    return ['--command-config', path];
  };
  const topics = (listener: Listener, keys: Record<string, string>, ...action: string[]) =>
    runTool(kafkalite, 'kafka-topics', [
      ...at(listener),
      ...config(keys),
      ...(action.length > 0 ? action : ['--list']),
    ]);

  await t.test('what fits works', async () => {
    for (const [listener, keys] of [
      ['SASL', login('PLAIN', plain('secret'))],
      ['SASL', login('SCRAM-SHA-256', scram('secret'))],
      ['SASL', login('OAUTHBEARER', OAUTH)],
      ['TLS', TLS],
      [
        'TLS',
        { ...TLS, 'ssl.enabled.protocols': 'TLSv1.2', 'ssl.cipher.suites': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
      ],
      ['MTLS', { ...TLS, ...MINE }],
      ['ELSEWHERE', { ...TLS, 'ssl.endpoint.identification.algorithm': '' }],
      ['SASLTLS', { ...login('PLAIN', plain('secret'), 'SASL_SSL'), ...TRUST }],
    ] as const) {
      const { status, stdout, stderr } = await topics(listener, keys);
      assert.deepEqual([status, stdout.trim(), stderr], [0, 'safe', ''], `${listener} ${JSON.stringify(keys)}`);
    }
  });

  await t.test('records go over TLS with a login', async () => {
    const keys = { ...login('PLAIN', plain('secret'), 'SASL_SSL'), ...TRUST };
    await outputOf(kafkalite, 'kafka-console-producer', [...at('SASLTLS'), '--topic', 'safe', ...config(keys)], {
      input: 'one\ntwo\n',
    });
    const args = [...at('SASLTLS'), '--topic', 'safe', '--from-beginning', '--max-messages', '2', ...config(keys)];
    assert.equal(await outputOf(kafkalite, 'kafka-console-consumer', args), 'one\ntwo\n');
  });

  await t.test("what does not fit fails with Java's words, and says why in the log", async () => {
    for (const [listener, keys, words, log] of [
      [
        'SASL',
        login('PLAIN', plain('no')),
        'Authentication failed: Invalid username or password',
        /sasl\.jaas\.config/,
      ],
      [
        'SASL',
        login('SCRAM-SHA-256', scram('no')),
        'Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256',
        /sasl\.jaas\.config/,
      ],
      [
        'SASLTLS',
        { ...login('SCRAM-SHA-256', scram('secret'), 'SASL_SSL'), ...TRUST },
        "Client SASL mechanism 'SCRAM-SHA-256' not enabled in the server, enabled mechanisms are [PLAIN]",
        /sasl\.mechanism to one of PLAIN/,
      ],
      [
        'PLAIN',
        login('PLAIN', plain('secret')),
        'Unexpected handshake request with client mechanism PLAIN, enabled mechanisms are []',
        /security\.protocol=PLAINTEXT/,
      ],
      ['TLS', { 'security.protocol': 'SSL' }, 'SSL handshake failed', /not trusted .*ssl\.truststore\.location/],
      ['ELSEWHERE', TLS, 'SSL handshake failed', /is for DNS:kafka\.example\.com/],
      ['EXPIRED', TLS, 'SSL handshake failed', /has expired/],
      ['MTLS', TLS, 'Failed to process post-handshake messages', /ssl\.keystore\.location/],
      ['SASL', {}, 'Timed out waiting for a node assignment. Call: listTopics', /security\.protocol=SASL_PLAINTEXT/],
      ['TLS', {}, 'Timed out waiting for a node assignment. Call: listTopics', /security\.protocol=SSL or SASL_SSL/],
      ['PLAIN', TLS, 'Timed out waiting for a node assignment. Call: listTopics', /security\.protocol=PLAINTEXT/],
    ] as const) {
      const { status, stdout, stderr } = await topics(listener, keys);
      const of = `${listener} ${JSON.stringify(keys)}`;
      assert.deepEqual([status, stdout], [1, `Error while executing topic command : ${words}\n`], of);
      assert.match(stderr, log, of);
    }
  });

  await t.test('an advertised address that leads nowhere is named', async () => {
    const { status, stderr } = await topics('HIDDEN', {}, '--create', '--topic', 'x');
    assert.equal(status, 1);
    const named = new RegExp(
      `answers at localhost:${ports.HIDDEN}, .*no-such-host\\.invalid:9092 .*advertised\\.listeners`,
    );
    assert.match(stderr, named);
  });

  await t.test('a login with a token is renewed on the connection', async () => {
    const logger: Logger = new RecordingLogger();
    const host = { clock: nodeClock, disk: nodeDisk, random: nodeRandom, network: tcpNetwork, logger };
    const keys = { 'bootstrap.servers': 'localhost:1', ...login('OAUTHBEARER', OAUTH) };
    const settings = adminSettings(new Map(Object.entries(keys)));
    const connection = await BrokerConnection.open({ host: 'localhost', port: ports.SASL }, settings, host, 10_000);
    const endMs = nodeClock.monotonicMs() + 2 * LOGIN_MS;
    // A broker closes the connection at the first request after the end of a login that was not renewed.
    while (nodeClock.monotonicMs() < endMs) await connection.send(metadataApi, { topics: [] });
    assert.equal(connection.isClosed, false);
    connection.close();
  });
});
