/** A word, a quoted text, a single character of its own, or a number, which Java's parsers of JAAS take nowhere. */
export interface JavaToken {
  readonly kind: 'word' | 'quoted' | 'character' | 'number' | 'end';
  /** The text of words and quoted texts; the character. */
  readonly text: string;
  readonly line: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Cuts a text into tokens as java.io.StreamTokenizer does with the settings of JAAS: comments of C and C++, and any
 * other slash begins a comment too; escapes of C within quotes, which end with their line.
 */
export class JavaTokens {
  private readonly text: string;
  private readonly wordCharacters: string;
  private readonly quotes: string;
  private offset = 0;
  private line = 1;

  /** @param wordCharacters what words may have beside letters, digits and points. */
  constructor(text: string, wordCharacters: string, quotes: string) {
    this.text = text;
    this.wordCharacters = wordCharacters;
    this.quotes = quotes;
  }

  next(): JavaToken {
    this.skipBlanks();
    const { line } = this;
    const character = this.text[this.offset];
    if (character === undefined) return { kind: 'end', text: '', line };
    if (this.quotes.includes(character)) return { kind: 'quoted', text: this.quoted(character), line };
    if (this.startsNumber(character)) return { kind: 'number', text: this.run((c) => /[0-9.]/.test(c)), line };
    if (/[0-9.-]/.test(character) || !this.isOfWord(character)) {
      this.offset++;
      return { kind: 'character', text: character, line };
    }
    return { kind: 'word', text: this.run((c) => this.isOfWord(c)), line };
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.text[this.offset];
      if (character === undefined) return;
      if (character === '/') this.skipComment();
      else if (character <= ' ') {
        if (character === '\n') this.line++;
        this.offset++;
      } else return;
    }
  }

  private skipComment(): void {
    const isBlock = this.text[this.offset + 1] === '*';
    const end = this.text.indexOf(isBlock ? '*/' : '\n', this.offset + 2);
    const next = end < 0 ? this.text.length : end + (isBlock ? 2 : 0);
    this.line += this.text.slice(this.offset, next).split('\n').length - 1;
    this.offset = next;
  }

  /** Digits and points begin a number; so does a minus before one of them. */
  private startsNumber(character: string): boolean {
    const after = this.text.slice(this.offset + (character === '-' ? 1 : 0));
    return /[0-9.-]/.test(character) && /^\.?[0-9]/.test(after);
  }

  private isOfWord(character: string): boolean {
    return /[a-zA-Z0-9.]/.test(character) || character >= '\xa0' || this.wordCharacters.includes(character);
  }

  private run(isPart: (character: string) => boolean): string {
    const start = this.offset++;
    while (this.offset < this.text.length && isPart(this.text[this.offset] as string)) this.offset++;
    return this.text.slice(start, this.offset);
  }

  private quoted(quote: string): string {
    let value = '';
    this.offset++;
    while (this.offset < this.text.length) {
      const character = this.text[this.offset] as string;
      if (character === '\n' || character === '\r') return value;
      this.offset++;
      if (character === quote) return value;
      value += character === '\\' ? this.escaped() : character;
    }
    return value;
  }

  private escaped(): string {
    // An octal number has three digits where it is below 0400.
    const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(this.text.slice(this.offset))?.[0];
    if (octal !== undefined) {
      this.offset += octal.length;
      return String.fromCharCode(Number.parseInt(octal, 8));
    }
    const character = this.text[this.offset++] ?? '';
    return ESCAPES[character] ?? character;
  }
}
