import { comparePartitions } from '../../../client/topic-partition.js';
import { type Report, tableOf } from '../../format/report.js';
import { csvCell } from './csv.js';
import type { GroupsOptions } from './options.js';
import { type LineColumn, lines, widest } from './output.js';
import type { GroupResetRow } from './rows.js';

/** Kafka makes room for all groups, those that nothing is reset of included. */
function layout(groupIds: readonly string[]): LineColumn<GroupResetRow>[] {
  return [
    { heading: 'GROUP', width: widest(15, groupIds), cell: ({ group }) => group },
    { heading: 'TOPIC', width: 15, grows: true, cell: ({ topic }) => topic },
    { heading: 'PARTITION', width: 10, cell: ({ partition }) => partition },
    { heading: 'NEW-OFFSET', width: 0, cell: ({ newOffset }) => newOffset },
  ];
}

/**
 * A plan, done or not. With --export it is CSV whatever the reader.
 *
 * @param groupIds all groups that were asked for
 */
export function resetReport(
  planned: readonly GroupResetRow[],
  groupIds: readonly string[],
  options: GroupsOptions,
): Report {
  const withGroup = options.values('group').length !== 1;
  const rows = [...planned].sort((a, b) =>
    a.group === b.group ? comparePartitions(a, b) : a.group < b.group ? -1 : 1,
  );
  return {
    rows,
    plain: () => {
      if (options.has('export')) return csvText(planned, withGroup);
      return groupIds.length === 0 ? '\n' : lines(layout(groupIds), planned);
    },
    tables: () => [
      tableOf<GroupResetRow>(rows, [
        { heading: 'Group', cell: ({ group }) => group },
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        {
          heading: options.has('execute') ? 'Offset now' : 'New offset',
          cell: ({ newOffset }) => newOffset,
        },
      ]),
    ],
    whenEmpty: options.has('execute') ? 'No offset was reset.' : 'There is nothing to reset.',
  };
}

function csvText(rows: readonly GroupResetRow[], withGroup: boolean): string {
  const texts = rows.map(({ group, topic, partition, newOffset }) => {
    return `${withGroup ? `${csvCell(group)},` : ''}${csvCell(topic)},${partition},${newOffset}\n`;
  });
  return `${texts.join('')}\n`;
}
