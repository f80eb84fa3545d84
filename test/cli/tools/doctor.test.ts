import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/cli/tools/doctor/findings.js';
import * as doctor from '../../../src/cli/tools/doctor.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { startBroker } from '../../../src/index.js';
import { FakeBroker } from '../../support/fake-broker.js';
import { wantLogin } from '../../support/fake-sasl.js';
import { tlsFront } from '../../support/tls-server.js';
import { rowsOf, runTool } from './run-tool.js';

async function examined(...args: string[]): Promise<{ status: number; findings: Finding[] }> {
  const outcome = await runTool(doctor, [...args, '--output', 'ndjson', '--timeout', '3000']);
  assert.equal(outcome.err, '');
  return { status: outcome.status, findings: rowsOf(outcome) as Finding[] };
}

const resultsOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, status }) => `${check}: ${status}`);

const failureOf = (findings: readonly Finding[]): Finding => {
  const failures = findings.filter(({ status }) => status === 'failed');
  assert.ok(failures.length > 0, JSON.stringify(findings));
  return failures[0] as Finding;
};

async function fakeBroker(t: TestContext): Promise<FakeBroker> {
  const broker = await new FakeBroker(tcpNetwork).start();
  t.after(() => broker.stop());
  return broker;
}

const ONE_BROKER = ['name: ok', 'port: ok', 'versions: ok'];

test('a whole cluster is well, and nothing is left behind', async (t) => {
  const broker = await startBroker();
  t.after(() => broker.close());
  const { status, findings } = await examined('--bootstrap-server', broker.bootstrapServers);
  assert.deepEqual(resultsOf(findings), [
    ...ONE_BROKER,
    'cluster: ok',
    ...ONE_BROKER,
    'advertised: ok',
    'controller: ok',
    'partitions: ok',
    'topic: ok',
    'round trip: ok',
    'clock: ok',
    'kafkajs: ok',
  ]);
  assert.equal(status, 0);
  const admin = broker.kafkajs().admin();
  await admin.connect();
  assert.deepEqual(
    (await admin.listTopics()).filter((name) => !name.startsWith('__')),
    [],
  );
  assert.deepEqual((await admin.listGroups()).groups, []);
  await admin.disconnect();
});

test('in a topic of the user nothing but a record is left', async (t) => {
  const broker = await startBroker();
  t.after(() => broker.close());
  const admin = broker.kafkajs().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'mine' }] });
  const { status, findings } = await examined('--bootstrap-server', broker.bootstrapServers, '--topic', 'mine');
  assert.equal(status, 0);
  assert.equal(findings.find(({ check }) => check === 'clock')?.status, 'skipped');
  assert.ok(!findings.some(({ check }) => check === 'topic'));
  const [partition] = await admin.fetchTopicOffsets('mine');
  assert.equal(partition?.high, '3');
  await admin.disconnect();
});

test('what keeps an address from leading anywhere is named, and the rest is looked at', async (t) => {
  const broker = await fakeBroker(t);
  const servers = `no-such-host.invalid:9092,localhost:1,localhost:${broker.port}`;
  const { status, findings } = await examined('--bootstrap-server', servers, '--read-only');
  assert.equal(status, 1);
  assert.deepEqual(resultsOf(findings).slice(0, 6), ['name: failed', 'name: ok', 'port: failed', ...ONE_BROKER]);
  assert.match(findings[0]?.advice ?? '', /Correct the name/);
  assert.match(findings[2]?.advice ?? '', /Start the broker, or correct the port/);
  assert.deepEqual(findings.at(-1), {
    check: 'round trip',
    subject: null,
    status: 'skipped',
    detail: '--read-only',
    advice: null,
  });
});

test('an advertised address that leads nowhere is the fault of advertised.listeners', async (t) => {
  const broker = await fakeBroker(t);
  const lost = new FakeBroker(tcpNetwork, 7);
  lost.port = 1;
  broker.peers = [broker, lost];
  const { status, findings } = await examined('--bootstrap-server', `localhost:${broker.port}`);
  assert.equal(status, 1);
  const advertised = findings.filter(({ check }) => check === 'advertised');
  assert.deepEqual(
    advertised.map((finding) => finding.status),
    ['ok', 'failed'],
  );
  assert.match(advertised[1]?.advice ?? '', /advertised\.listeners of broker 7/);
  assert.equal(findings.at(-1)?.detail, 'not all brokers can be reached');
});

test('partitions without a leader fail', async (t) => {
  const broker = await fakeBroker(t);
  const partitions = [
    { leader: 1, epoch: 0 },
    { leader: -1, epoch: 0 },
  ];
  broker.topics = [{ name: 'torn', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions }];
  const { status, findings } = await examined('--bootstrap-server', `localhost:${broker.port}`, '--read-only');
  assert.equal(status, 1);
  const { check, detail } = failureOf(findings);
  assert.equal(check, 'partitions');
  assert.equal(detail, '1 partition (torn-1) has no leader');
});

test('a listener that speaks TLS, and one that is silent, are told from a broker', async (t) => {
  const broker = await fakeBroker(t);
  const front = await tlsFront(t, broker.port);
  const clear = await examined('--bootstrap-server', `localhost:${front}`);
  assert.equal(clear.status, 1);
  const { check, advice } = failureOf(clear.findings);
  assert.equal(check, 'versions');
  assert.match(advice ?? '', /may want TLS or a login/);

  const silent = createServer(() => undefined).listen(0);
  t.after(() => silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  silent.on('connection', (socket) => t.after(() => socket.destroy()));
  const { findings } = await examined('--bootstrap-server', `localhost:${port}`);
  assert.equal(failureOf(findings).check, 'versions');
});

test('TLS and the login are checks of their own', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-doctor-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'client.properties');
  const broker = await fakeBroker(t);
  const at = ['--bootstrap-server', `localhost:${broker.port}`, '--command-config', file, '--read-only'];
  wantLogin(broker, { mechanisms: ['PLAIN'], users: { alice: 'right' } });
  const properties = (password: string) =>
    [
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=PLAIN',
      `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="${password}";`,
    ].join('\n');
  writeFileSync(file, properties('wrong'));
  const refused = await examined(...at);
  assert.equal(failureOf(refused.findings).check, 'login');
  writeFileSync(file, properties('right'));
  const taken = await examined(...at);
  assert.deepEqual(resultsOf(taken.findings).slice(0, 4), ['name: ok', 'port: ok', 'login: ok', 'versions: ok']);
  writeFileSync(file, 'security.protocol=SSL\n');
  const foreign = await examined(...at);
  assert.equal(failureOf(foreign.findings).check, 'tls');
});

test('people get a table, scripts lines with what to do', async (t) => {
  const broker = await fakeBroker(t);
  const { status, out } = await runTool(doctor, [
    '--bootstrap-server',
    `localhost:1,localhost:${broker.port}`,
    '--read-only',
  ]);
  assert.equal(status, 1);
  assert.match(out, /^failed {3}port +localhost:1 +cannot connect .*\n +-> Start the broker/m);
  assert.match(out, /\n\d+ ok, 0 warnings, 1 failed, 1 skipped\n$/);
});
