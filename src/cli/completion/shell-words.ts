/** A word of a line of bash up to the cursor. */
export interface ShellWord {
  /** As it stands in the line. */
  readonly raw: string;
  /** Without its quotes. */
  readonly text: string;
  /** The quote that is still open at its end; empty for none. */
  readonly openQuote: '' | "'" | '"';
}

/** The words of a line. The last is the one that the cursor is in: empty after a space. */
export function shellWords(line: string): ShellWord[] {
  const words: ShellWord[] = [];
  let raw = '';
  let text = '';
  let openQuote: ShellWord['openQuote'] = '';
  for (let index = 0; index < line.length; index++) {
    const char = line[index] as string;
    if (openQuote === '' && /\s/.test(char)) {
      if (raw !== '') words.push({ raw, text, openQuote });
      raw = '';
      text = '';
      continue;
    }
    raw += char;
    if (char === '\\' && openQuote !== "'" && index + 1 < line.length) {
      index++;
      raw += line[index];
      text += line[index];
    } else if (openQuote === '' && (char === "'" || char === '"')) openQuote = char;
    else if (char === openQuote) openQuote = '';
    else text += char;
  }
  return [...words, { raw, text, openQuote }];
}
