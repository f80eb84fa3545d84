/** The inline flags of a Java regular expression: `(?i)`, `(?x-s:...)`. */
export const Flag = {
  unixLines: 1,
  ignoreCase: 2,
  comments: 4,
  multiline: 8,
  dotAll: 32,
  unicodeCase: 64,
  unicodeClasses: 256,
};

/** What a letter turns on or off; `c`, canonical equivalence, is taken and changes nothing for the names of topics. */
export const FLAG_OF_LETTER: Readonly<Record<string, number>> = {
  i: Flag.ignoreCase,
  m: Flag.multiline,
  s: Flag.dotAll,
  d: Flag.unixLines,
  u: Flag.unicodeCase,
  c: 0,
  x: Flag.comments,
  U: Flag.unicodeClasses | Flag.unicodeCase,
};
