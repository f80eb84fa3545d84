import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ConsumerOptions, parseConsumerOptions } from '../../../../src/cli/tools/console-consumer/options.js';
import { TestIo } from '../../test-io.js';

const AT = ['--bootstrap-server', 'here:1'];
const directory = mkdtempSync(join(tmpdir(), 'kafkalite-consumer-options-'));
after(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const parse = (...argv: string[]): Promise<ConsumerOptions> => parseConsumerOptions([...AT, ...argv], new TestIo());

async function errorOf(io: TestIo, ...argv: string[]): Promise<string> {
  const error = await parseConsumerOptions(argv, io).then(
    () => assert.fail('taken'),
    (cause: Error) => cause,
  );
  return error.message;
}

test('a group of its own commits nothing, a group that was named does', async () => {
  const own = (await parse('--topic', 't')).consumer;
  assert.match(own.get('group.id') ?? '', /^console-consumer-\d{1,5}$/);
  assert.equal(own.get('enable.auto.commit'), 'false');
  assert.equal(own.get('auto.offset.reset'), 'latest');
  assert.equal(own.get('client.id'), 'console-consumer');
  const told = await parse('--topic', 't', '--command-property', 'enable.auto.commit=true', '--from-beginning');
  assert.equal(told.consumer.get('enable.auto.commit'), 'true');
  assert.equal(told.consumer.get('auto.offset.reset'), 'earliest');
  const named = (await parse('--topic', 't', '--group', 'g')).consumer;
  assert.equal(named.get('group.id'), 'g');
  assert.equal(named.has('enable.auto.commit'), false);
});

test('of the isolation level the option counts more than a property, and that more than the default', async () => {
  const path = file('c.properties', 'isolation.level=read_committed\n');
  const level = async (...argv: string[]) => (await parse('--topic', 't', ...argv)).consumer.get('isolation.level');
  assert.equal(await level(), 'read_uncommitted');
  assert.equal(await level('--command-config', path), 'read_committed');
  assert.equal(await level('--command-config', path, '--command-property', 'isolation.level=x'), 'x');
  assert.equal(await level('--command-config', path, '--isolation-level', 'read_uncommitted'), 'read_uncommitted');
});

test('of the formatter properties those of the command line count more than the file and the deserializer options', async () => {
  const path = file('f.properties', 'key.deserializer=of.file\nprint.key=true\n');
  const key = async (...argv: string[]) => {
    const options = await parse('--topic', 't', '--formatter-config', path, ...argv);
    assert.equal(options.formatterProperties.get('print.key'), 'true');
    return options.formatterProperties.get('key.deserializer');
  };
  assert.equal(await key(), 'of.file');
  assert.equal(await key('--key-deserializer', 'of.option'), 'of.option');
  assert.equal(await key('--key-deserializer', ''), 'of.file');
  assert.equal(await key('--key-deserializer', 'of.option', '--formatter-property', 'key.deserializer=p'), 'p');
});

test('where to begin', async () => {
  const source = async (...argv: string[]) => (await parse(...argv)).source();
  assert.deepEqual(await source('--topic', 't'), { topic: 't' });
  assert.deepEqual(await source('--include', 'a,b'), { include: 'a,b' });
  const of = async (...argv: string[]) => {
    const found = await source('--topic', 't', '--partition', '2', ...argv);
    assert.ok('offset' in found && found.partition === 2);
    return found.offset;
  };
  assert.equal(await of(), 'latest');
  assert.equal(await of('--from-beginning'), 'earliest');
  assert.equal(await of('--offset', 'EARLIEST'), 'earliest');
  assert.equal(await of('--offset', '+7'), 7);
  assert.equal(await of('--offset', '-0'), 0);
  assert.equal(await of('--offset', '9223372036854775807'), Number.POSITIVE_INFINITY);
});

test('of several mistakes the first in the order of the real tool is told', async () => {
  const io = new TestIo();
  assert.match(await errorOf(io, '--partition', '1'), /^Exactly one of the following arguments is required/);
  assert.match(await errorOf(io, '--include', 'a', '--partition', '1'), /^The topic is required/);
  assert.match(await errorOf(io, '--topic', 't', '--offset', '1'), /^The partition is required/);
  assert.match(await errorOf(io, '--topic', 't', '--partition', 'x'), /^Cannot parse argument 'x' of option partition/);
  const both = ['--consumer-property', 'a=b', '--command-property', 'c=d'];
  assert.match(await errorOf(io, '--topic', 't', ...both), /^Missing required argument "\[bootstrap-server\]"/);
  assert.match(await errorOf(io, ...AT, '--topic', 't', ...both, '--group', ''), /^Options --consumer-property and/);
  const late = ['--timeout-ms', 'x', '--formatter', 'y'];
  assert.match(await errorOf(io, ...AT, '--topic', 't', ...late), /^Cannot parse argument 'x' of option timeout-ms/);
  assert.equal(io.stdout.text, '');
  const twice = ['--group', 'orders', '--command-property', 'group.id=zz'];
  assert.match(await errorOf(io, ...AT, '--topic', 't', ...twice), /Detected group ids: 'zz', 'orders'$/);
  assert.match(await errorOf(io, ...AT, '--topic', 't', '--formatter', 'no.such'), /^no\.such$/);
});

test('people get to know which formatters there are', async () => {
  const io = new TestIo();
  io.stderr.isTerminal = true;
  assert.match(
    await errorOf(io, ...AT, '--topic', 't', '--formatter', 'x'),
    /^There is no formatter x; there are .*NoOp/,
  );
});

test('an older name is told of, where it does not come between rows for programs', async () => {
  for (const [argv, where] of [
    [[], 'stdout'],
    [['--output', 'ndjson'], 'stderr'],
  ] as const) {
    const io = new TestIo();
    await parseConsumerOptions([...AT, '--topic', 't', '--property', 'print.key=true', ...argv], io);
    assert.match(io[where].text, /^Option --property is deprecated .* Use --formatter-property instead\.\n$/);
    assert.equal(io.stdout.text + io.stderr.text, io[where].text);
  }
});

test('values that are read late are refused late', async () => {
  const options = await parse('--topic', 'a', '--topic', 'b', '--max-messages', 'many');
  assert.throws(() => options.source(), /Found multiple arguments for option topic/);
  assert.throws(() => options.maxMessages(), /Cannot parse argument 'many' of option max-messages/);
});

test('records are plain on a terminal too, unless asked for otherwise', async () => {
  const io = new TestIo();
  Object.assign(io.stdout, { isTerminal: true });
  assert.equal((await parseConsumerOptions([...AT, '--topic', 't'], io)).output, 'plain');
  assert.equal((await parseConsumerOptions([...AT, '--topic', 't', '--output', 'json'], io)).output, 'json');
  assert.match(await errorOf(io, ...AT, '--topic', 't', '--output', 'xml'), /--output is one of plain/);
});
