import type { LagRow } from './rows.js';

/** `0`, `0.25`, `4.2`, `12,345`: three digits say enough of a rate. */
export function rateText(perSecond: number | null): string | null {
  if (perSecond === null) return null;
  if (perSecond === 0) return '0';
  const digits = perSecond >= 100 ? 0 : perSecond >= 1 ? 1 : 2;
  return perSecond.toLocaleString('en-US', { maximumFractionDigits: digits });
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `12 s`, `3 min 20 s`, `2 h 5 min`: the two greatest units. */
export function durationText(seconds: number): string {
  let left = Math.ceil(seconds);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (parts.length === 1) return count === 0 ? (parts[0] as string) : `${parts[0]} ${count} ${unit}`;
    if (count === 0) continue;
    parts.push(`${count} ${unit}`);
    left -= count * size;
  }
  return parts[0] ?? '0 s';
}

/** When the lag is gone: `now`, a duration, or `never`; null where that cannot be told yet. */
export function catchUpText(row: LagRow): string | null {
  if (row.catchUpSeconds === 0) return 'now';
  if (row.catchUpSeconds !== null) return durationText(row.catchUpSeconds);
  return row.lag === null || row.consumedPerSecond === null ? null : 'never';
}
