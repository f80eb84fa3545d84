/** An int64 of a file that may be damaged: a number where one holds it, else a bigint. Texts and `===` are right for both. */
export type Int64 = number | bigint;

const TWO_32 = 0x1_0000_0000;

export function int64At(bytes: Buffer, at: number): Int64 {
  const value = bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
  return Number.isSafeInteger(value) ? value : bytes.readBigInt64BE(at);
}

/** The sum, which begins anew behind the largest int64 as Java's does. */
export function sum(a: Int64, b: Int64): Int64 {
  const value = typeof a === 'number' && typeof b === 'number' ? a + b : Number.NaN;
  return Number.isSafeInteger(value) ? value : int64Of(BigInt(a) + BigInt(b));
}

/** The lowest 64 bits of a whole number. */
export function int64Of(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** What Java's Long.parseLong reads in a text; null where it finds no such number. */
export function parseInt64(text: string): Int64 | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? int64Of(value) : null;
}
