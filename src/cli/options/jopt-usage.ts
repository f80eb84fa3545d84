import { linePieces } from './line-breaks.js';
import type { OptionRow, OptionRows } from './option-rows.js';

const WIDTH = 80;
const SEPARATOR_WIDTH = 2;
const INDENT = '  ';

type Line = readonly [option: string, description: string];

/** The table of options as joptsimple lays it out: two columns, sorted, wrapped to 80 characters. */
export function joptUsage(rows: OptionRows): string {
  const shown = Object.entries(rows).filter(([, row]) => !row.details.hidden);
  const anyRequired = shown.some(([, row]) => row.details.required);
  const title = anyRequired ? 'Option (* = required)' : 'Option';
  const lines: Line[] = [
    [title, 'Description'],
    ['-'.repeat(title.length), '-----------'],
    ...shown.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, row]): Line => [optionText(name, row), helpText(row)]),
  ];
  return render(fit(lines));
}

function optionText(name: string, row: OptionRow): string {
  const star = row.details.required ? '* ' : '';
  const names = [...(row.details.short === undefined ? [] : [`-${row.details.short}`]), dashed(name)].join(', ');
  if (row.argument === 'none') return star + names;
  const inside = row.argumentName === '' ? row.type.name : `${row.type.name}: ${row.argumentName}`;
  return row.argument === 'required' ? `${star}${names} <${inside}>` : `${star}${names} [${inside}]`;
}

function dashed(name: string): string {
  return name.length > 1 ? `--${name}` : `-${name}`;
}

function helpText(row: OptionRow): string {
  return row.details.default === undefined ? row.help : `${row.help} (default: ${row.details.default})`.trim();
}

function widths(lines: readonly Line[]): { option: number; description: number } {
  const widest = (column: 0 | 1): number => Math.max(...lines.map((line) => line[column].length));
  const option = Math.min((WIDTH - SEPARATOR_WIDTH) / 2, widest(0));
  return { option, description: Math.min(WIDTH - option - SEPARATOR_WIDTH, widest(1)) };
}

function fit(lines: readonly Line[]): Line[] {
  const { option, description } = widths(lines);
  return lines.flatMap(([left, right]) => {
    const lefts = wrap(left, option);
    const rights = wrap(right, description);
    const height = Math.max(lefts.length, rights.length);
    return Array.from({ length: height }, (_, index): Line => [lefts[index] ?? '', rights[index] ?? '']);
  });
}

function wrap(text: string, width: number): string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const pieces: string[] = [];
  let next = '';
  for (const word of linePieces(line)) {
    if (next.length + word.length > width) {
      pieces.push(next.trimEnd());
      next = INDENT + word;
    } else next += word;
  }
  if (next !== '') pieces.push(next);
  return pieces;
}

function render(lines: readonly Line[]): string {
  const { option, description } = widths(lines);
  const separator = ' '.repeat(SEPARATOR_WIDTH);
  return lines.map(([left, right]) => `${left.padEnd(option)}${separator}${right.padEnd(description)}\n`).join('');
}
