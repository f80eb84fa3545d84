const BLANKS = '[\\u0000- ]*';
const DECIMAL = new RegExp(
  `^${BLANKS}([+-]?(?:NaN|Infinity|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?(?=[fFdD]?${BLANKS}$)))[fFdD]?${BLANKS}$`,
);
const HEXADECIMAL = new RegExp(
  `^${BLANKS}([+-]?)0[xX]([0-9a-fA-F]*)\\.?([0-9a-fA-F]*)[pP]([+-]?\\d+)[fFdD]?${BLANKS}$`,
);

/** What Double.parseDouble of Java reads: also `NaN`, `1d` and `0x1p3`; null where it does not. */
export function javaDouble(text: string): number | null {
  const decimal = DECIMAL.exec(text)?.[1];
  if (decimal !== undefined) return Number(decimal);
  const [, sign, whole = '', fraction = '', exponent] = HEXADECIMAL.exec(text) ?? [];
  if (exponent === undefined || whole + fraction === '') return null;
  const magnitude = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}
