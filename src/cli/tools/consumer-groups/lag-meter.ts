import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import type { LagRow } from './rows.js';

/** How far a group and its partition are at some time; null where that is not known. */
export interface Position extends TopicPartition {
  readonly currentOffset: number | null;
  readonly logEndOffset: number | null;
}

/** A partition with what became of it since earlier rounds. */
export interface MeteredPartition extends TopicPartition, LagRow {}

export interface MeteredRound {
  readonly total: LagRow;
  readonly partitions: readonly MeteredPartition[];
}

interface Sample {
  readonly timeMs: number;
  readonly currentOffset: number;
  readonly logEndOffset: number;
}

/** Consumers commit every 5 s unless told otherwise: rates are taken over several commits. */
const WINDOW_MS = 20_000;

/**
 * Makes rates of positions that are looked at again and again. A rate is that between the newest look and the oldest one
 * of the last 20 s; where offsets go back (a reset, a topic made anew) it begins again.
 */
export class LagMeter {
  private samples = new Map<string, Sample[]>();

  /** Takes what one round has found; partitions that it does not have are forgotten. */
  add(timeMs: number, positions: readonly Position[]): MeteredRound {
    const kept = new Map<string, Sample[]>();
    const partitions = positions.map((position) => {
      const key = keyOf(position);
      const samples = withSample(this.samples.get(key) ?? [], timeMs, position);
      kept.set(key, samples);
      return metered(position, samples);
    });
    this.samples = kept;
    return { total: totalOf(partitions), partitions };
  }
}

function withSample(known: readonly Sample[], timeMs: number, position: Position): Sample[] {
  const { currentOffset, logEndOffset } = position;
  if (currentOffset === null || logEndOffset === null) return [];
  const last = known.at(-1);
  const wentBack = last !== undefined && (currentOffset < last.currentOffset || logEndOffset < last.logEndOffset);
  const recent = wentBack ? [] : known.filter((sample) => timeMs - sample.timeMs <= WINDOW_MS);
  return [...recent, { timeMs, currentOffset, logEndOffset }];
}

function metered(position: Position, samples: readonly Sample[]): MeteredPartition {
  const { topic, partition, currentOffset, logEndOffset } = position;
  const lag = currentOffset === null || logEndOffset === null ? null : logEndOffset - currentOffset;
  const consumedPerSecond = rateOf(samples, 'currentOffset');
  const producedPerSecond = rateOf(samples, 'logEndOffset');
  const catchUpSeconds = catchUp(lag, consumedPerSecond, producedPerSecond);
  return { topic, partition, currentOffset, logEndOffset, lag, consumedPerSecond, producedPerSecond, catchUpSeconds };
}

function rateOf(samples: readonly Sample[], field: 'currentOffset' | 'logEndOffset'): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.timeMs <= first.timeMs) return null;
  return ((last[field] - first[field]) * 1000) / (last.timeMs - first.timeMs);
}

/** Seconds until the lag is gone; null where it never is, or where that cannot be told yet. */
export function catchUp(
  lag: number | null,
  consumedPerSecond: number | null,
  producedPerSecond: number | null,
): number | null {
  if (lag === null) return null;
  if (lag <= 0) return 0;
  if (consumedPerSecond === null || producedPerSecond === null) return null;
  const gain = consumedPerSecond - producedPerSecond;
  return gain > 0 ? lag / gain : null;
}

/** Sums of what is known; a group has caught up when the last of its partitions has. */
function totalOf(partitions: readonly MeteredPartition[]): LagRow {
  const sum = (pick: (row: LagRow) => number | null): number | null => {
    const known = partitions.map(pick).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  const times = partitions.filter(({ lag }) => lag !== null).map(({ catchUpSeconds }) => catchUpSeconds);
  const isNever = times.length === 0 || times.includes(null);
  return {
    currentOffset: sum(({ currentOffset }) => currentOffset),
    logEndOffset: sum(({ logEndOffset }) => logEndOffset),
    lag: sum(({ lag }) => lag),
    consumedPerSecond: sum((row) => row.consumedPerSecond),
    producedPerSecond: sum((row) => row.producedPerSecond),
    catchUpSeconds: isNever ? null : Math.max(...(times as number[])),
  };
}
