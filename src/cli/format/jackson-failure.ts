/** What Jackson says of a text that is no JSON: what it met, and where. */
export function jacksonFailure(text: string): string {
  const reading = new Reading(text);
  try {
    reading.value('Root');
  } catch (error) {
    if (error instanceof Fault) return `${error.message}\n at ${error.at}`;
    throw error;
  }
  return 'not JSON';
}

class Fault extends Error {
  readonly at: string;

  constructor(message: string, at: string) {
    super(message);
    this.at = at;
  }
}

const BLANK = /[ \t\r\n]/;
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Goes over the text as Jackson does, up to the first character that cannot stand there. */
class Reading {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(where: Place): void {
    this.skipBlanks();
    const first = this.text[this.at];
    if (first === undefined) throw this.ended(between(where));
    if (first === '{') this.object();
    else if (first === '[') this.array();
    else if (first === '"') this.string();
    else if (first === '-' || /\d/.test(first)) this.number();
    else this.word(first);
  }

  private object(): void {
    const start = this.place(this.at);
    this.at++;
    for (let isFirst = true; ; isFirst = false) {
      if (this.closes('}', start, 'Object', isFirst)) return;
      if (this.text[this.at] !== '"') {
        throw this.unexpected('was expecting double-quote to start field name');
      }
      this.string();
      this.skipBlanks();
      if (this.at >= this.text.length) throw this.ended(between('Object'));
      if (this.text[this.at] !== ':') {
        throw this.unexpected('was expecting a colon to separate field name and value');
      }
      this.at++;
      this.value('Object');
    }
  }

  private array(): void {
    const start = this.place(this.at);
    this.at++;
    for (let isFirst = true; ; isFirst = false) {
      if (this.closes(']', start, 'Array', isFirst)) return;
      this.value('Array');
    }
  }

  /** Whether the object or array ends here; else goes past the comma. */
  private closes(end: string, start: string, kind: 'Object' | 'Array', isFirst: boolean): boolean {
    this.skipBlanks();
    if (this.at >= this.text.length) {
      throw this.ended(`Unexpected end-of-input: expected close marker for ${kind} (start marker at ${start})`);
    }
    if (this.text[this.at] === end) {
      this.at++;
      return true;
    }
    const other = end === '}' ? ']' : '}';
    if (this.text[this.at] === other) {
      throw this.fault(
        `Unexpected close marker '${other}': expected '${end}' (for ${kind} starting at ${start})`,
        this.at + 1,
      );
    }
    if (!isFirst) {
      if (this.text[this.at] !== ',') throw this.unexpected(`was expecting comma to separate ${kind} entries`);
      this.at++;
      this.skipBlanks();
      if (this.at >= this.text.length) throw this.ended(between(kind));
    }
    return false;
  }

  private string(): void {
    for (this.at++; ; this.at++) {
      const character = this.text[this.at];
      if (character === undefined)
        throw this.ended('Unexpected end-of-input: was expecting closing quote for a string value');
      if (character === '"') break;
      if (character === '\\') this.escape();
      else if (character < ' ') {
        throw this.fault(
          `Illegal unquoted character ((CTRL-CHAR, code ${character.charCodeAt(0)})): has to be escaped using backslash to be included in string value`,
          this.at + 1,
        );
      }
    }
    this.at++;
  }

  private escape(): void {
    this.at++;
    const letter = this.text[this.at];
    if (letter === undefined || /["\\/bfnrtu]/.test(letter)) return;
    throw this.fault(`Unrecognized character escape '${letter}' (code ${letter.charCodeAt(0)})`, this.at + 1);
  }

  private number(): void {
    this.skip(/-/y);
    this.digits('expected digit (0-9) to follow minus sign, for valid numeric value');
    if (this.skip(/\./y)) this.digits('Decimal point not followed by a digit');
    if (this.skip(/[eE][+-]?/y)) this.digits('Exponent indicator not followed by a digit');
  }

  private digits(expected: string): void {
    if (/^0\d/.test(this.text.slice(this.at, this.at + 2)) && expected.startsWith('expected')) {
      throw this.fault('Invalid numeric value: Leading zeroes not allowed', this.at + 1);
    }
    if (this.skip(/\d+/y)) return;
    const character = this.text[this.at];
    if (character === undefined) throw this.ended(`${ENDED} in numeric value`);
    const code = character.charCodeAt(0);
    throw this.fault(`Unexpected character ('${character}' (code ${code})) in numeric value: ${expected}`, this.at + 1);
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found !== undefined;
  }

  private word(first: string): void {
    const word = /^[\p{L}\p{N}_$]+/u.exec(this.text.slice(this.at))?.[0] ?? '';
    if (word === 'true' || word === 'false' || word === 'null') {
      this.at += word.length;
      return;
    }
    if (first === '}' || first === ']') this.closeMarker(first);
    if (word === '' || !/^[\p{L}_$]/u.test(first)) throw this.unexpected(`expected a valid value ${VALUES}`);
    throw this.fault(`Unrecognized token '${word}': was expecting ${VALUES}`, this.at + word.length + 1);
  }

  private closeMarker(marker: '}' | ']'): void {
    if (this.at > 0 && this.text.slice(0, this.at).trim() !== '') return;
    const kind = marker === '}' ? 'Object' : 'Array';
    throw this.fault(`Unexpected close marker '${marker}': no open ${kind} to close`, this.at + 1);
  }

  private skipBlanks(): void {
    while (this.at < this.text.length && BLANK.test(this.text[this.at] as string)) this.at++;
  }

  private unexpected(expected: string): Fault {
    const character = this.text[this.at];
    if (character === undefined) return this.ended(ENDED);
    const code = character.charCodeAt(0);
    return this.fault(`Unexpected character ('${character}' (code ${code})): ${expected}`, this.at + 1);
  }

  private ended(message: string): Fault {
    return this.fault(message, this.text.length);
  }

  private fault(message: string, at: number): Fault {
    return new Fault(message, this.place(at - 1));
  }

  /** Line and column of a character. */
  private place(index: number): string {
    const before = this.text.slice(0, index + 1).split('\n');
    const isAfterBreak = index + 1 >= this.text.length && this.text.endsWith('\n');
    const line = before.length;
    const column = isAfterBreak ? 1 : (before.at(-1)?.length ?? 0);
    return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
  }
}

const ENDED = 'Unexpected end-of-input';

type Place = 'Root' | 'Array' | 'Object';
const between = (place: Place): string => `${ENDED} within/between ${place} entries`;
