import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figure } from './table.js';

/** What the short form gave when it was stored. */
const STORED = fileURLToPath(new URL('../../../test/bench/ratios.json', import.meta.url));
/** Beside what the pairs of a run differ by, runs differ by what else the machine does. */
const ALLOWANCE = 1.1;

type Stored = Record<string, Pick<Figure, 'ratio' | 'spread'>>;

const nameOf = ({ what, unit }: Figure): string => `${what}, ${unit}`;
const rounded = (value: number): number => Number(value.toFixed(3));

export function storeRatios(figures: readonly Figure[], path = STORED): void {
  const stored: Stored = {};
  for (const figure of figures)
    stored[nameOf(figure)] = { ratio: rounded(figure.ratio), spread: rounded(figure.spread) };
  writeFileSync(path, `${JSON.stringify(stored, null, 2)}\n`);
}

/** A line for each ratio that is worse than the stored one by more than the noise of both runs. */
export function worseThanStored(figures: readonly Figure[], path = STORED): string[] {
  if (!existsSync(path)) return [`There is no ${path}: make it with scripts/bench --store.`];
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
  return figures.flatMap((figure) => {
    const before = stored[nameOf(figure)];
    if (before === undefined) return [];
    const isMoreBetter = figure.unit === 'records/s';
    const worse = isMoreBetter ? before.ratio / figure.ratio : figure.ratio / before.ratio;
    const limit = ALLOWANCE * (1 + before.spread) * (1 + figure.spread);
    if (worse <= limit) return [];
    const [was, is] = [before.ratio.toFixed(2), figure.ratio.toFixed(2)];
    return [
      `${nameOf(figure)}: the ratio was ${was} and is ${is}, worse by ${worse.toFixed(2)}; noise ${limit.toFixed(2)}`,
    ];
  });
}
