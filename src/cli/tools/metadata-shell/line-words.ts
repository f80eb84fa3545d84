/**
 * The words of a line: quotes of both kinds hold words together, a backslash takes the next character as it is, and a
 * quote that is not closed goes to the end. A blank at the end begins one more word, which is empty.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let isBegun = false;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote !== '' && character === quote) quote = '';
    else if (character === '\\') word += line[++at] ?? '';
    else if (quote !== '') word += character;
    else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) {
      if (isBegun) words.push(word);
      word = '';
      isBegun = false;
      continue;
    } else word += character;
    isBegun = true;
  }
  return [...words, word];
}
