import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv } from 'ajv';
import type { Io } from '../../src/cli/io.js';
import type { Tool } from '../../src/cli/main.js';
import { outputSchemas } from '../../src/cli/output-schemas.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { type RunningBroker, startBroker } from '../../src/index.js';
import { TestIo } from './test-io.js';

let broker: RunningBroker;

before(async () => {
  broker = await startBroker();
  const kafka = broker.kafkajs();
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }] });
  await admin.setOffsets({ groupId: 'readers', topic: 'orders', partitions: [{ partition: 0, offset: '0' }] });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'orders', messages: [{ key: 'k', value: 'v', headers: { h: 'x' } }] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
after(() => broker.close());

async function run(tool: string, argv: readonly string[], isTerminal = false): Promise<string> {
  const recorded = new TestIo({ NO_COLOR: '1' });
  const io: Io = Object.assign(recorded, { host: { ...recorded.host, clock: nodeClock } });
  recorded.stdout.isTerminal = isTerminal;
  const { run } = (await import(`../../src/cli/tools/${tool}.js`)) as Tool;
  assert.equal(await run(argv, io), 0, recorded.stderr.text);
  return recorded.stdout.text;
}

/** Commands that give rows here, and the schema of a row. */
const COMMANDS: readonly (readonly [tool: string, schema: string, argv: readonly string[]])[] = [
  ['topics', 'TOPIC_LISTING_SCHEMA', ['--list']],
  ['topics', 'TOPIC_DESCRIPTION_SCHEMA', ['--describe', '--topic', 'orders']],
  ['consumer-groups', 'GROUP_LISTING_SCHEMA', ['--list']],
  ['consumer-groups', 'GROUP_OFFSET_SCHEMA', ['--describe', '--group', 'readers']],
  ['consumer-groups', 'GROUP_STATE_SCHEMA', ['--describe', '--group', 'readers', '--state']],
  ['groups', 'GROUP_LISTING_SCHEMA', ['--list']],
  ['broker-api-versions', 'API_VERSION_SCHEMA', []],
  ['cluster', 'ENDPOINT_SCHEMA', ['list-endpoints']],
  [
    'console-consumer',
    'RECORD_SCHEMA',
    ['--topic', 'orders', '--from-beginning', '--max-messages', '1', '--command-property', 'group.protocol=consumer'],
  ],
];

for (const [tool, schemaName, argv] of COMMANDS) {
  test(`kafka-${tool} ${argv.join(' ')}: rows as their schema says, in both forms of JSON`, async () => {
    const at = [...argv, '--bootstrap-server', broker.bootstrapServers];
    const rows = (await run(tool, [...at, '--output', 'ndjson']))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const schema = (await outputSchemas()).get(`kafka-${tool}`)?.get(schemaName);
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema as object);
    for (const row of rows) assert.ok(validate(row), `${JSON.stringify(row)}: ${JSON.stringify(validate.errors)}`);
    assert.deepEqual(JSON.parse(await run(tool, [...at, '--output', 'json'])), rows);
  });
}

test('a table on a terminal, without colours where they are not wanted', async () => {
  const text = await run('groups', ['--list', '--bootstrap-server', broker.bootstrapServers], true);
  assert.match(text, /│ readers .*│ Classic/);
  assert.ok(!text.includes('\u001b'));
});
