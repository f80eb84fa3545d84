import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError } from '../../src/base/network.js';
import {
  AdminFailure,
  adminProperties,
  checkSecurity,
  clientHost,
  connectWithin,
  logUnreachable,
  nodeAssignmentFailure,
  TIMEOUT_OPTION,
  UnreachableError,
  withAdmin,
} from '../../src/cli/connect-to.js';
import { executionText, javaText } from '../../src/cli/format/java-error.js';
import { parseJopt } from '../../src/cli/options/jopt.js';
import { ToolError } from '../../src/cli/tool-error.js';
import { listTopics } from '../../src/client/admin/topics.js';
import { adminSettings, CONNECT_TIMEOUT_KEY } from '../../src/client/client-config.js';
import {
  AdvertisedAddressError,
  AuthenticationError,
  BootstrapError,
  ClientSetupError,
} from '../../src/client/client-errors.js';
import { Cluster } from '../../src/client/cluster.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { FakeBroker } from '../support/fake-broker.js';
import { wantLogin } from '../support/fake-sasl.js';
import { TestIo } from './test-io.js';

const refusal = (address: string) => ({
  address,
  cause: new NetworkError('ECONNREFUSED', `cannot connect to ${address}: connection refused (ECONNREFUSED)`),
});

function terminal(io: TestIo): TestIo {
  io.stdout.isTerminal = true;
  io.stderr.isTerminal = true;
  return io;
}

const realTime = (io: TestIo): TestIo => Object.assign(io, { host: { ...io.host, clock: nodeClock } });

test('--timeout is a row of options whose value reaches the client', () => {
  const tool = { description: 'x', options: { ...TIMEOUT_OPTION } };
  const options = parseJopt(tool, ['--timeout', '7000']);
  const properties = adminProperties(new TestIo(), 'a:1', null, options.value('timeout'));
  assert.deepEqual(
    [...properties],
    [
      ['bootstrap.servers', 'a:1'],
      [CONNECT_TIMEOUT_KEY, '7000'],
    ],
  );
  assert.equal(connectWithin(new Map(), null).size, 0);
  assert.throws(() => connectWithin(new Map(), 0), ToolError);
});

test('properties of Java come from KAFKA_OPTS', () => {
  const host = clientHost(new TestIo({ KAFKA_OPTS: '-Da=b' }));
  assert.equal(host.javaProperties?.get('a'), 'b');
});

test('where nobody is, scripts get the words of Java and a log, and people the cause', () => {
  const error = new BootstrapError([refusal('a:1')]);
  const io = new TestIo();
  const failure = nodeAssignmentFailure(error, 'listTopics', io);
  assert.ok(failure instanceof UnreachableError);
  assert.equal(failure.message, 'Timed out waiting for a node assignment. Call: listTopics');
  assert.match(io.stderr.text, /WARN Connection to the bootstrap server a:1 could not be established: .*ECONNREFUSED/);
  assert.equal(nodeAssignmentFailure(error, 'listTopics', terminal(new TestIo())), error);
  assert.match(error.message, /is the broker running, and is the port right\?$/);
});

test('an advertised address is named in the log', () => {
  const unknown = {
    address: 'inner:1',
    cause: new NetworkError('ENOTFOUND', 'cannot connect to inner:1: the host name is unknown (ENOTFOUND)'),
  };
  const error = new AdvertisedAddressError('outer:1', [unknown]);
  const io = new TestIo();
  const failure = nodeAssignmentFailure(error, 'createTopics', io);
  assert.ok(failure instanceof UnreachableError, 'and it is not taken for a wrong name in bootstrap.servers');
  assert.match(io.stderr.text, /the cluster answers at outer:1, .* connect to inner:1 .*advertised\.listeners/);
  assert.ok(nodeAssignmentFailure(new BootstrapError([unknown]), 'x', new TestIo()) instanceof AdminFailure);
  const again = new TestIo();
  logUnreachable(error, again);
  assert.equal(again.stderr.text.split('\n').length, 2);
});

test('a login that is refused: the words of the broker for scripts, with the class of Java; advice for people', () => {
  const message = 'Authentication failed: Invalid username or password';
  const facts = { address: 'a:1', message, advice: `${message}. Look there` };
  const error = new AuthenticationError('SASL_AUTHENTICATION_FAILED', facts);
  const java =
    'org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password';
  assert.equal(nodeAssignmentFailure(error, 'x', new TestIo()), error);
  assert.equal(javaText(error), java);
  assert.equal(executionText(error), `java.util.concurrent.ExecutionException: ${java}`);
  const ofTls = new AuthenticationError('SSL', { ...facts, message: 'SSL handshake failed' });
  assert.equal(javaText(ofTls), 'org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed');
  const shown = nodeAssignmentFailure(error, 'x', terminal(new TestIo()));
  assert.ok(shown instanceof ToolError && shown.message === `a:1: ${message}. Look there`);
});

test('files that are of no use end a tool as they end the making of a client in Java', async () => {
  const properties = new Map([
    ['bootstrap.servers', 'localhost:1'],
    ['security.protocol', 'SSL'],
    ['ssl.truststore.location', '/nowhere'],
  ]);
  const failing = (io: TestIo) => withAdmin(io, properties, (admin) => listTopics(admin));
  await assert.rejects(failing(new TestIo()), (error) => {
    assert.ok(error instanceof AdminFailure);
    assert.match(
      error.message,
      /^Failed to create new KafkaAdminClient\nCaused by: org\.apache\.kafka\.common\.KafkaException: Failed to load SSL keystore \/nowhere of type JKS: /,
    );
    return true;
  });
  await assert.rejects(failing(terminal(new TestIo())), ClientSetupError);
});

test('a producer or consumer is not made with such files, in the words of Java', async () => {
  const keys: [string, string][] = [['bootstrap.servers', 'localhost:1']];
  const host = clientHost(new TestIo());
  const useless: [string, string][] = [...keys, ['security.protocol', 'SSL'], ['ssl.truststore.password', 'x']];
  const clusterOf = (entries: [string, string][]) => new Cluster(adminSettings(new Map(entries)), host);
  await checkSecurity(clusterOf(keys), 'producer');
  await assert.rejects(checkSecurity(clusterOf(useless), 'consumer'), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.message, 'SSL trust store is not specified, but trust store password is specified.');
    assert.equal(javaText(error), 'org.apache.kafka.common.KafkaException: Failed to construct kafka consumer');
    return true;
  });
});

test('the log has the advice where nobody looks at a terminal', async (t) => {
  const broker = await new FakeBroker(tcpNetwork).start();
  t.after(() => broker.stop());
  wantLogin(broker, { mechanisms: ['PLAIN'], users: {} });
  const properties = new Map([
    ['bootstrap.servers', `localhost:${broker.port}`],
    ['security.protocol', 'SASL_PLAINTEXT'],
    ['sasl.mechanism', 'PLAIN'],
    ['sasl.jaas.config', 'org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=b;'],
  ]);
  const failing = (io: TestIo) => withAdmin(realTime(io), properties, (admin) => listTopics(admin));
  const piped = new TestIo();
  await assert.rejects(failing(piped), AuthenticationError);
  assert.match(
    piped.stderr.text,
    /ERROR \[clientId=adminclient-1\] Connection to localhost:\d+ failed authentication due to: /,
  );
  const shown = terminal(new TestIo());
  await assert.rejects(
    failing(shown),
    /^ToolError: localhost:\d+: Authentication failed: .*Look at username and password/,
  );
  assert.equal(shown.stderr.text, '');
});
