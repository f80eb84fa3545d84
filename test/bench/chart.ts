import type { Figure } from './table.js';
import { short } from './table.js';

const [WIDTH, LABEL_WIDTH, VALUE_WIDTH] = [820, 370, 150];
const [BAR_HEIGHT, ROW_HEIGHT, TOP] = [11, 36, 34];
const COLOURS = ['#2f7ed8', '#9aa5b1'];

/** Two bars for each figure, the longer one as long as there is room, as an SVG that reads on light and dark pages. */
export function chart(figures: readonly Figure[]): string {
  const [one = '', other = ''] = figures[0]?.names ?? [];
  const height = TOP + figures.length * ROW_HEIGHT;
  const rows = figures.map((figure, row) => bars(figure, TOP + row * ROW_HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" fill="#6b7684">`,
    `<title>${escaped(`${one} beside ${other}`)}</title>`,
    ...[one, other].map((name, n) => legend(name, n)),
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function legend(name: string, n: number): string {
  const x = LABEL_WIDTH + n * 130;
  return `<rect x="${x}" y="8" width="11" height="11" fill="${COLOURS[n]}"/><text x="${x + 16}" y="18">${escaped(name)}</text>`;
}

function bars({ what, unit, values, ratio }: Figure, y: number): string {
  const most = Math.max(...values);
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const drawn = values.map((value, n) => {
    const [top, length] = [y + n * (BAR_HEIGHT + 2), Math.max(1, Math.round((value / most) * room))];
    const told = n === 0 ? `${short(value)} ${unit} (${ratio.toFixed(2)} x)` : short(value);
    return (
      `<rect x="${LABEL_WIDTH}" y="${top}" width="${length}" height="${BAR_HEIGHT}" fill="${COLOURS[n]}"/>` +
      `<text x="${LABEL_WIDTH + length + 6}" y="${top + BAR_HEIGHT - 1}">${escaped(told)}</text>`
    );
  });
  return `<text x="${LABEL_WIDTH - 8}" y="${y + BAR_HEIGHT + 5}" text-anchor="end">${escaped(what)}</text>${drawn.join('')}`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
