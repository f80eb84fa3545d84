import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnReport } from '../../../../src/cli/tools/transactions/rows.js';

const HEADINGS = { name: 'Name', count: 'Count', partitions: 'Partitions' };

test('cells as wide as the widest of their column, each ended by a tab', () => {
  const rows = [
    { name: 'a-long-name', count: 1, partitions: ['t-0', 't-1'] },
    { name: 'b', count: null, partitions: [] },
  ];
  assert.equal(
    columnReport(HEADINGS, rows, '').plain(),
    'Name       \tCount\tPartitions\t\na-long-name\t1    \tt-0,t-1   \t\nb          \tNone \t          \t\n',
  );
});

test('headings alone where there is nothing', () => {
  const report = columnReport<{ name: string; count: number; partitions: string[] }>(HEADINGS, [], 'There is none.');
  assert.equal(report.plain(), 'Name\tCount\tPartitions\t\n');
  assert.equal(report.whenEmpty, 'There is none.');
});
