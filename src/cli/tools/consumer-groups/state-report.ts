import type { ConsumerGroup } from '../../../client/admin/describe-groups.js';
import { type Column, type Report, tableOf } from '../../format/report.js';
import { type LineColumn, lines } from './output.js';
import type { GroupStateRow } from './rows.js';
import { stateTone } from './tones.js';

/** --describe --state. */
export function stateReport(groups: readonly ConsumerGroup[], isVerbose: boolean): Report {
  const rows = groups.map(stateRow);
  return {
    rows,
    plain: () => rows.map((row) => lines(layout(isVerbose), [row])).join(''),
    tables: () => [tableOf(rows, tableColumns(isVerbose))],
    whenEmpty: 'There are no such groups.',
  };
}

function stateRow(group: ConsumerGroup): GroupStateRow {
  const { id, host, port } = group.coordinator;
  return {
    group: group.groupId,
    coordinator: { id, host, port },
    assignmentStrategy: group.assignor || null,
    state: group.state,
    groupEpoch: group.groupEpoch,
    targetAssignmentEpoch: group.targetAssignmentEpoch,
    memberCount: group.members.length,
  };
}

function layout(isVerbose: boolean): LineColumn<GroupStateRow>[] {
  const epochs: LineColumn<GroupStateRow>[] = [
    { heading: 'GROUP-EPOCH', width: 15, cell: ({ groupEpoch }) => groupEpoch },
    { heading: 'TARGET-ASSIGNMENT-EPOCH', width: 25, cell: ({ targetAssignmentEpoch }) => targetAssignmentEpoch },
  ];
  return [
    { heading: 'GROUP', width: 15, grows: true, cell: ({ group }) => group },
    {
      heading: 'COORDINATOR (ID)',
      width: 25,
      grows: true,
      cell: ({ coordinator: { host, port, id } }) => `${host}:${port}  (${id})`,
    },
    { heading: 'ASSIGNMENT-STRATEGY', width: 20, cell: ({ assignmentStrategy }) => assignmentStrategy },
    { heading: 'STATE', width: 20, cell: ({ state }) => state },
    ...(isVerbose ? epochs : []),
    { heading: '#MEMBERS', width: 0, cell: ({ memberCount }) => memberCount },
  ];
}

function tableColumns(isVerbose: boolean): Column<GroupStateRow>[] {
  const epochs: Column<GroupStateRow>[] = [
    { heading: 'Epoch', cell: ({ groupEpoch }) => groupEpoch },
    { heading: 'Target epoch', cell: ({ targetAssignmentEpoch }) => targetAssignmentEpoch },
  ];
  return [
    { heading: 'Group', cell: ({ group }) => group },
    { heading: 'State', cell: ({ state }) => state, tone: ({ state }) => stateTone(state) },
    { heading: 'Members', cell: ({ memberCount }) => memberCount },
    { heading: 'Assignor', cell: ({ assignmentStrategy }) => assignmentStrategy },
    ...(isVerbose ? epochs : []),
    { heading: 'Coordinator', cell: ({ coordinator: { host, port, id } }) => `${host}:${port} (${id})` },
  ];
}
