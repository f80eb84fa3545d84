import { isWord } from './ascii.js';
import { type CharTest, WORD } from './properties.js';
import type { PlaceTest } from './syntax-tree.js';

export type { PlaceTest };

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

const endsLine: CharTest = (code) =>
  code === LINE_FEED || code === CARRIAGE_RETURN || code === 0x85 || code === 0x2028 || code === 0x2029;

/** What `.` matches. */
export function anyCharacter(dotAll: boolean, unixLines: boolean): CharTest {
  if (dotAll) return () => true;
  return unixLines ? (code) => code !== LINE_FEED : (code) => !endsLine(code);
}

export const textStart: PlaceTest = (_text, at) => at === 0;
export const textEnd: PlaceTest = (text, at) => at === text.length;

/** `^` where it stands for lines: at the end of the text no line begins. */
export function lineStart(unixLines: boolean): PlaceTest {
  return (text, at) => {
    if (at === text.length) return false;
    if (at === 0) return true;
    const before = text[at - 1] as number;
    if (unixLines) return before === LINE_FEED;
    return endsLine(before) && !(before === CARRIAGE_RETURN && text[at] === LINE_FEED);
  };
}

/** `$`: at the end, before a line break that ends the text, and before any other where it stands for lines. */
export function lineEnd(unixLines: boolean, multiline: boolean): PlaceTest {
  return (text, at) => {
    if (at === text.length) return true;
    const code = text[at] as number;
    if (unixLines) return code === LINE_FEED && (multiline || at === text.length - 1);
    if (!endsLine(code) || (code === LINE_FEED && text[at - 1] === CARRIAGE_RETURN)) return false;
    const isLast =
      at === text.length - 1 || (at === text.length - 2 && code === CARRIAGE_RETURN && text[at + 1] === LINE_FEED);
    return multiline || isLast;
  };
}

export function wordBoundary(ofUnicode: boolean): PlaceTest {
  const isIn = ofUnicode ? WORD : isWord;
  return (text, at) => isWordAt(text, at - 1, isIn) !== isWordAt(text, at, isIn);
}

export function noWordBoundary(ofUnicode: boolean): PlaceTest {
  const isBoundary = wordBoundary(ofUnicode);
  return (text, at) => !isBoundary(text, at);
}

function isWordAt(text: readonly number[], at: number, isIn: CharTest): boolean {
  const code = text[at];
  return code !== undefined && isIn(code);
}

export const graphemeBoundary: PlaceTest = (text, at) => at === 0 || graphemeEnd(text, at - 1) === at;

/** Where the cluster of characters that begins there ends. */
export function graphemeEnd(text: readonly number[], at: number): number {
  const rest = String.fromCodePoint(...text.slice(at));
  const [first] = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(rest);
  return at + Array.from(first?.segment ?? '').length;
}
