/** Tests of code points that hold for ASCII alone, whatever the flags. */
export const codeOf = (character: string): number => character.codePointAt(0) as number;

const within = (code: number, first: string, last: string): boolean => code >= codeOf(first) && code <= codeOf(last);

export const isUpper = (code: number): boolean => within(code, 'A', 'Z');
export const isLower = (code: number): boolean => within(code, 'a', 'z');
export const isAlpha = (code: number): boolean => isUpper(code) || isLower(code);
export const isDigit = (code: number): boolean => within(code, '0', '9');
export const isOctalDigit = (code: number): boolean => within(code, '0', '7');
export const isAlnum = (code: number): boolean => isAlpha(code) || isDigit(code);
export const isHexDigit = (code: number): boolean => isDigit(code) || within(code, 'A', 'F') || within(code, 'a', 'f');
export const isSpace = (code: number): boolean => code === 0x20 || within(code, '\t', '\r');
export const isWord = (code: number): boolean => isAlnum(code) || code === codeOf('_');
export const isPrintable = (code: number): boolean => within(code, ' ', '~');
export const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;
export const isPunctuation = (code: number): boolean => within(code, '!', '~') && !isAlnum(code);

export const toLower = (code: number): number => (isUpper(code) ? code + 0x20 : code);
export const toUpper = (code: number): number => (isLower(code) ? code - 0x20 : code);
