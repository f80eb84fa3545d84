import type { ConsumerGroup, ConsumerGroupMember } from '../../../client/admin/describe-groups.js';
import { byTopic, comparePartitions, type TopicPartition } from '../../../client/topic-partition.js';
import { type Column, type Report, tableOf } from '../../format/report.js';
import { type LineColumn, lines } from './output.js';
import type { AssignedTopic, GroupMemberRow } from './rows.js';
import { groupTitle } from './tones.js';

/** --describe --members. */
export function membersReport(groups: readonly ConsumerGroup[], isVerbose: boolean): Report {
  const described = groups.map((group) => ({
    group,
    rows: group.members.map((member) => memberRow(group, member)),
  }));
  return {
    rows: described.flatMap(({ rows }) => rows),
    plain: () => described.map(({ rows }) => lines(layout(rows, isVerbose), rows)).join(''),
    tables: () =>
      described
        .filter(({ rows }) => rows.length > 0)
        .map(({ group, rows }) => ({ ...tableOf(rows, tableColumns(rows, isVerbose)), ...groupTitle(group) })),
    whenEmpty: 'There are no members.',
  };
}

function memberRow(group: ConsumerGroup, member: ConsumerGroupMember): GroupMemberRow {
  return {
    group: group.groupId,
    consumerId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    host: member.clientHost,
    clientId: member.clientId,
    partitionCount: member.assignment.length,
    currentEpoch: member.memberEpoch,
    currentAssignment: assignedTopics(member.assignment),
    targetEpoch: group.targetAssignmentEpoch,
    targetAssignment: member.targetAssignment === null ? null : assignedTopics(member.targetAssignment),
    isUpgraded: member.isUpgraded,
  };
}

function assignedTopics(partitions: readonly TopicPartition[]): AssignedTopic[] {
  const topics = byTopic([...partitions].sort(comparePartitions));
  return [...topics].map(([topic, ofTopic]) => ({ topic, partitions: ofTopic.map(({ partition }) => partition) }));
}

const isStatic = (rows: readonly GroupMemberRow[]): boolean =>
  rows.some(({ groupInstanceId }) => groupInstanceId !== null);

/** Some members still speak the classic protocol in a group of the other one. */
const isMigrating = (rows: readonly GroupMemberRow[]): boolean => rows.some(({ isUpgraded }) => isUpgraded === false);

function layout(rows: readonly GroupMemberRow[], isVerbose: boolean): LineColumn<GroupMemberRow>[] {
  const instance: LineColumn<GroupMemberRow> = {
    heading: 'GROUP-INSTANCE-ID',
    width: 17,
    grows: true,
    cell: ({ groupInstanceId }) => groupInstanceId ?? '',
  };
  const epochs: LineColumn<GroupMemberRow>[] = [
    { heading: 'CURRENT-EPOCH', width: 15, cell: ({ currentEpoch }) => currentEpoch },
    {
      heading: 'CURRENT-ASSIGNMENT',
      width: 20,
      grows: true,
      cell: ({ currentAssignment }) => assignmentText(currentAssignment),
    },
    { heading: 'TARGET-EPOCH', width: 15, cell: ({ targetEpoch }) => targetEpoch },
    {
      heading: 'TARGET-ASSIGNMENT',
      width: 20,
      grows: true,
      cell: ({ targetAssignment }) => assignmentText(targetAssignment),
    },
  ];
  const upgraded: LineColumn<GroupMemberRow> = {
    heading: 'UPGRADED',
    width: 0,
    cell: ({ isUpgraded }) => `${isUpgraded}`,
  };
  return [
    { heading: 'GROUP', width: 15, grows: true, cell: ({ group }) => group },
    { heading: 'CONSUMER-ID', width: 15, grows: true, cell: ({ consumerId }) => consumerId },
    ...(isStatic(rows) ? [instance] : []),
    { heading: 'HOST', width: 15, grows: true, cell: ({ host }) => host },
    { heading: 'CLIENT-ID', width: 15, grows: true, cell: ({ clientId }) => clientId },
    { heading: '#PARTITIONS', width: 15, cell: ({ partitionCount }) => partitionCount },
    ...(isVerbose ? epochs : [{ heading: '', width: 0, cell: () => '' }]),
    ...(isVerbose && isMigrating(rows) ? [upgraded] : []),
  ];
}

function tableColumns(rows: readonly GroupMemberRow[], isVerbose: boolean): Column<GroupMemberRow>[] {
  const instance: Column<GroupMemberRow> = {
    heading: 'Instance',
    cell: ({ groupInstanceId }) => groupInstanceId,
  };
  const epochs: Column<GroupMemberRow>[] = [
    { heading: 'Epoch', cell: ({ currentEpoch }) => currentEpoch },
    { heading: 'Assignment', cell: ({ currentAssignment }) => assignmentText(currentAssignment) },
    { heading: 'Target epoch', cell: ({ targetEpoch }) => targetEpoch },
    { heading: 'Target', cell: ({ targetAssignment }) => assignmentText(targetAssignment) },
  ];
  const protocol: Column<GroupMemberRow> = {
    heading: 'Protocol',
    cell: ({ isUpgraded }) => (isUpgraded ? 'consumer' : 'classic'),
  };
  return [
    { heading: 'Consumer', cell: ({ consumerId }) => consumerId },
    ...(isStatic(rows) ? [instance] : []),
    { heading: 'Host', cell: ({ host }) => host },
    { heading: 'Client', cell: ({ clientId }) => clientId },
    {
      heading: 'Partitions',
      cell: ({ partitionCount }) => partitionCount,
      tone: ({ partitionCount }) => (partitionCount === 0 ? 'warning' : null),
    },
    ...(isVerbose ? epochs : []),
    ...(isMigrating(rows) ? [protocol] : []),
  ];
}

/** `orders:0,1;payments:0`; a dash for none. */
function assignmentText(topics: readonly AssignedTopic[] | null): string | null {
  if (topics === null || topics.length === 0) return null;
  // The whole texts are sorted, so that `t1:0` comes before `t:0`, as in Kafka.
  return topics
    .map(({ topic, partitions }) => `${topic}:${partitions.join(',')}`)
    .sort()
    .join(';');
}
