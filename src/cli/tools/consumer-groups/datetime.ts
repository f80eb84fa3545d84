import { type ToolError, uncaught } from '../../tool-error.js';

const DATETIME =
  /^[ \t]*(\d+)-[ \t]*(\d+)-[ \t]*(\d+)T[ \t]*(\d+):[ \t]*(\d+):[ \t]*(\d+)\.[ \t]*(\d+)[ \t]*(?:Z|([+-])(\d\d)(?::([0-5]\d))?)/;

/** Java takes no zones beyond these. */
const LEAST_ZONE_MINUTES = -13 * 60;
const MOST_ZONE_MINUTES = 14 * 60;

/**
 * Reads a time as Kafka's tools do: `2026-01-31T23:59:59.999`, in UTC unless `Z`, `+01` or `+01:30` follows. What
 * stands after the dot are milliseconds, and no fraction: `.5` is 5 ms. Of `+0130` it takes the hour alone. Gives milliseconds since 1970.
 *
 * @throws ToolError
 */
export function parseDatetime(text: string): number {
  const parts = text.replace(/T+$/, '').split('T');
  if (parts.length < 2) {
    throw failure(text, "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format");
  }
  const zoned = /[Z+-]/.test(parts[1] as string) ? text : `${text}Z`;
  const match = DATETIME.exec(zoned);
  if (match === null) throw unparseable(text, zoned);
  const [year, month, day, hour, minute, second, milli] = match.slice(1, 8).map(Number) as FieldsOfTime;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && milli <= 999;
  const zone = zoneMinutes(match[8], match[9], match[10]);
  if (year < 1 || !isDate || !isTime || zone === null) throw unparseable(text, zoned);
  return date.getTime() + ((hour * 60 + minute - zone) * 60 + second) * 1000 + milli;
}

type FieldsOfTime = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  milli: number,
];

function zoneMinutes(sign: string | undefined, hours = '0', minutes = '0'): number | null {
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return offset < LEAST_ZONE_MINUTES || offset > MOST_ZONE_MINUTES ? null : offset;
}

const unparseable = (text: string, zoned: string): ToolError => failure(text, `Unparseable date: "${zoned}"`);

function failure(text: string, javaMessage: string): ToolError {
  const told = `'${text}' is no time: it is written 2026-01-31T23:59:59.999, with Z or an offset like +01:00 after it where it is not UTC`;
  return uncaught('java.lang.RuntimeException', told, `java.text.ParseException: ${javaMessage}`);
}
