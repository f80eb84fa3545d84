import type { DescribedQuorum, QuorumReplica } from '../../../client/admin/quorum.js';
import { type Report, tableOf } from '../../format/report.js';
import { runtimeException, uncaught } from '../../tool-error.js';

interface ReplicaRow {
  readonly nodeId: number;
  readonly directoryId: string;
  readonly logEndOffset: number;
  readonly lag: number;
  readonly lastFetchTimestamp: number | null;
  readonly lastCaughtUpTimestamp: number | null;
  readonly status: 'Leader' | 'Follower' | 'Observer';
}

const HEADINGS = [
  'NodeId',
  'DirectoryId',
  'LogEndOffset',
  'Lag',
  'LastFetchTimestamp',
  'LastCaughtUpTimestamp',
  'Status',
];

/**
 * How far each replica of the metadata is: the leader, the other voters, and those who only read.
 *
 * @param nowMs where times are shown as so many milliseconds ago; null for times since 1970
 */
export function replicationReport(
  { leaderId, voters, observers }: DescribedQuorum,
  nowMs: number | null,
): Report<ReplicaRow> {
  const leader = voters.find(({ id }) => id === leaderId);
  if (leader === undefined) throw runtimeException('No value present');
  const rowsOf = (replicas: readonly QuorumReplica[], status: ReplicaRow['status']): ReplicaRow[] =>
    replicas.map(({ id, directoryId, logEndOffset, lastFetchMs, lastCaughtUpMs }) => ({
      nodeId: id,
      directoryId,
      logEndOffset,
      lag: leader.logEndOffset - logEndOffset,
      lastFetchTimestamp: lastFetchMs,
      lastCaughtUpTimestamp: lastCaughtUpMs,
      status,
    }));
  const rows = [
    ...rowsOf([leader], 'Leader'),
    ...rowsOf(
      voters.filter(({ id }) => id !== leaderId),
      'Follower',
    ),
    ...rowsOf(observers, 'Observer'),
  ];
  const texts = rows.map((row) => cellsOf(row, nowMs));
  return {
    rows,
    plain: () => [HEADINGS, ...texts].map((cells) => line(cells, texts)).join(''),
    tables: () => [
      tableOf(rows, [
        { heading: 'Node', cell: ({ nodeId }) => nodeId },
        { heading: 'Status', cell: ({ status }) => status },
        { heading: 'Directory', cell: ({ directoryId }) => directoryId },
        { heading: 'Log end', cell: ({ logEndOffset }) => logEndOffset },
        { heading: 'Lag', cell: ({ lag }) => lag, tone: ({ lag }) => (lag > 0 ? 'warning' : null) },
        { heading: 'Last fetch', cell: (row) => cellsOf(row, nowMs)[4] ?? null, align: 'right' },
        { heading: 'Last caught up', cell: (row) => cellsOf(row, nowMs)[5] ?? null, align: 'right' },
      ]),
    ],
    whenEmpty: '',
  };
}

/** Every cell is as wide as the widest of its column, and ended by a tab. */
function line(cells: readonly string[], rows: readonly (readonly string[])[]): string {
  const padded = cells.map((cell, at) => {
    const widths = rows.map((row) => row[at]?.length ?? 0);
    return cell.padEnd(Math.max(HEADINGS[at]?.length ?? 0, ...widths));
  });
  return `${padded.join('\t')}\t\n`;
}

function cellsOf(row: ReplicaRow, nowMs: number | null): string[] {
  return [
    String(row.nodeId),
    row.directoryId,
    String(row.logEndOffset),
    String(row.lag),
    timeText(row.lastFetchTimestamp, nowMs, 'last fetch'),
    timeText(row.lastCaughtUpTimestamp, nowMs, 'last caught up'),
    row.status,
  ];
}

function timeText(atMs: number | null, nowMs: number | null, what: string): string {
  if (atMs === null) return '-1';
  return nowMs === null ? String(atMs) : `${relativeTimeMs(atMs, nowMs, what)} ms ago`;
}

/** @throws ToolError where the clocks of this machine and of the leader differ. */
function relativeTimeMs(atMs: number, nowMs: number, what: string): number {
  if (atMs > 0 && atMs <= nowMs) return nowMs - atMs;
  throw uncaught(
    'org.apache.kafka.common.KafkaException',
    `Error while computing relative time, possible drift in system clock.\nCurrent timestamp is ${nowMs}, ${what} timestamp is ${atMs}`,
  );
}
