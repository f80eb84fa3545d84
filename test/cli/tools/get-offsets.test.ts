import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import * as getOffsets from '../../../src/cli/tools/get-offsets.js';
import { type RunningBroker, startBroker } from '../../../src/index.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const isRow = new Ajv().compile(getOffsets.PARTITION_OFFSET_SCHEMA);

describe('kafka-get-offsets', () => {
  let broker: RunningBroker;
  const run = (words: string, io?: TestIo): Promise<Outcome> =>
    runTool(getOffsets, ['--bootstrap-server', broker.bootstrapServers, ...words.split(' ')], io);

  before(async () => {
    broker = await startBroker({ config: { 'num.partitions': 2 } });
    const producer = broker.kafkajs().producer();
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ partition: 1, value: 'a' }] });
    await producer.disconnect();
  });
  after(() => broker.close());

  it('shows offsets in each form', async () => {
    assert.deepEqual(await run('--topic orders'), { status: 0, out: 'orders:0:0\norders:1:1\n', err: '' });
    const rows = rowsOf(await run('--topic orders --output ndjson'));
    assert.deepEqual(rows, [
      { topic: 'orders', partition: 0, offset: 0 },
      { topic: 'orders', partition: 1, offset: 1 },
    ]);
    for (const row of rows) assert.ok(isRow(row));
    const table = await run('--topic orders', onTerminal());
    assert.match(table.out, /│ orders │ +1 │ +1 │/);
  });

  it('leaves out partitions without such a record, and all of them in a sentence', async () => {
    const later = String(Date.now() + 3_600_000);
    assert.equal((await run(`--topic orders --time ${later}`)).out, '');
    assert.equal((await run('--topic orders --time 9223372036854775807')).out, '');
    const none = await run(`--topic orders --time ${later}`, onTerminal());
    assert.equal(none.out, 'No partition has such an offset.\n');
  });

  it('names what it has to skip, and is no success for programs', async () => {
    const piped = await run('--topic orders --time -10');
    assert.equal(piped.status, 0);
    assert.match(
      piped.err,
      /^Skip getting offsets for topic-partition orders-0 due to error: org\.apache\.kafka\.common\.errors\.\w+: /,
    );
    const json = await run('--topic orders --time -10 --output json');
    assert.equal(json.status, 1);
    assert.equal(json.out, '[]\n');
  });

  it('asks a person what was meant', async () => {
    const message = 'Error occurred: Could not match any topic-partitions with the specified filters';
    assert.deepEqual(await run('--topic ordrs'), { status: 1, out: '', err: `${message}\n` });
    assert.equal((await run('--topic ordrs', onTerminal())).err, `${message}. Did you mean 'orders'?\n`);
  });
});
