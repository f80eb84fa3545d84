import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Disk } from '../../../../src/base/disk.js';
import * as consumer from '../../../../src/cli/tools/console-consumer.js';
import { nodeClock } from '../../../../src/host/node-clock.js';
import { nodeDisk } from '../../../../src/host/node-disk.js';
import { crc32 } from '../../../../src/protocol/crc32.js';
import { assignOffset } from '../../../../src/protocol/records/batch-header.js';
import { batchOf } from '../../../support/batches.js';
import { readLogFixture, unpackLogFixture } from '../../../support/log-fixture.js';
import { TestIo } from '../../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from '../run-tool.js';

const directory = mkdtempSync(join(tmpdir(), 'kafkalite-log-dir-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const FIXTURES = ['damaged', 'delete-records', 'jbod', 'txn'];
const dirOf = (name: string): string => join(directory, name);

before(() => {
  for (const name of FIXTURES) unpackLogFixture(readLogFixture(name), nodeDisk, dirOf(name));
});

const consume = (dir: string, ...argv: string[]): Promise<Outcome> => runTool(consumer, ['--log-dir', dir, ...argv]);

const fromBeginning = (dir: string, topic: string, ...argv: string[]): Promise<Outcome> =>
  consume(dir, '--topic', topic, '--from-beginning', ...argv);

const NUMBER = /^Processed a total of (\d+) messages$/m;
const countOf = ({ err }: Outcome): number => Number(NUMBER.exec(err)?.[1]);
const LOG = '00000000000000000000.log';

/** A log directory with one topic, in whose partitions are the values given. */
function makeTopic(name: string, ...partitions: string[][]): string {
  const dir = dirOf(name);
  partitions.forEach((values, partition) => {
    makePartition(dir, partition, values);
  });
  return dir;
}

function makePartition(dir: string, partition: number, values: string[]): void {
  mkdirSync(join(dir, `t-${partition}`), { recursive: true });
  writeFileSync(join(dir, `t-${partition}`, LOG), Buffer.concat(values.map((value, at) => recordAt(at, value))));
}

function recordAt(offset: number, value: string): Buffer {
  const batch = batchOf([value]);
  assignOffset(batch, 0, offset, 0);
  return batch;
}

test('reads what is there, one partition after the other, and ends', async () => {
  const dir = makeTopic('plain', ['a0', 'a1'], ['b0'], []);
  const all = await fromBeginning(dir, 't');
  assert.deepEqual(all, { status: 0, out: 'a0\na1\nb0\n', err: 'Processed a total of 3 messages\n' });
  const one = await consume(dir, '--topic', 't', '--partition', '0', '--offset', '1');
  assert.equal(one.out, 'a1\n');
  assert.equal((await consume(dir, '--topic', 't', '--partition', '0', '--offset', '7')).out, '');
  assert.equal((await consume(dir, '--include', 't|u', '--from-beginning', '--max-messages', '1')).out, 'a0\n');
  const rows = rowsOf(await fromBeginning(dir, 't', '--output', 'ndjson'));
  assert.deepEqual(
    (rows as { offset: number }[]).map(({ offset }) => offset),
    [0, 1, 0],
  );
});

test('several directories are read as one, a copy that is being made is not', async () => {
  const jbod = Object.keys(readLogFixture('jbod').expected.dirs).map((name) => join(dirOf('jbod'), name));
  const both = await fromBeginning(jbod.join(','), 'moving');
  assert.equal(countOf(both), 16);
  const [first, second] = jbod as [string, string];
  const { out } = await runTool(consumer, [
    ...['--log-dir', first, '--log-dir', second, '--include', '.*', '--from-beginning'],
  ]);
  const { partitions } = readLogFixture('jbod').expected.view;
  const ofUsers = Object.entries(partitions ?? {}).filter(([name]) => !name.startsWith('__'));
  const count = ofUsers.reduce((sum, [, view]) => sum + view.count, 0);
  assert.equal(out.split('\n').length - 1, count);
  makeTopic('twice/x', ['a']);
  makeTopic('twice/y', ['b']);
  const twice = await fromBeginning(`${dirOf('twice/x')},${dirOf('twice/y')}`, 't');
  assert.deepEqual([twice.status, twice.out], [1, '']);
  assert.match(twice.err, /^t-0 lies both in \S+x and in \S+y: leave one of them out/);
});

test('records that were deleted are not shown, nor those of transactions that were aborted', async () => {
  const { partitions } = readLogFixture('delete-records').expected.view;
  for (const topic of ['del-all', 'del-mid', 'del-segments']) {
    assert.equal(countOf(await fromBeginning(dirOf('delete-records'), topic)), partitions?.[`${topic}-0`]?.count);
  }
  for (const [name, view] of Object.entries(readLogFixture('txn').expected.view.partitions ?? {})) {
    if (name.startsWith('__')) continue;
    const at = name.lastIndexOf('-');
    const of = [name.slice(0, at), '--partition', name.slice(at + 1)] as [string, ...string[]];
    assert.equal(countOf(await fromBeginning(dirOf('txn'), ...of)), view.count, name);
    const committed = await fromBeginning(dirOf('txn'), ...of, '--isolation-level', 'read_committed');
    assert.equal(countOf(committed), view.committedCount, name);
  }
});

test('damage is told with its place and ends with 1, or is gone over', async () => {
  const ended = await fromBeginning(dirOf('damaged'), 'crc-middle');
  assert.deepEqual([ended.status, countOf(ended)], [1, 16]);
  assert.match(
    ended.err,
    /crc-middle-0\/0+12\.log is damaged at position \d+, where offset 16 of crc-middle-0 should be/,
  );
  const skipped = await fromBeginning(dirOf('damaged'), 'crc-middle', '--skip-message-on-error');
  assert.deepEqual([skipped.status, countOf(skipped)], [0, 38]);
  assert.match(skipped.err, /ERROR .* is damaged at position/);
  const torn = await fromBeginning(dirOf('damaged'), 'torn');
  assert.deepEqual([torn.status, countOf(torn)], [0, 38]);
  assert.match(torn.err, /WARN .*36\.log was not written to its end: torn-0 ends before offset 38, at position \d+/);
});

test('records that nobody can read are damage too, though their checksum is right', async () => {
  const dir = makeTopic('unknown-codec', ['a']);
  const { BatchBuilder } = await import('../../../../src/protocol/records/batch-builder.js');
  const { crc32c } = await import('../../../../src/protocol/crc32c.js');
  const builder = new BatchBuilder();
  builder.append(1, null, Buffer.from('b'));
  const batch = builder.build({ baseOffset: 1 });
  batch.writeInt32BE(2, 57);
  batch.writeUInt32BE(crc32c(batch, 21), 17);
  appendFileSync(join(dir, 't-0', LOG), Buffer.concat([batch, recordAt(2, 'c')]));
  const ended = await fromBeginning(dir, 't');
  assert.deepEqual([ended.status, ended.out], [1, 'a\n']);
  assert.match(ended.err, /where offset 1 of t-0 should be: .*the batch ends after 1 of 2 records/);
  assert.equal((await fromBeginning(dir, 't', '--skip-message-on-error')).out, 'a\nc\n');
});

/** Runs the consumer in a time of its own, and calls back whenever it waits, with how often it has. */
async function following(onWait: (waits: number) => void, ...argv: string[]): Promise<string> {
  const io = new TestIo();
  let timeMs = 0;
  let waits = 0;
  const clock = {
    nowMs: () => nodeClock.nowMs() + timeMs,
    monotonicMs: () => timeMs,
    setTimer: (delayMs: number, callback: () => void) => {
      timeMs += delayMs;
      onWait(++waits);
      return nodeClock.setTimer(0, callback);
    },
  };
  const open: Disk['open'] = (path, mode) => {
    assert.equal(mode, 'read');
    return nodeDisk.open(path, mode);
  };
  Object.assign(io, { host: { ...io.host, clock, disk: { ...nodeDisk, open } } });
  assert.equal(await consumer.run(argv, io), 0);
  return io.stdout.text;
}

test('without --from-beginning it follows what is written from then on', async () => {
  const dir = makeTopic('followed', ['old']);
  const onWait = (waits: number): void => {
    if (waits === 1) appendFileSync(join(dir, 't-0', LOG), recordAt(1, 'new'));
    if (waits === 2) writeFileSync(join(dir, 't-0', '00000000000000000002.log'), recordAt(2, 'of another segment'));
    if (waits === 3) makePartition(dir, 1, ['of another partition']);
  };
  const out = await following(onWait, '--log-dir', dir, '--topic', 't', '--max-messages', '3');
  assert.equal(out, 'new\nof another segment\nof another partition\n');
});

test('a partition that moves to another directory is read on there, one that is made anew from its begin', async () => {
  const here = makeTopic('moves/here', ['a', 'b']);
  const there = dirOf('moves/there');
  mkdirSync(there);
  const onWait = (waits: number): void => {
    if (waits === 1) {
      makeTopic('moves/there', ['a', 'b', 'c']);
      rmSync(join(here, 't-0'), { recursive: true });
    }
    if (waits === 30) rmSync(join(there, 't-0'), { recursive: true });
    if (waits === 40) makeTopic('moves/here', ['d']);
  };
  const argv = ['--log-dir', here, '--log-dir', there, '--topic', 't', '--from-beginning', '--timeout-ms', '8000'];
  assert.equal(await following(onWait, ...argv), 'a\nb\nc\nd\n');
});

test('a batch that is being written is waited for, also where reading ends with the log', async () => {
  const dir = makeTopic('being-written', ['a']);
  const path = join(dir, 't-0', LOG);
  const next = recordAt(1, 'b');
  appendFileSync(path, next.subarray(0, 64));
  const onWait = (waits: number): void => {
    if (waits === 1) appendFileSync(path, next.subarray(64));
  };
  assert.equal(await following(onWait, '--log-dir', dir, '--topic', 't', '--from-beginning'), 'a\nb\n');
});

test('with a time-out it waits for more behind the end, as long as that', async () => {
  const dir = makeTopic('waited-for', ['a']);
  const outcome = await fromBeginning(dir, 't', '--timeout-ms', '20');
  assert.deepEqual([outcome.status, outcome.out], [0, 'a\n']);
  assert.match(outcome.err, /TimeoutException/);
  const latest = await runTool(consumer, ['--log-dir', dir, '--topic', 't', '--timeout-ms', '20'], onTerminal());
  assert.equal(latest.out, '');
  assert.match(latest.err, /^Only what is written from now on is shown; --from-beginning shows what is there\.\n/);
});

test('errors say what is there', async () => {
  const dir = makeTopic('errors', ['a'], ['b']);
  const errorOf = async (...argv: string[]): Promise<string> => {
    const { status, out, err } = await runTool(consumer, [...argv, '--from-beginning']);
    assert.deepEqual([status, out], [1, '']);
    return err.split('\n')[0] as string;
  };
  const at = (...argv: string[]) => errorOf('--log-dir', dir, ...argv);
  assert.equal(await at('--topic', 'u'), `There is no topic u in ${dir}; there is t.`);
  assert.equal(await at('--include', 'u.*'), `No topic in ${dir} matches u.*; there is t.`);
  const noPartition = `There is no partition 2 of topic t in ${dir}; there is 0, 1.`;
  assert.equal(await at('--topic', 't', '--partition', '2'), noPartition);
  assert.equal(await errorOf('--log-dir', `${dir}/no`, '--topic', 't'), `There is no log directory ${dir}/no.`);
  const partition = `${dir}/t-1 is the directory of one partition: use --log-dir ${dir} --topic t --partition 1`;
  assert.equal(await errorOf('--log-dir', `${dir}/t-1/`, '--topic', 't'), partition.replace('t-1 is', 't-1/ is'));
  const leaveOut = (name: string) =>
    `Option --log-dir reads files without a broker: leave out --${name}, or --log-dir to ask a broker.`;
  assert.equal(await at('--topic', 't', '--bootstrap-server', 'here:1'), leaveOut('bootstrap-server'));
  assert.equal(await at('--topic', 't', '--group', 'g'), leaveOut('group'));
  assert.equal(await at('--topic', 't', '--command-property', 'a=b'), leaveOut('command-property'));
  assert.match(await at('--topic', 't', '--isolation-level', 'x'), /read_uncommitted or read_committed, and not 'x'/);
});

test('records of formats before Kafka 0.11 are read under both isolation levels', async () => {
  const dir = makeTopic('legacy', []);
  // All bits set where newer batches have their attributes and producer.
  const messages = [0, 1].map((offset) => legacyMessage(offset, 'x'.repeat(40), -1n));
  writeFileSync(join(dir, 't-0', LOG), Buffer.concat([...messages, recordAt(2, 'new')]));
  for (const level of ['read_uncommitted', 'read_committed']) {
    const rows = rowsOf(await fromBeginning(dir, 't', '--isolation-level', level, '--output', 'ndjson'));
    const seen = (rows as { offset: number; value: string }[]).map(({ offset, value }) => `${offset} ${value.length}`);
    assert.deepEqual(seen, ['0 40', '1 40', '2 3']);
  }
});

function legacyMessage(offset: number, value: string, timestamp: bigint): Buffer {
  const bytes = Buffer.alloc(34 + value.length);
  bytes.writeBigInt64BE(BigInt(offset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes[16] = 1;
  bytes.writeBigInt64BE(timestamp, 18);
  bytes.writeInt32BE(-1, 26);
  bytes.writeInt32BE(value.length, 30);
  bytes.write(value, 34);
  bytes.writeUInt32BE(crc32(bytes, 16, bytes.length), 12);
  return bytes;
}

test('a directory that it reads stays as it is', async () => {
  const dir = dirOf('copy');
  cpSync(dirOf('damaged'), dir, { recursive: true });
  const listing = (): string[] => nodeDisk.list(dir).flatMap((name) => [name, ...filesIn(join(dir, name))]);
  const files = listing();
  await consume(
    dir,
    '--include',
    '.*',
    '--from-beginning',
    '--skip-message-on-error',
    '--isolation-level',
    'read_committed',
  );
  assert.deepEqual(listing(), files);
});

function filesIn(path: string): string[] {
  if (nodeDisk.stat(path)?.kind !== 'directory') return [];
  return nodeDisk.list(path).map((name) => `${name} ${JSON.stringify(nodeDisk.stat(join(path, name)))}`);
}
