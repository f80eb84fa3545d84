import * as ascii from './ascii.js';
import { Flag } from './flags.js';
import { asciiOfBlock } from './unicode-blocks.js';

export type CharTest = (code: number) => boolean;

const matching = (expression: RegExp): CharTest => {
  return (code) => expression.test(String.fromCodePoint(code));
};

const LETTERS_OF_CASE = matching(/[\p{Lu}\p{Ll}\p{Lt}]/u);
const ALPHABETIC = matching(/\p{Alphabetic}/u);
const LOWERCASE = matching(/\p{Lowercase}/u);
const UPPERCASE = matching(/\p{Uppercase}/u);
const EITHER_CASE = matching(/[\p{Lowercase}\p{Uppercase}\p{Lt}]/u);
export const DIGIT = matching(/\p{Nd}/u);
export const WHITE_SPACE = matching(/[\p{Z}\t-\r\u0085]/u);
export const WORD = matching(/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]/u);

/** Categories by one letter or two, as JavaScript and Java both have them. */
const CATEGORY = /^(?:L[ulmto]?|M[nec]?|N[dlo]?|Z[slp]?|C[cfosn]?|P[dsecoif]?|S[mcko]?)$/;
const CASED = new Set(['Lu', 'Ll', 'Lt']);

/** POSIX classes of ASCII, and of Unicode under the flag U. */
const POSIX: Readonly<Record<string, readonly [ascii: CharTest, unicode: CharTest]>> = {
  Alpha: [ascii.isAlpha, ALPHABETIC],
  Lower: [ascii.isLower, LOWERCASE],
  Upper: [ascii.isUpper, UPPERCASE],
  Space: [ascii.isSpace, WHITE_SPACE],
  Punct: [ascii.isPunctuation, matching(/\p{P}/u)],
  XDigit: [ascii.isHexDigit, matching(/[\p{Nd}A-Fa-f\uff21-\uff26\uff41-\uff46]/u)],
  Alnum: [ascii.isAlnum, matching(/[\p{Alphabetic}\p{Nd}]/u)],
  Cntrl: [ascii.isControl, matching(/\p{Cc}/u)],
  Digit: [ascii.isDigit, DIGIT],
  Blank: [(code) => code === 0x20 || code === 0x09, matching(/[\p{Zs}\t]/u)],
  Graph: [(code) => ascii.isPrintable(code) && code !== 0x20, matching(/[^\p{Z}\p{Cc}\p{Cs}\p{Cn}]/u)],
  Print: [ascii.isPrintable, matching(/[^\p{Zl}\p{Zp}\p{Cc}\p{Cs}\p{Cn}]/u)],
};

/** Binary properties, in capitals and without underscores. */
const BINARY: Readonly<Record<string, CharTest>> = {
  ALPHABETIC,
  ASSIGNED: matching(/\P{Cn}/u),
  CONTROL: matching(/\p{Cc}/u),
  EMOJI: matching(/\p{Emoji}/u),
  EMOJI_PRESENTATION: matching(/\p{Emoji_Presentation}/u),
  EMOJI_MODIFIER: matching(/\p{Emoji_Modifier}/u),
  EMOJI_MODIFIER_BASE: matching(/\p{Emoji_Modifier_Base}/u),
  EMOJI_COMPONENT: matching(/\p{Emoji_Component}/u),
  EXTENDED_PICTOGRAPHIC: matching(/\p{Extended_Pictographic}/u),
  HEXDIGIT: (POSIX.XDigit as readonly CharTest[])[1] as CharTest,
  HEX_DIGIT: (POSIX.XDigit as readonly CharTest[])[1] as CharTest,
  IDEOGRAPHIC: matching(/\p{Ideographic}/u),
  JOINCONTROL: matching(/\p{Join_Control}/u),
  JOIN_CONTROL: matching(/\p{Join_Control}/u),
  LETTER: matching(/\p{L}/u),
  LOWERCASE,
  NONCHARACTERCODEPOINT: matching(/\p{Noncharacter_Code_Point}/u),
  NONCHARACTER_CODE_POINT: matching(/\p{Noncharacter_Code_Point}/u),
  TITLECASE: matching(/\p{Lt}/u),
  PUNCTUATION: matching(/\p{P}/u),
  UPPERCASE,
  WHITESPACE: WHITE_SPACE,
  WHITE_SPACE,
  WORD,
};

