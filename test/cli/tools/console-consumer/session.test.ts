import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv } from 'ajv';
import type { Io, Output } from '../../../../src/cli/io.js';
import { RECORD_SCHEMA } from '../../../../src/cli/tools/console-consumer/record-rows.js';
import { run } from '../../../../src/cli/tools/console-consumer.js';
import { nodeClock } from '../../../../src/host/node-clock.js';
import { nodeRandom } from '../../../../src/host/node-random.js';
import { type RunningBroker, startBroker } from '../../../../src/index.js';
import { TestIo } from '../../test-io.js';

const COUNT = 2000;
const NEW_PROTOCOL = ['--command-property', 'group.protocol=consumer'];
let broker: RunningBroker;

before(async () => {
  broker = await startBroker();
  const producer = broker.kafkajs().producer();
  await producer.connect();
  const values = Array.from({ length: COUNT }, (_, index) => ({ value: `v${index}` }));
  await producer.send({ topic: 'numbers', messages: values });
  const odd = [
    { key: 'k', value: Buffer.from([0xff]), headers: { h: '1', b: Buffer.from([0xfe]) } },
    { key: null, value: null },
    { key: 'n', value: Buffer.from([0, 0, 0, 5]) },
  ];
  await producer.send({ topic: 'odd', messages: odd });
  await producer.disconnect();
});
after(() => broker.close());

/** A reader of standard output that goes away when it has got so many bytes. */
class ShortReader implements Output {
  readonly isTerminal = false;
  readonly columns = null;
  isBroken = false;
  readonly chunks: string[] = [];
  private leftBytes: number;

  constructor(leftBytes: number) {
    this.leftBytes = leftBytes;
  }

