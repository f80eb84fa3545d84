import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDescription } from '../../../../src/cli/tools/configs/plan/description.js';
import { formerState } from '../../../../src/cli/tools/configs/plan/former-state.js';
import { type ClusterNow, planOf } from '../../../../src/cli/tools/configs/plan/plan.js';
import * as configs from '../../../../src/cli/tools/configs.js';
import { startBroker } from '../../../../src/index.js';
import { rowsOf, runTool } from '../run-tool.js';

const NOW: ClusterNow = {
  topics: new Map([
    ['here', { partitions: 2, replicationFactor: 1, configs: new Map([['retention.ms', '5']]) }],
    ['old', { partitions: 1, replicationFactor: 1, configs: new Map([['cleanup.policy', 'compact']]) }],
  ]),
  resources: new Map([['4 ', new Map([['ssl.keystore.password', null]])]]),
};

const planFor = async (yaml: string) => planOf(await readDescription(yaml, 'file.yaml'), NOW);

test('only what differs is in a plan, in the order in which it can be done', async () => {
  const steps = await planFor(`
topics:
  old: absent
  never: absent
  here:
    partitions: 3
    configs: {retention.ms: 7, segment.bytes: null, cleanup.policy: [compact, delete]}
  new: {partitions: 1}
  bare:
groups:
  g: {}
`);
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['create', 'create', 'partitions', 'configs', 'delete'],
  );
  const [, , , settings] = steps;
  assert.deepEqual(settings, {
    kind: 'configs',
    type: 2,
    name: 'here',
    changes: [
      { name: 'retention.ms', before: '5', after: '7' },
      { name: 'cleanup.policy', before: null, after: 'compact,delete' },
    ],
  });
  assert.deepEqual(
    await planFor('topics: {here: {partitions: 2, replication-factor: 1, configs: {retention.ms: 5}}}'),
    [],
  );
  assert.deepEqual(await planFor(''), []);
});

test('partitions are not taken away, and replicas are moved by another tool', async () => {
  const steps = await planFor('topics: {here: {partitions: 1, replication-factor: 2}}');
  assert.deepEqual(
    steps.map((step) => (step.kind === 'impossible' ? step.why : step.kind)),
    [
      'it has 2 partitions, which cannot become 1: partitions are never taken away',
      'its replication factor is 1: to make it 2 use kafka-reassign-partitions',
    ],
  );
});

test('a secret that does not show is set again', async () => {
  const steps = await planFor('brokers: {default: {ssl.keystore.password: hidden}}');
  assert.equal(steps.length, 1);
});

test('the former state is a description, which leads back', async () => {
  const yaml =
    'topics: {old: absent, here: {partitions: 4, configs: {retention.ms: null, min.insync.replicas: 1}}, new: }';
  const former = await formerState(await planFor(`${yaml}\nbrokers: {"1": {message.max.bytes: 9}}`), 'Monday');
  assert.match(former, /^# What kafka-configs --apply changed on Monday/);
  assert.match(former, /^# Topic here had 2 partitions; those that were added stay\.$/m);
  assert.match(former, /^# The records of topic old are gone\.$/m);
  const { topics, resources } = await readDescription(former, 'former.yaml');
  assert.deepEqual(
    topics.map(({ name, isAbsent, partitions, configs: settings }) => [
      name,
      isAbsent,
      partitions,
      Object.fromEntries(settings),
    ]),
    [
      ['new', true, null, {}],
      ['here', false, null, { 'retention.ms': '5', 'min.insync.replicas': null }],
      ['old', false, 1, { 'cleanup.policy': 'compact' }],
    ],
  );
  assert.deepEqual(resources, [{ type: 4, name: '1', configs: new Map([['message.max.bytes', null]]) }]);
});

for (const [yaml, message] of [
  [
    'topics: {a: {partitons: 3}}',
    /^file\.yaml: topics\.a has no 'partitons': there are partitions, replication-factor, configs$/,
  ],
  ['topics: {a: {partitions: 0}}', /topics\.a\.partitions is a whole number above 0/],
  ['topics: [a]', /topics is a list of names with a value each/],
  ['topics: {a: {configs: {retention.ms: {}}}}', /topics\.a\.configs\.retention\.ms is a text, a number/],
  ['users: {}', /the file has no 'users'/],
  ['topics: {a: , a: }', /file\.yaml: .*unique/],
  ['topics: [', /file\.yaml: /],
] as const) {
  test(`${yaml} is refused, and the place is named`, async () => {
    await assert.rejects(readDescription(yaml, 'file.yaml'), { name: 'ToolError', message });
  });
}

test('a cluster becomes as described, and goes back', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-plan-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const broker = await startBroker();
  t.after(() => broker.close());
  const run = (...args: string[]) => runTool(configs, ['--bootstrap-server', broker.bootstrapServers, ...args]);
  const file = join(directory, 'cluster.yaml');
  writeFileSync(
    file,
    'topics: {orders: {partitions: 3, configs: {retention.ms: 1000}}}\ngroups: {g: {consumer.session.timeout.ms: 50000}}\n',
  );

  const before = await run('--diff', file, '--output', 'ndjson');
  assert.equal(before.status, 1);
  assert.equal(rowsOf(before).length, 4);
  const shown = await run('--apply', file);
  assert.equal(shown.status, 0);
  assert.equal(shown.out, (await run('--diff', file)).out, 'without --execute nothing changes');

  const done = await run('--apply', file, '--execute');
  assert.equal(done.status, 0, done.err);
  assert.match(done.err, /2 changes were made\.\n$/);
  const same = await run('--diff', file);
  assert.deepEqual([same.status, same.out], [0, 'Nothing differs.\n']);

  const [saved = ''] = readdirSync(directory).filter((name) => name.startsWith('cluster.yaml.before-'));
  assert.match(readFileSync(join(directory, saved), 'utf8'), /orders: absent/);
  const refused = await run('--apply', join(directory, saved), '--execute');
  assert.equal(refused.status, 1);
  assert.match(refused.out, /its records would be lost: give --allow-delete/);
  const second = join(directory, 'second.yaml');
  const back = await run('--apply', join(directory, saved), '--execute', '--allow-delete', '--save', second);
  assert.equal(back.status, 0, back.err);
  assert.equal((await run('--diff', file, '--output', 'ndjson')).out, before.out);

  writeFileSync(file, 'topics: {orders: {configs: {retention.ms: soon}}}\n');
  const impossible = await run('--apply', file, '--execute');
  assert.equal(impossible.status, 1);
  assert.match(impossible.out, /Not a number of type LONG/);
  assert.equal((await run('--diff', join(directory, 'none.yaml'))).status, 2);
});

test('the options of plans go together, and with nothing else', async () => {
  for (const args of [
    ['--diff', 'a', '--apply', 'b'],
    ['--diff', 'a', '--execute'],
    ['--execute'],
    ['--apply', 'a', '--describe'],
    ['--apply', 'a'],
  ]) {
    const { status, err } = await runTool(configs, args);
    assert.ok(status > 0, err);
    assert.match(err, /--diff|--apply/);
  }
});
