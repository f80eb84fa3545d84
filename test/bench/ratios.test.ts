import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chart } from './chart.js';
import { storeRatios, worseThanStored } from './ratios.js';
import type { Figure } from './table.js';

const figure = (what: string, unit: string, ratio: number, spread = 0): Figure => ({
  what,
  unit,
  names: ['ours & co', 'theirs'],
  values: [ratio * 1000, 1000],
  ratio,
  spread,
});

test('a ratio is worse when it leaves what was stored by more than the noise of both runs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-ratios-'));
  const path = join(directory, 'ratios.json');
  try {
    storeRatios(
      [figure('rate', 'records/s', 2), figure('noisy', 'records/s', 2, 0.3), figure('memory', 'MB', 0.5)],
      path,
    );
    const now = (rate: number, noisy: number, memory: number): string[] =>
      worseThanStored(
        [figure('rate', 'records/s', rate), figure('noisy', 'records/s', noisy), figure('memory', 'MB', memory)],
        path,
      ).map((line) => line.split(',')[0] as string);
    assert.deepEqual(now(2, 2, 0.5), []);
    assert.deepEqual(now(9, 9, 0.1), []);
    assert.deepEqual(now(1.9, 1.5, 0.54), []);
    assert.deepEqual(now(1.7, 1.3, 0.6), ['rate', 'noisy', 'memory']);
    assert.deepEqual(worseThanStored([figure('new', 'MB', 9)], path), []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a chart has two bars for each figure, the longer ones alike, and names that cannot break it', () => {
  const svg = chart([figure('a < b', 'records/s', 2), figure('c', 'records/s', 0.5)]);
  const widths = [...svg.matchAll(/<rect x="370" y="\d+" width="(\d+)" height="11"/g)].map(([, width]) =>
    Number(width),
  );
  assert.deepEqual(widths.slice(1), [300, 150, 150, 300]);
  assert.match(svg, /a &lt; b/);
  assert.match(svg, /ours &amp; co/);
  assert.match(svg, /2,000 records\/s \(2\.00 x\)/);
});
