import type { ConsumerGroup } from '../../../client/admin/describe-groups.js';
import { comparePartitions } from '../../../client/topic-partition.js';
import type { Tone } from '../../format/color.js';
import { type Column, type Report, tableOf } from '../../format/report.js';
import type { MeteredPartition, MeteredRound } from './lag-meter.js';
import { catchUpText, rateText } from './lag-text.js';
import { type LineColumn, lines } from './output.js';
import type { LagRoundRow, LagRow } from './rows.js';
import { groupTitle } from './tones.js';

/** A group in one round of --watch. */
export interface WatchedGroup {
  readonly group: ConsumerGroup;
  readonly round: MeteredRound;
}

interface Line extends LagRow {
  readonly topic: string;
  readonly partition: number | null;
}

/**
 * A round of --watch.
 *
 * @param timeMs since 1970
 * @param mostLines how many partitions of a group may be shown, those with the greatest lag first; null for all
 */
export function watchReport(groups: readonly WatchedGroup[], timeMs: number, mostLines: number | null): Report {
  return {
    rows: groups.map(({ group, round }): LagRoundRow => {
      const { total, partitions } = round;
      return { timeMs, group: group.groupId, state: group.state, total, partitions };
    }),
    plain: () => groups.map((watched) => `${titleOf(watched, timeMs)}${lines(LAYOUT, linesOf(watched))}\n`).join(''),
    tables: () =>
      groups.map((watched) => {
        const shown = mostLines === null ? linesOf(watched) : fewer(watched, mostLines);
        const { titleTone } = groupTitle(watched.group);
        return { ...tableOf(shown, TABLE, titleOf(watched, timeMs)), titleTone: titleTone ?? null, isDense: true };
      }),
    whenEmpty: 'There are no groups.',
  };
}

function titleOf({ group }: WatchedGroup, timeMs: number): string {
  const members = group.members.length === 1 ? '1 member' : `${group.members.length} members`;
  return `${new Date(timeMs).toISOString()} Group ${group.groupId}: ${group.state}, ${members}`;
}

/** Partitions in the order of their names, and the total. */
function linesOf({ round }: WatchedGroup): Line[] {
  return [...[...round.partitions].sort(comparePartitions), { topic: 'total', partition: null, ...round.total }];
}

function fewer(watched: WatchedGroup, mostLines: number): Line[] {
  const all = linesOf(watched);
  if (all.length <= mostLines) return all;
  const byLag = [...watched.round.partitions].sort((a, b) => (b.lag ?? -1) - (a.lag ?? -1));
  const shown: readonly MeteredPartition[] = byLag.slice(0, Math.max(0, mostLines - 1));
  const left = byLag.length - shown.length;
  return [...shown, { topic: `total, and ${left} more`, partition: null, ...watched.round.total }];
}

const LAYOUT: readonly LineColumn<Line>[] = [
  { heading: 'TOPIC', width: 15, grows: true, cell: ({ topic }) => topic },
  { heading: 'PARTITION', width: 10, cell: ({ partition }) => partition },
  { heading: 'CURRENT-OFFSET', width: 15, cell: ({ currentOffset }) => currentOffset },
  { heading: 'LOG-END-OFFSET', width: 15, cell: ({ logEndOffset }) => logEndOffset },
  { heading: 'LAG', width: 15, cell: ({ lag }) => lag },
  { heading: 'CONSUMED/S', width: 15, cell: ({ consumedPerSecond }) => rateText(consumedPerSecond) },
  { heading: 'PRODUCED/S', width: 15, cell: ({ producedPerSecond }) => rateText(producedPerSecond) },
  { heading: 'CATCH-UP', width: 0, cell: catchUpText },
];

/** A lag is as bad as its future. */
function lagTone({ lag, catchUpSeconds, consumedPerSecond }: Line): Tone | null {
  if (lag === null) return 'muted';
  if (lag <= 0) return 'good';
  return catchUpSeconds === null && consumedPerSecond !== null ? 'bad' : 'warning';
}

const TABLE: readonly Column<Line>[] = [
  { heading: 'Topic', cell: ({ topic }) => topic, tone: ({ partition }) => (partition === null ? 'heading' : null) },
  { heading: 'Partition', cell: ({ partition }) => partition },
  { heading: 'Offset', cell: ({ currentOffset }) => currentOffset },
  { heading: 'Log end', cell: ({ logEndOffset }) => logEndOffset },
  { heading: 'Lag', cell: ({ lag }) => lag, tone: lagTone },
  { heading: 'Consumed/s', cell: ({ consumedPerSecond }) => rateText(consumedPerSecond), align: 'right' },
  { heading: 'Produced/s', cell: ({ producedPerSecond }) => rateText(producedPerSecond), align: 'right' },
  { heading: 'Catch-up', cell: catchUpText, align: 'right', tone: lagTone },
];
