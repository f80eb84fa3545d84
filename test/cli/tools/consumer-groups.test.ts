import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Consumer } from 'kafkajs';
import * as schemas from '../../../src/cli/tools/consumer-groups/schemas.js';
import * as consumerGroups from '../../../src/cli/tools/consumer-groups.js';
import { type RunningBroker, startBroker } from '../../../src/index.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const ajv = new Ajv({ allowUnionTypes: true });
const SCHEMAS = new Map(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));

/** The rows of an outcome, each of which fits the schema. */
function checkedRows(name: keyof typeof schemas, outcome: Outcome): Record<string, unknown>[] {
  const isRow = SCHEMAS.get(name) as ValidateFunction;
  const rows = rowsOf(outcome);
  assert.ok(rows.length > 0, outcome.err);
  for (const row of rows) assert.ok(isRow(row), `${JSON.stringify(row)}: ${ajv.errorsText(isRow.errors)}`);
  return rows as Record<string, unknown>[];
}

describe('kafka-consumer-groups', () => {
  let broker: RunningBroker;
  let member: Consumer;
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-groups-'));
  const run = (words: string, io?: TestIo): Promise<Outcome> =>
    runTool(consumerGroups, ['--bootstrap-server', broker.bootstrapServers, ...words.split(' ')], io);

  before(async () => {
    broker = await startBroker({ config: { 'num.partitions': 2 } });
    const kafka = broker.kafkajs();
    const producer = kafka.producer();
    await producer.connect();
    for (const topic of ['orders', 'payments']) {
      await producer.send({
        topic,
        messages: [
          { partition: 0, value: 'a' },
          { partition: 0, value: 'b' },
        ],
      });
    }
    await producer.disconnect();
    member = kafka.consumer({ groupId: 'readers' });
    await member.connect();
    await member.subscribe({ topic: 'orders', fromBeginning: true });
    const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve));
    await member.run({ eachMessage: async () => undefined });
    await joined;
  });
  after(async () => {
    await member.disconnect();
    await broker.close();
    rmSync(directory, { recursive: true });
  });

  it('resets offsets of a group that is not there yet', async () => {
    const { out, err, status } = await run('--reset-offsets --group idle --topic orders --to-latest --execute');
    const heading = '\nGROUP           TOPIC           PARTITION  NEW-OFFSET';
    const rows = ['idle            orders          0          2', 'idle            orders          1          0'];
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.deepEqual(out.trimEnd().split('\n').sort(), [...`${heading}`.split('\n'), ...rows].sort());
    const planned = await run('--reset-offsets --group idle --topic orders:0 --to-earliest --dry-run --output ndjson');
    assert.deepEqual(checkedRows('GROUP_RESET_SCHEMA', planned), [
      { group: 'idle', topic: 'orders', partition: 0, newOffset: 0 },
    ]);
  });

  it('lists groups in each form', async () => {
    const { out } = await run('--list --state');
    assert.match(out, /^GROUP {21}STATE {15}\n/);
    assert.match(out, /^idle {22}Empty {15}$/m);
    const rows = checkedRows('GROUP_LISTING_SCHEMA', await run('--list --output ndjson'));
    assert.deepEqual(rows[0], { group: 'idle', type: 'classic', state: 'Empty' });
    assert.match((await run('--list', onTerminal())).out, /│ idle +│ Classic │ Empty +│/);
    assert.match((await run('--list --state bad')).err, /^Invalid state list 'bad'\. Valid states are: /);
    assert.equal((await run('--list --state ,')).status, 0, 'no state at all is every state');
  });

  it('describes offsets, members and states in each form', async () => {
    const offsets = checkedRows('GROUP_OFFSET_SCHEMA', await run('--describe --group idle --output ndjson'));
    assert.deepEqual(offsets[0], {
      group: 'idle',
      topic: 'orders',
      partition: 0,
      leaderEpoch: null,
      currentOffset: 2,
      logEndOffset: 2,
      lag: 0,
      consumerId: null,
      host: null,
      clientId: null,
    });
    const members = checkedRows(
      'GROUP_MEMBER_SCHEMA',
      await run('--describe --members --group readers --output ndjson'),
    );
    assert.deepEqual(members[0]?.currentAssignment, [{ topic: 'orders', partitions: [0, 1] }]);
    const [state] = checkedRows('GROUP_STATE_SCHEMA', await run('--describe --state --group readers --output ndjson'));
    assert.equal(state?.state, 'Stable');
    assert.equal(state?.memberCount, 1);
    const piped = await run('--describe --group idle');
    assert.equal(piped.err, "\nConsumer group 'idle' has no active members.\n");
    assert.match(piped.out, /^\nGROUP {11}TOPIC {11}PARTITION {2}CURRENT-OFFSET {2}LOG-END-OFFSET {2}LAG /);
    const seen = await run('--describe --group idle', onTerminal());
    assert.match(seen.out, /^Group idle: Empty\n/);
    assert.equal(seen.err, '', 'the title says it');
  });

  it('exports a plan and takes it back, with the group where there are several', async () => {
    const exported = await run('--reset-offsets --group idle --all-topics --to-current --dry-run --export');
    assert.deepEqual(exported.out.trimEnd().split('\n').sort(), ['orders,0,2', 'orders,1,0']);
    const two = '--group idle --group other';
    const both = await run(`--reset-offsets ${two} --topic payments:0 --to-latest --dry-run --export`);
    assert.deepEqual(both.out.trimEnd().split('\n').sort(), ['idle,payments,0,2', 'other,payments,0,2']);
    const path = join(directory, 'plan.csv');
    writeFileSync(path, both.out.trimEnd().concat('\n'));
    const taken = await run(`--reset-offsets ${two} --from-file ${path} --execute --output ndjson`);
    assert.deepEqual(
      checkedRows('GROUP_RESET_SCHEMA', taken).map(({ group, newOffset }) => `${group} ${newOffset}`),
      ['idle 2', 'other 2'],
    );
    const wrong = join(directory, 'wrong.csv');
    writeFileSync(wrong, 'nosuch,0,1\n');
    const { status, err } = await run(`--reset-offsets --group idle --from-file ${wrong} --dry-run --output json`);
    assert.deepEqual([status, err], [1, "There is no topic 'nosuch'.\n"]);
  });

  it('refuses to move a group that reads, which counts for programs alone', async () => {
    const words = '--reset-offsets --group readers --group idle --topic orders:0 --to-earliest --dry-run';
    const message =
      "Assignments can only be reset if the group 'readers' is inactive, but the current state is Stable.";
    const piped = await run(words);
    assert.equal(piped.status, 0);
    assert.ok(piped.out.startsWith(`\nError: ${message}\n`), piped.out);
    const json = await run(`${words} --output ndjson`);
    assert.deepEqual([json.status, json.err], [1, `${message}\n`]);
    assert.equal(checkedRows('GROUP_RESET_SCHEMA', json).length, 1, 'the other group has its plan');
  });

  it('tells of a group that is not there as Kafka does, and asks a person what was meant', async () => {
    const gone = 'Group idel not found.';
    const java = `org.apache.kafka.common.errors.GroupIdNotFoundException: ${gone}`;
    assert.deepEqual(await run('--describe --group idel'), {
      status: 0,
      out: `\nError: Executing consumer group command failed due to ${java}\n`,
      err: `java.util.concurrent.ExecutionException: ${java}\n`,
    });
    assert.deepEqual(await run('--describe --group idel --output json'), { status: 1, out: '', err: `${gone}\n` });
    const told = await run('--describe --group idel', onTerminal());
    assert.deepEqual(told, { status: 1, out: '', err: `${gone}\nDid you mean 'idle'?\n` });
    const made = await run('--reset-offsets --group idel --topic orders --to-earliest --dry-run', onTerminal());
    assert.equal(made.err, "There is no group 'idel' yet: its first offsets make it.\nDid you mean 'idle'?\n");
  });

  it('says which partitions of a topic are not there, and which topic was meant', async () => {
    const words = '--reset-offsets --group idle --to-earliest --dry-run --topic';
    const missing = 'The partitions "orders-7,orders-9" do not exist';
    const piped = await run(`${words} orders:7,9`);
    assert.equal(piped.out, `\nError: Executing consumer group command failed due to ${missing}\n`);
    assert.equal(piped.err, `org.apache.kafka.common.errors.UnknownTopicOrPartitionException: ${missing}\n`);
    const told = await run(`${words} order`, onTerminal());
    assert.equal(told.err, "There is no topic 'order'.\nDid you mean 'orders'?\n");
  });

  it('deletes offsets of topics, each with its own outcome', async () => {
    const { out } = await run('--delete-offsets --group idle --topic payments:0 --topic nosuch');
    assert.equal(
      out,
      [
        'Request succeeded for deleting offsets from group idle.',
        '',
        'TOPIC           PARTITION  STATUS         ',
        'nosuch          -          Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.',
        'payments        0          Successful     ',
        '',
      ].join('\n'),
    );
    const json = await run('--delete-offsets --group readers --topic orders --output ndjson');
    assert.equal(json.status, 1);
    const [row] = checkedRows('OFFSET_DELETION_SCHEMA', json);
    assert.equal(row?.isDeleted, false);
    assert.match(String(row?.error), /actively subscribed/);
    const two = await run('--delete-offsets --group idle --group readers --topic orders');
    assert.match(
      two.err,
      /^joptsimple\.MultipleArgumentsForOptionException: Found multiple arguments for option group/,
    );
  });

  it('deletes groups, those that it can', async () => {
    await run('--reset-offsets --group brief --topic orders --to-latest --execute');
    const { out } = await run('--delete --group brief --group readers');
    assert.equal(
      out,
      [
        '',
        'Error: Deletion of some consumer groups failed:',
        "* Group 'readers' could not be deleted due to: org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.",
        '',
        "These consumer groups were deleted successfully: 'brief'",
        '',
      ].join('\n'),
    );
    const json = await run('--delete --group brief --output ndjson');
    assert.equal(json.status, 1);
    assert.deepEqual(checkedRows('GROUP_DELETION_SCHEMA', json), [
      { group: 'brief', isDeleted: false, error: 'The group id does not exist.' },
    ]);
  });

  it('knows which options go together, before it asks anybody', async () => {
    const nowhere = (words: string) => runTool(consumerGroups, words.split(' '));
    assert.match((await nowhere('--list')).err, /^Missing required argument "\[bootstrap-server\]"\n/);
    assert.match((await nowhere('--validate-regex a --list')).err, /^Command must include exactly one action: /);
    assert.match(
      (await nowhere('--list --verbose --members')).err,
      /UnavailableOptionException: Option\(s\) \[members, verbose\] are unavailable given other options/,
    );
    assert.match(
      (await run('--reset-offsets --group g --export --output json')).err,
      /Option "\[output\]" can't be used/,
    );
    assert.match((await run('--describe --group idle --watch 0', onTerminal())).err, /^--watch takes seconds/);
    assert.match((await nowhere('--validate-regex a --validate-regex b')).err, /^Found multiple arguments for option/);
  });
});
