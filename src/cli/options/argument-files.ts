/**
 * Puts the lines of a file in place of a word `@FILE`, as argparse4j does for kafka-storage; files may name others.
 *
 * @param readLines gives null for a file that cannot be read
 * @returns the words, or the name of the file that could not be read
 */
export function expandArgumentFiles(
  argv: readonly string[],
  readLines: (path: string) => readonly string[] | null,
): { readonly words: string[] } | { readonly unreadable: string } {
  const words: string[] = [];
  const waiting = [...argv];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (!/^@+[^@]/.test(word)) {
      words.push(word);
      continue;
    }
    const path = word.replace(/^@+/, '');
    const lines = readLines(path);
    if (lines === null) return { unreadable: path };
    waiting.unshift(...lines);
  }
  return { words };
}
