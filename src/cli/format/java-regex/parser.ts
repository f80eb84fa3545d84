import * as ascii from './ascii.js';
import { foldOf, literal, parseClass } from './char-class.js';
import { FLAG_OF_LETTER, Flag } from './flags.js';
import { lengthsOf } from './lengths.js';
import { classOf, parseCharacter, parseProperty } from './parse-escape.js';
import * as places from './places.js';
import { Scanner } from './scanner.js';
import { type Greed, type RegexNode, UNBOUNDED } from './syntax-tree.js';

const EMPTY: RegexNode = { kind: 'sequence', nodes: [] };

/** Reads a whole pattern. @throws PatternSyntaxError with Java's description and place */
export function parseRegex(pattern: string): RegexNode {
  const scanner = new Scanner(pattern);
  const node = new Parser(scanner).alternatives();
  if (scanner.cursor === scanner.length) return node;
  if (scanner.peek() === 0x29) throw scanner.error("Unmatched closing ')'");
  // The one way to go beyond the end. Java 17 calls it an internal error, later ones say what it is.
  throw scanner.error('Unescaped trailing backslash');
}

class Parser {
  private readonly scanner: Scanner;
  private groupCount = 0;
  private readonly namedGroups = new Map<string, number>();

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  alternatives(): RegexNode {
    const alternatives = [this.sequence()];
    while (this.peeked() === '|') {
      this.scanner.next();
      alternatives.push(this.sequence());
    }
    return alternatives.length === 1 ? (alternatives[0] as RegexNode) : { kind: 'branch', alternatives };
  }

  private sequence(): RegexNode {
    const nodes: RegexNode[] = [];
    for (let code = this.peeked(); code !== ')' && code !== '|'; code = this.peeked()) {
      if (code === '\0' && this.scanner.isAtEnd) break;
      if (code === '(') {
        const group = this.group();
        if (group !== null) nodes.push(group);
      } else nodes.push(this.repeated(this.atom(code)));
    }
    return nodes.length === 1 ? (nodes[0] as RegexNode) : { kind: 'sequence', nodes };
  }

  private peeked(): string {
    return String.fromCodePoint(this.scanner.peek());
  }

  private atom(first: string): RegexNode {
    const { scanner } = this;
    switch (first) {
      case '[':
        return { kind: 'character', test: parseClass(scanner) };
      case '\\':
        return this.escape();
      case '^':
        scanner.next();
        return { kind: 'place', test: this.lineStart() };
      case '$':
        scanner.next();
        return { kind: 'place', test: places.lineEnd(scanner.has(Flag.unixLines), scanner.has(Flag.multiline)) };
      case '.':
        scanner.next();
        return { kind: 'character', test: places.anyCharacter(scanner.has(Flag.dotAll), scanner.has(Flag.unixLines)) };
      case '*':
      case '+':
      case '?':
        scanner.next();
        throw scanner.error(`Dangling meta character '${first}'`);
      // A repetition of nothing, as one behind another repetition is.
      case '{':
        return EMPTY;
      default: {
        const code = scanner.peek();
        scanner.next();
        return { kind: 'character', test: literal(code, scanner.flags) };
      }
    }
  }

  private lineStart(): places.PlaceTest {
    const { scanner } = this;
    return scanner.has(Flag.multiline) ? places.lineStart(scanner.has(Flag.unixLines)) : places.textStart;
  }

  private escape(): RegexNode {
    const { scanner } = this;
    const letter = String.fromCodePoint(scanner.nextRaw());
    if (letter === 'p' || letter === 'P') return { kind: 'character', test: parseProperty(scanner, letter === 'P') };
    scanner.unread();
    const code = scanner.skip();
    const place = this.placeOf(letter);
    if (place !== null) return { kind: 'place', test: place };
    if (letter === 'R') return { kind: 'lineBreak' };
    if (letter === 'X') return { kind: 'grapheme' };
    if (letter >= '1' && letter <= '9') return this.reference(Number(letter));
    if (letter === 'k') return this.namedReference();
    const test = classOf(letter, scanner);
    return { kind: 'character', test: test ?? literal(parseCharacter(scanner, code), scanner.flags) };
  }

  private placeOf(letter: string): places.PlaceTest | null {
    const { scanner } = this;
    switch (letter) {
      case 'A':
      case 'G':
        return places.textStart;
      case 'Z':
        return places.lineEnd(scanner.has(Flag.unixLines), false);
      case 'z':
        return places.textEnd;
      case 'B':
        return places.noWordBoundary(scanner.has(Flag.unicodeClasses));
      case 'b':
        return this.boundary();
      default:
        return null;
    }
  }

  /** `\b` and `\b{g}`. */
  private boundary(): places.PlaceTest {
    const { scanner } = this;
    if (scanner.peek() === 0x7b) {
      if (scanner.skip() === 0x67) {
        if (scanner.read() === 0x7d) return places.graphemeBoundary;
        throw scanner.error('Illegal/unsupported escape sequence');
      }
      scanner.cursor -= 2;
    }
    return places.wordBoundary(scanner.has(Flag.unicodeClasses));
  }

  /** As many digits as make a number of a group that was begun. */
  private reference(first: number): RegexNode {
    const { scanner } = this;
    let group = first;
    for (let code = scanner.peek(); ascii.isDigit(code); code = scanner.peek()) {
      const longer = group * 10 + (code - 0x30);
      if (this.groupCount < longer) break;
      group = longer;
      scanner.read();
    }
    return { kind: 'reference', group, fold: foldOf(scanner.flags) };
  }

