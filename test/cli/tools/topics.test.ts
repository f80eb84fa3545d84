import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { TOPIC_DESCRIPTION_SCHEMA, TOPIC_LISTING_SCHEMA } from '../../../src/cli/tools/topics/schemas.js';
import * as topics from '../../../src/cli/tools/topics.js';
import { type RunningBroker, startBroker } from '../../../src/index.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const ajv = new Ajv({ allowUnionTypes: true });
const isListing = ajv.compile(TOPIC_LISTING_SCHEMA);
const isDescription = ajv.compile(TOPIC_DESCRIPTION_SCHEMA);

describe('kafka-topics', () => {
  let broker: RunningBroker;
  const run = (words: string, io?: TestIo): Promise<Outcome> =>
    runTool(topics, ['--bootstrap-server', broker.bootstrapServers, ...words.split(' ')], io);
  const withoutIds = (text: string): string => text.replace(/(TopicId: )\S+/g, '$1...');

  before(async () => {
    broker = await startBroker();
  });
  after(() => broker.close());

  it('lists nothing as an empty line, an empty array, or a sentence', async () => {
    assert.deepEqual(await run('--list'), { status: 0, out: '\n', err: '' });
    assert.deepEqual(await run('--list --output json'), { status: 0, out: '[]\n', err: '' });
    assert.deepEqual(await run('--list --output ndjson'), { status: 0, out: '', err: '' });
    assert.equal((await run('--list', onTerminal())).out, 'There are no topics.\n');
  });

  it('creates topics and shows them in each form', async () => {
    assert.equal((await run('--create --topic orders --partitions 2')).out, 'Created topic orders.\n');
    const config = '--config retention.ms=1000 --config cleanup.policy=compact';
    assert.equal((await run(`--create --topic users ${config}`)).out, 'Created topic users.\n');
    assert.equal((await run('--list')).out, 'orders\nusers\n');
    const described = await run('--describe --topic users');
    assert.equal(
      withoutIds(described.out),
      'Topic: users\tTopicId: ...\tPartitionCount: 1\tReplicationFactor: 1\t' +
        'Configs: min.insync.replicas=1,cleanup.policy=compact,retention.ms=1000\n' +
        '\tTopic: users\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: \n',
    );
    const table = await run('--describe --topic orders', onTerminal());
    assert.match(table.out, /^Topic: orders {2}TopicId: \S+ {2}PartitionCount: 2 {2}/);
    assert.match(table.out, /│ +1 │ +1 │ 1 +│ 1 +│ - +│ - +│/);
  });

  it('gives rows that fit their schemas', async () => {
    const listed = rowsOf(await run('--list --output ndjson'));
    assert.equal(listed.length, 2);
    for (const row of listed) assert.ok(isListing(row), ajv.errorsText(isListing.errors));
    const described = JSON.parse((await run('--describe --output json')).out);
    for (const row of described) assert.ok(isDescription(row), ajv.errorsText(isDescription.errors));
    assert.deepEqual(described[1].configs, {
      'min.insync.replicas': '1',
      'cleanup.policy': 'compact',
      'retention.ms': '1000',
    });
    assert.deepEqual(described[0].partitions[1], {
      partition: 1,
      leader: 1,
      replicas: [1],
      isr: [1],
      elr: [],
      lastKnownElr: [],
      addingReplicas: [],
      removingReplicas: [],
    });
  });

  it('leaves out partitions that a report does not ask for', async () => {
    assert.equal((await run('--describe --unavailable-partitions')).out, '');
    assert.equal((await run('--describe --unavailable-partitions --output json')).out, '[]\n');
    const none = await run('--describe --unavailable-partitions', onTerminal());
    assert.equal(none.out, 'There are no such partitions.\n');
    const atMin = rowsOf(await run('--describe --at-min-isr-partitions --topic orders --output ndjson'));
    assert.equal((atMin[0] as { partitions: unknown[] }).partitions.length, 2);
  });

  it('finds a topic by its id, whatever --topic says', async () => {
    const [row] = rowsOf(await run('--list --topic orders --output ndjson')) as { topicId: string }[];
    const { out } = await run(`--describe --topic users --topic-id ${row?.topicId}`);
    assert.match(out, /^Topic: orders\t/);
    assert.equal(
      (await run('--describe --topic-id bogus')).out,
      `${FAILED}Last unit does not have enough valid bits\n`,
    );
  });

  it('says on standard output what is wrong, as Kafka does, and to people and programs on standard error', async () => {
    const message = "Topic 'ordrs' does not exist as expected";
    assert.deepEqual(await run('--describe --topic ordrs'), { status: 1, out: `${FAILED}${message}\n`, err: '' });
    assert.deepEqual(await run('--describe --topic ordrs --output json'), { status: 1, out: '', err: `${message}\n` });
    const told = await run('--describe --topic ordrs', onTerminal());
    assert.deepEqual(told, { status: 1, out: '', err: `${message}\nDid you mean 'orders'?\n` });
  });

  it('warns of a name before it fails, and checks settings before it asks', async () => {
    const twice = await run('--create --topic a.b --partitions 0');
    assert.match(
      twice.out,
      /^WARNING: Due to limitations in metric names.*\nError while executing topic command : The/,
    );
    assert.equal(
      (await run('--create --topic orders --config foo=1')).out,
      `${FAILED}Unknown topic config name: foo\n`,
    );
  });

  it('tells a script of a wrong option in Kafka words, and a person with the table of options', async () => {
    const piped = await run('--list --foo');
    assert.equal(
      piped.err,
      'foo is not a recognized option\njoptsimple.UnrecognizedOptionException: foo is not a recognized option\n',
    );
    assert.match((await run('--list --foo', onTerminal())).err, /^foo is not a recognized option\nOption /);
    assert.match((await run('--create --topic x --output json')).err, /^Option "\[output\]" can't be used with/);
    assert.match(
      (await run('--list --output jsn')).err,
      /^--output is one of plain, table, json, ndjson, and not 'jsn'/,
    );
  });

  it('takes --delete-config with a warning and does nothing with it', async () => {
    const { status, err } = await run('--create --topic with-delete --delete-config a');
    assert.equal(status, 0);
    assert.match(err, /^delete-config option is no longer supported and deprecated since version 4\.0\./);
  });
});

const FAILED = 'Error while executing topic command : ';