  write(chunk: string | Uint8Array): boolean {
    this.isBroken ||= this.leftBytes < chunk.length;
    this.leftBytes -= chunk.length;
    if (!this.isBroken) this.chunks.push(String(chunk));
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

function realIo(stdout?: Output): { io: Io; recorded: TestIo } {
  const recorded = new TestIo();
  const host = { ...recorded.host, clock: nodeClock, random: nodeRandom };
  return { io: Object.assign(recorded, { host }, stdout === undefined ? {} : { stdout }), recorded };
}

const consume = (io: Io, ...argv: string[]): Promise<number> =>
  run(['--bootstrap-server', broker.bootstrapServers, ...argv], io);

const ofOdd = ['--topic', 'odd', '--partition', '0', '--offset', 'earliest'];

test('rows for programs fit their schema', async () => {
  const isRow = new Ajv({ allowUnionTypes: true }).compile(RECORD_SCHEMA);
  const { io, recorded } = realIo();
  assert.equal(await consume(io, ...ofOdd, '--max-messages', '3', '--output', 'ndjson'), 0);
  const rows = recorded.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(rows.length, 3);
  for (const row of rows) assert.ok(isRow(row), JSON.stringify(isRow.errors));
  const [first, second, third] = rows;
  assert.deepEqual([first?.key, first?.valueBase64, first?.offset, first?.leaderEpoch], ['k', '/w==', 0, 0]);
  assert.deepEqual(first?.headers, [
    { key: 'h', value: '1' },
    { key: 'b', valueBase64: '/g==' },
  ]);
  assert.deepEqual([second?.key, second?.value, third?.value], [null, null, '\0\0\0\u0005']);
});

test('an array is closed when enough came, when the time is up, and when nothing came', async () => {
  for (const [argv, count] of [
    [['--max-messages', '2'], 2],
    [['--timeout-ms', '300'], 3],
    [['--offset', 'latest', '--timeout-ms', '300'], 0],
  ] as const) {
    const { io, recorded } = realIo();
    const where = argv.includes('--offset' as never) ? ofOdd.slice(0, 4) : ofOdd;
    assert.equal(await consume(io, ...where, ...argv, '--output', 'json'), 0);
    assert.equal((JSON.parse(recorded.stdout.text) as unknown[]).length, count);
  }
});

test('an array is closed when it is told to stop', async () => {
  const { io, recorded } = realIo();
  const { stdout } = recorded;
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk) => {
    if (stdout.text.length + chunk.length > 10) recorded.tellToStop();
    return write(chunk);
  };
  assert.equal(await consume(io, ...ofOdd, '--output', 'json'), 0);
  const rows = JSON.parse(stdout.text) as unknown[];
  assert.ok(rows.length >= 1 && rows.length <= 3);
  assert.match(recorded.stderr.text, new RegExp(`Processed a total of ${rows.length} messages\n$`));
});

test('an array is closed behind the last record that could be read, and the error is told', async () => {
  const { io, recorded } = realIo();
  const integers = 'org.apache.kafka.common.serialization.IntegerDeserializer';
  assert.equal(await consume(io, ...ofOdd, '--output', 'json', '--value-deserializer', integers), 1);
  assert.deepEqual(JSON.parse(recorded.stdout.text), []);
  assert.match(recorded.stderr.text, /Size of data received by IntegerDeserializer is not 4/);
  const skipping = realIo();
  const skip = ['--output', 'json', '--skip-message-on-error', '--max-messages', '3'];
  assert.equal(await consume(skipping.io, ...ofOdd, ...skip, '--value-deserializer', integers), 0);
  const values = (JSON.parse(skipping.recorded.stdout.text) as { value: unknown }[]).map(({ value }) => value);
  assert.deepEqual(values, [null, 5]);
});

async function committed(groupId: string): Promise<number> {
  const admin = broker.kafkajs().admin();
  await admin.connect();
  const offsets = await admin.fetchOffsets({ groupId, topics: ['numbers'] });
  await admin.disconnect();
  return Number(offsets[0]?.partitions[0]?.offset);
}

test('of what a reader that goes away did not take nothing is committed', async () => {
  const reader = new ShortReader(500);
  const { io, recorded } = realIo(reader);
  assert.equal(await consume(io, '--topic', 'numbers', '--from-beginning', '--group', 'short', ...NEW_PROTOCOL), 0);
  const lines = reader.chunks.join('').trimEnd().split('\n');
  assert.ok(lines.length > 10 && lines.length < COUNT / 2, `${lines.length} lines`);
  assert.equal(lines[0], 'v0');
  assert.equal(await committed('short'), lines.length);
  assert.equal(
    recorded.stderr.text,
    `Unable to write to standard out, closing consumer.\nProcessed a total of ${lines.length} messages\n`,
  );
});

test('a reader that reads one line only gets few', async () => {
  const reader = new ShortReader(3);
  const { io } = realIo(reader);
  await consume(io, '--topic', 'numbers', '--from-beginning', '--group', 'one', ...NEW_PROTOCOL);
  assert.deepEqual(reader.chunks, ['v0\n']);
  assert.equal(await committed('one'), 1);
});

test('a group goes on behind the last record that was printed', async () => {
  const read = async (count: number): Promise<string[]> => {
    const { io, recorded } = realIo();
    const argv = ['--topic', 'numbers', '--from-beginning', '--group', 'on', '--max-messages', String(count)];
    assert.equal(await consume(io, ...argv, ...NEW_PROTOCOL), 0);
    return recorded.stdout.text.trimEnd().split('\n');
  };
  assert.deepEqual(await read(3), ['v0', 'v1', 'v2']);
  assert.deepEqual(await read(2), ['v3', 'v4']);
  assert.equal(await committed('on'), 5);
});

test('once records flow they leave in few writes', async () => {
  const reader = new ShortReader(Number.POSITIVE_INFINITY);
  const { io } = realIo(reader);
  await consume(io, '--topic', 'numbers', '--partition', '0', '--offset', 'earliest', '--max-messages', String(COUNT));
  assert.equal(reader.chunks.join('').trimEnd().split('\n').length, COUNT);
  assert.ok(reader.chunks.length < 30, `${reader.chunks.length} writes`);
});

test('a long run shows people how far it is, when the records go to a file', async () => {
  const { io, recorded } = realIo();
  recorded.stderr.isTerminal = true;
  let waited = false;
  recorded.stdout.drained = async () => {
    if (waited) return;
    waited = true;
    await new Promise<void>((resolve) => nodeClock.setTimer(150, resolve));
  };
  const argv = ['--topic', 'numbers', '--partition', '0', '--offset', 'earliest', '--timeout-ms', '300'];
  assert.equal(await consume(io, ...argv, '--max-messages', '10000', '--no-color'), 0);
  const [nothing, ...lines] = recorded.stderr.text.split('\r\u001b[K');
  assert.equal(nothing, '');
  assert.match(lines[0] ?? '', /^Read [\d,]+ of 10,000 records, .* records\/s$/);
  assert.ok(lines.includes('No record came within 300 ms.\n'));
  assert.equal(lines.at(-1), 'Processed a total of 2000 messages\n');
});

test('topics are found by a Java expression', async () => {
  const { io, recorded } = realIo();
  const argv = ['--include', '(?i)O\\Qd\\Ed|x', '--from-beginning', '--max-messages', '3', ...NEW_PROTOCOL];
  assert.equal(await consume(io, ...argv, '--output', 'table'), 0);
  const [heading, ...rows] = recorded.stdout.text.trimEnd().split('\n');
  assert.match(heading ?? '', /^TOPIC +PARTITION +OFFSET +TIMESTAMP +KEY +VALUE$/);
  assert.deepEqual(
    rows.map((row) => row.split(/ +/).slice(0, 3).join(' ')),
    ['odd 0 0', 'odd 0 1', 'odd 0 2'],
  );
});