  private namedReference(): RegexNode {
    const { scanner } = this;
    if (scanner.read() !== 0x3c) throw scanner.error("\\k is not followed by '<' for named capturing group");
    const name = this.groupName(scanner.read());
    const group = this.namedGroups.get(name);
    if (group === undefined) throw scanner.error(`named capturing group <${name}> does not exist`);
    return { kind: 'reference', group, fold: foldOf(scanner.flags) };
  }

  private groupName(first: number): string {
    const { scanner } = this;
    if (!ascii.isAlpha(first)) throw scanner.error('capturing group name does not start with a Latin letter');
    let name = '';
    let code = first;
    for (; ascii.isAlnum(code); code = scanner.read()) name += String.fromCodePoint(code);
    if (code !== 0x3e) throw scanner.error("named capturing group is missing trailing '>'");
    return name;
  }

  /** A group and its repetition, the cursor on the parenthesis; null for flags alone, which hold on. */
  private group(): RegexNode | null {
    const { scanner } = this;
    const { flags } = scanner;
    let node: RegexNode | null;
    if (scanner.next() === 0x3f) node = this.specialGroup(String.fromCodePoint(scanner.skip()));
    else node = this.capturing();
    if (node === null) return null;
    if (scanner.read() !== 0x29) throw scanner.error('Unclosed group');
    scanner.flags = flags;
    return this.repeated(node);
  }

  private capturing(): RegexNode {
    const group = ++this.groupCount;
    return { kind: 'group', group, body: this.alternatives() };
  }

  /** What follows `(?`, `kind` being read already. */
  private specialGroup(kind: string): RegexNode | null {
    switch (kind) {
      case ':':
        return { kind: 'group', group: null, body: this.alternatives() };
      case '=':
      case '!':
        return { kind: 'lookahead', isNegative: kind === '!', body: this.alternatives() };
      case '>':
        return { kind: 'atomic', body: this.alternatives() };
      case '<':
        return this.lookbehindOrNamed();
      case '$':
      case '@':
        throw this.scanner.error('Unknown group type');
      default:
        return this.flagged();
    }
  }

  private lookbehindOrNamed(): RegexNode {
    const { scanner } = this;
    const code = scanner.read();
    if (code !== 0x3d && code !== 0x21) {
      const name = this.groupName(code);
      if (this.namedGroups.has(name)) throw scanner.error(`Named capturing group <${name}> is already defined`);
      this.namedGroups.set(name, this.groupCount + 1);
      return this.capturing();
    }
    const body = this.alternatives();
    const { isBounded, least, most } = lengthsOf(body);
    if (!isBounded) throw scanner.error('Look-behind group does not have an obvious maximum length');
    return { kind: 'lookbehind', isNegative: code === 0x21, body, least, most };
  }

  /** `(?i)` or `(?i:...)`. */
  private flagged(): RegexNode | null {
    const { scanner } = this;
    scanner.unread();
    this.readFlags();
    const code = scanner.read();
    if (code === 0x29) return null;
    if (code !== 0x3a) throw scanner.error('Unknown inline modifier');
    return { kind: 'group', group: null, body: this.alternatives() };
  }

  private readFlags(): void {
    const { scanner } = this;
    let turnsOff = false;
    for (let letter = this.peeked(); ; letter = String.fromCodePoint(scanner.next())) {
      if (letter === '-' && !turnsOff) turnsOff = true;
      else if (!Object.hasOwn(FLAG_OF_LETTER, letter)) return;
      else if (turnsOff) scanner.flags &= ~(FLAG_OF_LETTER[letter] as number);
      else scanner.flags |= FLAG_OF_LETTER[letter] as number;
    }
  }

  /** What was read, with the repetition that follows it. */
  private repeated(body: RegexNode): RegexNode {
    switch (this.peeked()) {
      case '?':
        return { kind: 'optional', body, greed: this.greed() };
      case '*':
        return { kind: 'repeat', body, least: 0, most: UNBOUNDED, greed: this.greed() };
      case '+':
        return { kind: 'repeat', body, least: 1, most: UNBOUNDED, greed: this.greed() };
      case '{':
        return this.counted(body);
      default:
        return body;
    }
  }

  /** The sign behind a quantifier, the cursor on its last character. */
  private greed(): Greed {
    const code = this.scanner.next();
    if (code !== 0x3f && code !== 0x2b) return 'greedy';
    this.scanner.next();
    return code === 0x3f ? 'lazy' : 'possessive';
  }

  private counted(body: RegexNode): RegexNode {
    const { scanner } = this;
    const first = scanner.skip();
    if (!ascii.isDigit(first)) throw scanner.error('Illegal repetition');
    const [least, behind] = this.number(first);
    let most = least;
    let code = behind;
    if (code === 0x2c) {
      code = scanner.read();
      if (code === 0x7d) most = UNBOUNDED;
      else [most, code] = this.number(code);
    }
    if (code !== 0x7d) throw scanner.error('Unclosed counted closure');
    if (most < least) throw scanner.error('Illegal repetition range');
    scanner.unread();
    const greed = this.greed();
    return least === 0 && most === 1 ? { kind: 'optional', body, greed } : { kind: 'repeat', body, least, most, greed };
  }

  /** Digits from `first` on; 0 without any. Gives the number and the character behind it. */
  private number(first: number): [value: number, behind: number] {
    const { scanner } = this;
    let value = 0;
    let code = first;
    for (; ascii.isDigit(code); code = scanner.read()) {
      value = value * 10 + (code - 0x30);
      if (value > UNBOUNDED) throw scanner.error('Illegal repetition range');
    }
    return [value, code];
  }
}
