import { linePieces } from './line-breaks.js';

/**
 * Wraps text as argparse4j does: lines are filled up to `width` by widening the gaps between words, but for the last.
 * `offset`: what stands before the text on its first line; `indent`: what the other lines begin with.
 */
export function justify(text: string, width: number, offset: number, indent: string): string {
  let result = '';
  let line = '';
  let lineWidth = offset;
  for (const piece of linePieces(text)) {
    lineWidth += piece.length;
    if (lineWidth > width) {
      result += `${spread(line, width, lineWidth - piece.length)}\n${indent}`;
      line = '';
      lineWidth = indent.length + piece.length;
    }
    line += piece;
    if (piece.endsWith('\n')) {
      result += line + indent;
      line = '';
      lineWidth = indent.length;
    }
  }
  return result + line;
}

/** Widens the gaps of a line; those in the middle first, where not all can be widened alike. */
function spread(line: string, width: number, lineWidth: number): string {
  const words = line.trim().split(/( +)/);
  const gaps = (words.length - 1) / 2;
  if (gaps === 0) return line.trim();
  const missing = width - (lineWidth - (line.length - line.trim().length));
  const each = Math.trunc(missing / gaps);
  const remainder = missing % gaps;
  const from = Math.trunc((gaps - remainder + 1) / 2);
  return words
    .map((word, index) => {
      if (index % 2 === 0) return word;
      const gap = (index - 1) / 2;
      return word + ' '.repeat(Math.max(0, each + (from <= gap && gap < from + remainder ? 1 : 0)));
    })
    .join('');
}
