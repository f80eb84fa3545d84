/** What is wrong with a regular expression, in the words and the layout of Java's PatternSyntaxException. */
export class PatternSyntaxError extends Error {
  override readonly name = 'PatternSyntaxError';
  readonly javaClass = 'java.util.regex.PatternSyntaxException';
  readonly description: string;
  /** Where it was noticed, in UTF-16 units of the pattern; -1 where Java does not say. */
  readonly index: number;
  readonly pattern: string;

  constructor(description: string, pattern: string, index: number) {
    super(messageOf(description, pattern, index));
    this.description = description;
    this.pattern = pattern;
    this.index = index;
  }
}

/** The description, the pattern below it, and a mark below the place where that is within the pattern. */
function messageOf(description: string, pattern: string, index: number): string {
  const near = index >= 0 ? ` near index ${index}` : '';
  const mark = index >= 0 && index < pattern.length ? `\n${' '.repeat(index)}^` : '';
  return `${description}${near}\n${pattern}${mark}`;
}
