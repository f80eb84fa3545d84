import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Operation, type Outcome, type Poll, polled, type SentRecord } from './history.js';
import { type Anomaly, checkHistory } from './history-checker.js';

const sent = (value: string, offset: number | null, partition = 0): SentRecord => ({
  topic: 't',
  partition,
  value,
  offset,
});

const write = (outcome: Outcome, ...sends: SentRecord[]): Operation => ({ process: 'p', outcome, sends, polls: [] });

/** A poll that gave `'1a'`: value a at offset 1. */
const poll = (reader: string, places: readonly string[], partition = 0): Poll => ({
  topic: 't',
  partition,
  reader,
  records: places.map((place) => ({ offset: Number.parseInt(place, 10), value: place.replace(/^\d+/, '') })),
});

const read = (reader: string, ...places: string[]): Operation => polled(reader, [poll(reader, places)]);

function anomalies(operations: readonly Operation[], isReadToEnd = true): Anomaly[] {
  return checkHistory(operations, { isReadToEnd }).map(({ anomaly }) => anomaly);
}

/** The one finding, and how it is told. */
function single(operations: readonly Operation[], isReadToEnd = true): string {
  const findings = checkHistory(operations, { isReadToEnd });
  assert.equal(findings.length, 1, JSON.stringify(findings));
  return `${findings[0]?.anomaly}: ${findings[0]?.message}`;
}

const A = write('done', sent('a', 0));
const B = write('done', sent('b', 1));
const C = write('done', sent('c', 2));

test('a clean history: sends, aborts, unknown ends, markers between, readers that begin and stop anywhere', () => {
  const operations = [
    A,
    write('failed', sent('x', 1)),
    write('done', sent('b', 3), sent('c', 0, 1)),
    write('unknown', sent('d', null), sent('e', null, 1)),
    write('unknown', sent('never', null), sent('never either', 9)),
    read('r', '0a', '3b'),
    read('r', '5d'),
    polled('s', [poll('s', ['3b', '5d']), poll('s', ['0c', '2e'], 1)]),
    read('s after a seek', '0a'),
  ];
  assert.deepEqual(anomalies(operations), []);
});

test('a reader that stopped before a record has not lost it', () => {
  assert.deepEqual(anomalies([A, B, read('r', '0a')], false), []);
});

test('inconsistent offset, among readers and between an answer and a reader', () => {
  const told = write('done', sent('a', 0), sent('b', null));
  assert.equal(single([told, read('r', '0a'), read('s', '0b')]), 'inconsistent offset: t-0@0 is a and b');
  assert.deepEqual(anomalies([A, write('unknown', sent('b', null)), read('r', '0b')], false), ['inconsistent offset']);
});

test('duplicate', () => {
  assert.equal(single([A, read('r', '0a', '1a')]), 'duplicate: a is at t-0@0 and t-0@1');
  const elsewhere = polled('r', [poll('r', ['0a']), poll('r', ['7a'], 1)]);
  assert.deepEqual(anomalies([A, elsewhere]), ['duplicate']);
});

test('aborted read', () => {
  const operations = [write('failed', sent('x', 0)), read('r', '0x'), read('s', '0x')];
  assert.equal(single(operations), 'aborted read: r read x at t-0@0, which p aborted or knows to have failed');
});

test('unsent read, by value or by partition', () => {
  assert.equal(single([read('r', '4z')]), 'unsent read: r read z at t-0@4, which nobody sent');
  const moved = [write('done', sent('a', null, 1)), read('r', '0a')];
  assert.equal(single(moved), 'unsent read: r read a at t-0@0, which was sent to t-1');
});

test('lost write', () => {
  assert.equal(single([A, B, read('r', '0a')]), 'lost write: b of p, sent to t-0@1, was never read');
  assert.equal(single([write('done', sent('a', null)), read('r')]), 'lost write: a of p, sent to t-0, was never read');
});

test('a write that a reader passed over is lost before the end is reached', () => {
  assert.deepEqual(anomalies([A, B, C, read('r', '0a'), read('s', '2c')], false), ['lost write']);
});

test('torn transaction', () => {
  const torn = write('unknown', sent('a', null), sent('b', null, 1));
  assert.equal(
    single([torn, read('r', '0a')]),
    'torn transaction: b of p, sent to t-1, was never read; other records of its transaction were',
  );
  assert.deepEqual(anomalies([torn, read('r', '0a')], false), []);
});

test('reordered sends, by answers or by what was read', () => {
  const swapped = [write('done', sent('a', 1)), write('done', sent('b', 0))];
  assert.equal(single([...swapped, read('r', '0b', '1a')]), 'reordered sends: p sent to t-0 a@1 and then b@0');
  const untold = [write('unknown', sent('a', null)), write('unknown', sent('b', null))];
  assert.deepEqual(anomalies([...untold, read('r', '0b', '1a')]), ['reordered sends']);
});

test('two programs may be written in any order', () => {
  const other = { ...write('done', sent('b', 0)), process: 'q' };
  assert.deepEqual(anomalies([write('done', sent('a', 1)), other, read('r', '0b', '1a')]), []);
});

test('reordered polls, within one and between two', () => {
  const reader = 'reordered polls: r was given t-0@1 and then @0';
  assert.equal(single([A, B, read('r', '1b', '0a')]), reader);
  assert.equal(single([A, B, read('r', '1b'), read('r', '0a')]), reader);
  assert.deepEqual(anomalies([A, read('r', '0a'), read('r', '0a')]), ['reordered polls']);
});

test('gap in a poll', () => {
  const operations = [A, B, C, read('r', '0a', '2c'), read('s', '1b')];
  assert.equal(single(operations), 'gap in a poll: r was given t-0@0 and then @2, but not b@1');
});

test('gap between polls', () => {
  const operations = [A, B, C, read('r', '0a'), read('r', '2c'), read('s', '1b')];
  assert.equal(single(operations), 'gap between polls: r was given t-0@0 and then @2, but not b@1');
});

test('uncommitted read', () => {
  const own = { ...A, polls: [poll('p', ['0a'])] };
  assert.equal(single([own]), 'uncommitted read: operation 0 of p read what it sends itself');
});

test('circular read, of two and through a third', () => {
  const step = (value: string, offset: number, place: string): Operation => ({
    process: value,
    outcome: 'done',
    sends: [sent(value, offset)],
    polls: [poll(value, [place])],
  });
  assert.equal(
    single([step('a', 0, '1b'), step('b', 1, '0a')]),
    'circular read: each read of the next: operation 0 of a, operation 1 of b',
  );
  assert.deepEqual(anomalies([step('a', 0, '1b'), step('b', 1, '2c'), step('c', 2, '0a')]), ['circular read']);
  assert.deepEqual(anomalies([A, step('b', 1, '0a'), step('c', 2, '1b'), read('r', '2c')]), []);
});

test('a value that is sent twice is a mistake of the history', () => {
  assert.throws(() => anomalies([A, A]), /two sends of the value a/);
});
