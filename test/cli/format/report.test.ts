import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, type Report, reportText, tableOf, writeReport } from '../../../src/cli/format/report.js';
import { TestIo } from '../test-io.js';

interface Fruit {
  readonly name: string;
  readonly count: number | null;
}

const COLUMNS: readonly Column<Fruit>[] = [
  { heading: 'Name', cell: ({ name }) => name },
  { heading: 'Count', cell: ({ count }) => count, tone: ({ count }) => (count === 0 ? 'bad' : null) },
];

function reportOf(rows: readonly Fruit[], title: string | null = null): Report {
  return {
    rows,
    plain: () => rows.map(({ name }) => `${name}\n`).join(''),
    tables: () => [tableOf(rows, COLUMNS, title)],
    whenEmpty: 'There is no fruit.',
  };
}

const FRUIT = [
  { name: 'apple', count: 12 },
  { name: 'fig', count: null },
];

test('plain is what the report says', async () => {
  assert.equal(await reportText(reportOf(FRUIT), 'plain', new TestIo()), 'apple\nfig\n');
});

test('json is one array with a row a line, ndjson an object a line', async () => {
  const json = await reportText(reportOf(FRUIT), 'json', new TestIo());
  assert.deepEqual(JSON.parse(json), FRUIT);
  assert.equal(json.split('\n').length, 5);
  assert.equal(await reportText(reportOf([]), 'json', new TestIo()), '[]\n');
  const lines = await reportText(reportOf(FRUIT), 'ndjson', new TestIo());
  assert.deepEqual(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    FRUIT,
  );
  assert.equal(await reportText(reportOf([]), 'ndjson', new TestIo()), '');
});

test('a table has headings, numbers at the right and a dash for what is not there', async () => {
  const text = await reportText(reportOf(FRUIT, 'Basket'), 'table', new TestIo());
  assert.equal(
    text,
    [
      'Basket',
      '┌───────┬───────┐',
      '│ Name  │ Count │',
      '├───────┼───────┤',
      '│ apple │    12 │',
      '├───────┼───────┤',
      '│ fig   │     - │',
      '└───────┴───────┘',
      '',
    ].join('\n'),
  );
});

test('a sentence stands for a table without rows', async () => {
  assert.equal(await reportText(reportOf([]), 'table', new TestIo()), 'There is no fruit.\n');
});

test('on a terminal what is wrong has a colour', async () => {
  const io = new TestIo({ TERM: 'xterm' }).onTerminal(80);
  await writeReport(reportOf([{ name: 'pear', count: 0 }]), 'table', io);
  assert.ok(io.stdout.text.includes('\u001b[31m0\u001b[39m'), io.stdout.text);
});

test('a table is never wider than the terminal: texts are cut, and at last it becomes a list', async () => {
  const rows = [{ name: 'a fruit with quite a long name', count: 1 }];
  const narrow = new TestIo({ NO_COLOR: '1' }).onTerminal(30);
  const text = await reportText(reportOf(rows), 'table', narrow);
  assert.ok(
    text.split('\n').every((line) => line.length <= 30),
    text,
  );
  assert.match(text, /a fruit with .*…/);
  const list = await reportText(reportOf(rows), 'table', new TestIo({ NO_COLOR: '1' }).onTerminal(15));
  assert.equal(list, 'Name   a fruit with quite a long name\nCount  1\n');
});

test('control characters in a name do not reach the terminal', async () => {
  const text = await reportText(reportOf([{ name: 'x\u001b[2J\n', count: 1 }]), 'table', new TestIo());
  assert.ok(text.includes('x\\x1b[2J\\x0a'), text);
  assert.ok(!text.includes('\u001b'));
});
