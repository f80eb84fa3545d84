/** Hexadecimal digits that each of the five parts keeps; what is longer loses its first ones. */
const PARTS = [8, 4, 4, 4, 12];
const MOST_LENGTH = 36;
const MOST_VALUE = 0x7fff_ffff_ffff_ffffn;

/** A UUID as java.util.UUID reads and writes it, which makes short parts longer; null for what it refuses. */
export function javaUuidText(text: string): string | null {
  const parts = text.split('-');
  if (text.length > MOST_LENGTH || parts.length !== PARTS.length) return null;
  const read = parts.map(partValue);
  if (read.some((value) => value === null)) return null;
  return PARTS.map((digits, index) => {
    const value = BigInt.asUintN(digits * 4, read[index] as bigint);
    return value.toString(16).padStart(digits, '0');
  }).join('-');
}

function partValue(part: string): bigint | null {
  if (!/^\+?[0-9a-fA-F]+$/.test(part)) return null;
  const value = BigInt(`0x${part.replace('+', '')}`);
  return value > MOST_VALUE ? null : value;
}
