/** Numbers as `Double.toString` and `Float.toString` write them since Java 19: the shortest decimal that reads back the same. */

const LEAST_PLAIN = 1e-3;
const LEAST_SCIENTIFIC = 1e7;
/** Digits behind the first one that tell any float from all others. */
const MOST_FLOAT_DIGITS = 8;

/** `1.0`, `1.0E7`, `4.9E-324`, `NaN`, `-Infinity` */
export function javaDoubleText(value: number): string {
  return text(value, shortestDouble);
}

/** Of a number that a float can hold. */
export function javaFloatText(value: number): string {
  return text(value, shortestFloat);
}

function text(value: number, shortest: (value: number) => string): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  const [digits, exponent] = decimalOf(shortest(magnitude));
  const sign = value < 0 ? '-' : '';
  const isPlain = magnitude >= LEAST_PLAIN && magnitude < LEAST_SCIENTIFIC;
  if (!isPlain) return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** The digits without zeros at their end, and the power of ten of the first. */
function decimalOf(scientific: string): [digits: string, exponent: number] {
  const [mantissa = '', exponent = '0'] = scientific.split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  return [digits, Number(exponent)];
}

/** Where one digit tells the number from others, Java takes the nearest decimal of two. */
function shortestDouble(value: number): string {
  const shortest = value.toExponential();
  return /^\de/.test(shortest) ? value.toExponential(1) : shortest;
}

/** Of the decimals with the fewest digits that read back the same, the nearest, and of two the even one. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < MOST_FLOAT_DIGITS; digits++) {
    const [mantissa = '', exponent = '0'] = value.toExponential(digits).split('e');
    const power = Number(exponent) - digits;
    const nearest = Number(mantissa.replace('.', ''));
    // Below a power of two floats lie closer than above it, so that the nearest may not read back where the next does.
    const [best] = [nearest - 1, nearest, nearest + 1]
      .filter((candidate) => Math.fround(Number(`${candidate}e${power}`)) === value)
      .sort((one, other) => nearness(one, other, value, power));
    if (best !== undefined) return Number(`${best}e${power}`).toExponential(digits);
  }
  return value.toExponential(MOST_FLOAT_DIGITS);
}

function nearness(one: number, other: number, value: number, power: number): number {
  const ofOne = Math.abs(Number(`${one}e${power}`) - value);
  const ofOther = Math.abs(Number(`${other}e${power}`) - value);
  const isTie = Math.abs(ofOne - ofOther) < ofOne * 1e-6;
  return isTie ? (one % 2) - (other % 2) : ofOne - ofOther;
}
