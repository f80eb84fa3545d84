import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import * as deleteRecords from '../../../src/cli/tools/delete-records.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { deleteRecordsApi } from '../../../src/protocol/generated/delete-records.js';
import { FakeBroker } from '../../support/fake-broker.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const isRow = new Ajv().compile(deleteRecords.DELETED_RECORDS_SCHEMA);
const FOO = { topic: 'foo', partition: 0, offset: 3 };

describe('kafka-delete-records', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-delete-records-'));
  const file = join(directory, 'offsets.json');
  const broker = new FakeBroker(tcpNetwork);
  const run = (content: unknown, words: readonly string[] = [], io?: TestIo): Promise<Outcome> => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    const address = ['--bootstrap-server', `localhost:${broker.port}`];
    return runTool(deleteRecords, [...address, '--offset-json-file', file, ...words], io);
  };

  before(async () => {
    await broker.start();
    const partitions = Array.from({ length: 13 }, () => ({ leader: 1, epoch: 0 }));
    broker.topics = [{ name: 'foo', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions }];
    broker.on(deleteRecordsApi, ({ request }) => ({
      topics: request.topics.map(({ name, partitions: asked }) => ({
        name,
        partitions: asked.map(({ partitionIndex, offset }) =>
          offset > 100 ? { partitionIndex, errorCode: 1 } : { partitionIndex, lowWatermark: Math.max(offset, 9) },
        ),
      })),
    }));
  });
  after(async () => {
    await broker.stop();
    rmSync(directory, { recursive: true });
  });

  it('says the low watermark of each partition, or what is wrong, and is a success', async () => {
    const partitions = [FOO, { ...FOO, partition: 1, offset: -1 }, { ...FOO, partition: 2, offset: 101 }];
    const { status, out, err } = await run({ version: 1, partitions });
    assert.equal(
      out,
      'Executing records delete operation\nRecords delete operation completed:\n' +
        'partition: foo-0\tlow_watermark: 9\npartition: foo-1\tlow_watermark: 9\n' +
        'partition: foo-2\terror: org.apache.kafka.common.errors.OffsetOutOfRangeException: The requested offset is not within the range of offsets maintained by the server.\n',
    );
    assert.deepEqual([status, err], [0, '']);
  });

  it('shows rows, which are no success where one failed', async () => {
    const outcome = await run({ partitions: [FOO, { ...FOO, offset: 101, partition: 2 }] }, ['--output', 'ndjson']);
    const rows = rowsOf(outcome);
    for (const row of rows) assert.ok(isRow(row), JSON.stringify(isRow.errors));
    const error = 'The requested offset is not within the range of offsets maintained by the server.';
    assert.deepEqual(rows, [
      { topic: 'foo', partition: 0, lowWatermark: 9, error: null },
      { topic: 'foo', partition: 2, lowWatermark: null, error },
    ]);
    assert.equal(outcome.status, 1);
    const table = await run({ partitions: [FOO] }, [], onTerminal());
    assert.match(table.out, /│ foo +│ +0 │ +9 │/);
    assert.doesNotMatch(table.out, /Error/);
  });

  it('takes any offset of a long', async () => {
    await run('{"partitions":[{"topic":"foo","partition":0,"offset":9223372036854775807}]}');
    const [topic] = broker.named(deleteRecordsApi).at(-1)?.topics ?? [];
    assert.equal(topic?.partitions[0]?.offset, Number.POSITIVE_INFINITY);
  });

  it('asks nobody where the file names no partition', async () => {
    const askedBefore = broker.calls.length;
    const { status, out } = await run({ partitions: [] });
    assert.deepEqual([status, out.split('\n').length], [0, 3]);
    assert.equal(broker.calls.length, askedBefore);
  });

  it('says what is wrong with the file', async () => {
    const mapping = 'com.fasterxml.jackson.databind.JsonMappingException';
    const operation = 'org.apache.kafka.tools.AdminOperationException';
    const twice = [12, 4, 3, 0].map((partition) => ({ ...FOO, partition }));
    const cases: [unknown, string, string][] = [
      ['', operation, 'The input string is not a valid JSON'],
      [' ', mapping, 'Expected JSON object, received '],
      [[], mapping, 'Expected JSON object, received []'],
      [{ version: 2 }, operation, 'Not supported version field value 2'],
      [{ version: '1' }, mapping, 'Expected `Integer` value, received "1"'],
      [{}, operation, 'Missing partitions field'],
      [{ partitions: {} }, mapping, 'Expected JSON array, received {}'],
      [{ partitions: [{}] }, mapping, 'No such field exists: `topic`'],
      [{ partitions: [{ topic: null }] }, mapping, 'Expected `String` value, received null'],
      [{ partitions: [{ ...FOO, offset: 1.5 }] }, mapping, 'Expected `Long` value, received 1.5'],
      [
        { partitions: [...twice, ...twice] },
        'org.apache.kafka.tools.AdminCommandFailedException',
        'Offset json file contains duplicate topic partitions: foo-4,foo-3,foo-0,foo-12',
      ],
    ];
    for (const [content, javaClass, message] of cases) {
      const outcome = await run(content);
      assert.deepEqual(outcome, { status: 1, out: '', err: `${message}\n${javaClass}: ${message}\n` });
    }
  });

  it('says which file it cannot read', async () => {
    const words = ['--bootstrap-server', `localhost:${broker.port}`, '--offset-json-file', join(directory, 'none')];
    const { err } = await runTool(deleteRecords, words);
    assert.match(err, /^Unable to read file .*none\njava\.io\.IOException: Unable to read file /);
    const personal = await runTool(deleteRecords, words, onTerminal());
    assert.match(personal.err, /^Cannot read .*none: .*no such file/);
  });

  it('tells of each partition where no broker is', async () => {
    writeFileSync(file, JSON.stringify({ partitions: [FOO] }));
    const words = ['--bootstrap-server', '127.0.0.1:1', '--offset-json-file', file];
    const piped = await runTool(deleteRecords, words);
    assert.equal(piped.status, 0);
    const failure = 'Timed out waiting for a node assignment. Call: deleteRecords(api=METADATA)';
    assert.ok(piped.out.endsWith(`foo-0\terror: org.apache.kafka.common.errors.TimeoutException: ${failure}\n`));
    assert.match(piped.err, /ECONNREFUSED/);
    assert.equal((await runTool(deleteRecords, words, onTerminal())).status, 1);
  });
});