/** `\p{javaLowerCase}` and the others that ask a method of java.lang.Character. */
const JAVA: Readonly<Record<string, CharTest>> = {
  LowerCase: LOWERCASE,
  UpperCase: UPPERCASE,
  Alphabetic: ALPHABETIC,
  Ideographic: matching(/\p{Ideographic}/u),
  TitleCase: matching(/\p{Lt}/u),
  Digit: DIGIT,
  Defined: matching(/\P{Cn}/u),
  Letter: matching(/\p{L}/u),
  LetterOrDigit: matching(/[\p{L}\p{Nd}]/u),
  JavaIdentifierStart: matching(/[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u),
  JavaIdentifierPart: (code) => isIgnorable(code) || matching(/[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mc}\p{Mn}]/u)(code),
  UnicodeIdentifierStart: matching(/\p{ID_Start}/u),
  UnicodeIdentifierPart: (code) => isIgnorable(code) || matching(/\p{ID_Continue}/u)(code),
  IdentifierIgnorable: (code) => isIgnorable(code),
  SpaceChar: matching(/\p{Z}/u),
  Whitespace: (code) => (code >= 0x1c && code <= 0x1f) || matching(/[\t-\r ]|(?![\u00a0\u2007\u202f])\p{Z}/u)(code),
  ISOControl: matching(/\p{Cc}/u),
  Mirrored: matching(/[()<>[\]{}\u00ab\u00bb]/u),
};

const isIgnorable: CharTest = (code) =>
  code <= 0x08 || (code >= 0x0e && code <= 0x1b) || (code >= 0x7f && code <= 0x9f) || matching(/\p{Cf}/u)(code);

/** Classes that the flag i makes take letters of every case. */
const BY_CASE = new Set(['LOWERCASE', 'UPPERCASE', 'TITLECASE', 'LOWER', 'UPPER']);

/** What `\p{name}` matches; null where Java knows no such name. */
export function propertyNamed(name: string, flags: number): CharTest | null {
  if (name.startsWith('In')) return asciiOfBlock(name.slice(2));
  const ignoresCase = (flags & Flag.ignoreCase) !== 0;
  if (name.startsWith('Is')) {
    const short = name.slice(2);
    return binaryProperty(short, ignoresCase) ?? category(short, ignoresCase) ?? script(short);
  }
  const ofUnicode = (flags & Flag.unicodeClasses) !== 0 ? unicodePosix(name.toUpperCase(), ignoresCase) : null;
  return ofUnicode ?? category(name, ignoresCase);
}

/** What `\p{name=value}` matches. */
export function propertyWithValue(name: string, value: string, flags: number): CharTest | null {
  if (name === 'sc' || name === 'script') return script(value);
  if (name === 'blk' || name === 'block') return asciiOfBlock(value);
  const isCategory = name === 'gc' || name === 'general_category';
  return isCategory ? category(value, (flags & Flag.ignoreCase) !== 0) : null;
}

function binaryProperty(name: string, ignoresCase: boolean): CharTest | null {
  const upper = name.toUpperCase();
  if (!Object.hasOwn(BINARY, upper)) return unicodePosix(upper, ignoresCase);
  return ignoresCase && BY_CASE.has(upper) ? EITHER_CASE : (BINARY[upper] as CharTest);
}

function unicodePosix(upper: string, ignoresCase: boolean): CharTest | null {
  const name = Object.keys(POSIX).find((known) => known.toUpperCase() === upper);
  if (name === undefined) return null;
  return ignoresCase && BY_CASE.has(upper) ? EITHER_CASE : ((POSIX[name] as readonly CharTest[])[1] as CharTest);
}

/** Categories, POSIX classes and Java's own, by their exact names. */
function category(name: string, ignoresCase: boolean): CharTest | null {
  if (CATEGORY.test(name)) {
    return ignoresCase && CASED.has(name) ? LETTERS_OF_CASE : matching(new RegExp(`\\p{${name}}`, 'u'));
  }
  if (Object.hasOwn(POSIX, name)) {
    const ofCase = ignoresCase && (name === 'Lower' || name === 'Upper');
    return ofCase ? ascii.isAlpha : ((POSIX[name] as readonly CharTest[])[0] as CharTest);
  }
  if (name.startsWith('java') && Object.hasOwn(JAVA, name.slice(4))) {
    const ofCase = ignoresCase && /^java(?:Lower|Upper|Title)Case$/.test(name);
    return ofCase ? EITHER_CASE : (JAVA[name.slice(4)] as CharTest);
  }
  if (name === 'LC') return LETTERS_OF_CASE;
  if (name === 'LD') return matching(/[\p{L}\p{Nd}]/u);
  if (name === 'L1') return (code) => code <= 0xff;
  if (name === 'ASCII') return (code) => code < 0x80;
  return name === 'all' ? () => true : null;
}

/** Scripts by name or code, in any case, as JavaScript knows them. */
function script(name: string): CharTest | null {
  const spelled = name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('_')
    .replace(/^Signwriting$/, 'SignWriting');
  if (!/^[A-Za-z_]+$/.test(spelled)) return null;
  try {
    return matching(new RegExp(`\\p{Script=${spelled}}`, 'u'));
  } catch {
    return null;
  }
}
