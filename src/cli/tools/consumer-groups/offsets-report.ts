import type { ConsumerGroup } from '../../../client/admin/describe-groups.js';
import { type Column, type Report, tableOf } from '../../format/report.js';
import { type LineColumn, lines } from './output.js';
import type { GroupOffsetRow } from './rows.js';
import { groupTitle, lagTone } from './tones.js';

export interface GroupWithOffsets {
  readonly group: ConsumerGroup;
  readonly rows: readonly GroupOffsetRow[];
}

/** --describe, with --offsets or without. */
export function offsetsReport(groups: readonly GroupWithOffsets[], isVerbose: boolean): Report {
  const filled = groups.filter(({ rows }) => rows.length > 0);
  return {
    rows: filled.flatMap(({ rows }) => rows),
    plain: () => filled.map(({ rows }) => lines(layout(isVerbose), rows)).join(''),
    tables: () =>
      filled.map(({ group, rows }) => ({ ...tableOf(rows, tableColumns(isVerbose)), ...groupTitle(group) })),
    whenEmpty: 'There are no committed offsets.',
  };
}

function layout(isVerbose: boolean): LineColumn<GroupOffsetRow>[] {
  const epoch: LineColumn<GroupOffsetRow> = {
    heading: 'LEADER-EPOCH',
    width: 15,
    cell: ({ leaderEpoch }) => leaderEpoch,
  };
  return [
    { heading: 'GROUP', width: 15, grows: true, cell: ({ group }) => group },
    { heading: 'TOPIC', width: 15, grows: true, cell: ({ topic }) => topic },
    { heading: 'PARTITION', width: 10, cell: ({ partition }) => partition },
    ...(isVerbose ? [epoch] : []),
    { heading: 'CURRENT-OFFSET', width: 15, cell: ({ currentOffset }) => currentOffset },
    { heading: 'LOG-END-OFFSET', width: 15, cell: ({ logEndOffset }) => logEndOffset },
    { heading: 'LAG', width: 15, cell: ({ lag }) => lag },
    { heading: 'CONSUMER-ID', width: 15, grows: true, cell: ({ consumerId }) => consumerId },
    { heading: 'HOST', width: 15, grows: true, cell: ({ host }) => host },
    { heading: 'CLIENT-ID', width: 0, cell: ({ clientId }) => clientId },
  ];
}

function tableColumns(isVerbose: boolean): Column<GroupOffsetRow>[] {
  const epoch: Column<GroupOffsetRow> = { heading: 'Leader epoch', cell: ({ leaderEpoch }) => leaderEpoch };
  return [
    { heading: 'Topic', cell: ({ topic }) => topic },
    { heading: 'Partition', cell: ({ partition }) => partition },
    ...(isVerbose ? [epoch] : []),
    { heading: 'Offset', cell: ({ currentOffset }) => currentOffset },
    { heading: 'Log end', cell: ({ logEndOffset }) => logEndOffset },
    { heading: 'Lag', cell: ({ lag }) => lag, tone: ({ lag }) => lagTone(lag) },
    { heading: 'Consumer', cell: ({ consumerId }) => consumerId },
    { heading: 'Host', cell: ({ host }) => host },
    { heading: 'Client', cell: ({ clientId }) => clientId },
  ];
}
