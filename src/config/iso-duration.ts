const DURATION = /^([+-]?)P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:[.,](\d{0,9}))?S)?)?$/i;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Reads a duration as Java's Duration.parse does (`P1DT2H3M4.5S`); milliseconds, cut; null when it is none. */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const [, sign, days, time, hours, minutes, secondsSign = '', seconds, fraction = ''] = match;
  if (time !== undefined ? time.length === 1 : days === undefined) return null;
  const wholeMs = Number(days ?? 0) * DAY_MS + Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS;
  const secondsMs = Number(`${seconds ?? 0}.${fraction}`) * SECOND_MS;
  const sumMs = wholeMs + (secondsSign === '-' ? -secondsMs : secondsMs);
  return Math.floor(sign === '-' ? -sumMs : sumMs) + 0;
}
