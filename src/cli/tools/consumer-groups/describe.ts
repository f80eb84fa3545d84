import type { ConsumerGroup, ConsumerGroupMember } from '../../../client/admin/describe-groups.js';
import { describeConsumerGroups } from '../../../client/admin/describe-groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { valueOrThrow } from '../../../client/fan-out.js';
import { byTopic, comparePartitions, type TopicPartition } from '../../../client/topic-partition.js';
import { terminalTable } from '../../format/table.js';
import type { Io } from '../../io.js';
import { consumerGroups } from './list.js';
import { type OffsetRow, offsetRows } from './offset-rows.js';
import type { GroupsOptions } from './options.js';
import { columns, printGroupError, widest } from './output.js';

const NOTHING = '-';

/** --describe: prints group by group. @throws KafkaError */
export async function describeGroups(admin: Cluster, options: GroupsOptions, io: Io): Promise<void> {
  const groupIds = options.has('all-groups')
    ? (await consumerGroups(admin)).map(({ groupId }) => groupId)
    : [...new Set(options.values('group'))];
  if (groupIds.length === 0) return;
  const described = await describeConsumerGroups(admin, groupIds);
  const groups = groupIds.map((groupId) => valueOrThrow(described.get(groupId)));
  const isVerbose = options.has('verbose');
  for (const group of groups) {
    if (options.has('members')) {
      if (saysState(group, io)) await printMembers(group, isVerbose, io);
    } else if (options.has('state')) {
      if (saysState(group, io)) await printState(group, isVerbose, io);
    } else {
      const rows = await offsetRows(admin, group);
      if (saysState(group, io) && rows.length > 0) await printOffsets(rows, isVerbose, io);
    }
  }
}

/** Tells of a state that is not the usual one; false where there is no such group any more. */
function saysState({ groupId, state }: ConsumerGroup, io: Io): boolean {
  if (state === 'Dead') {
    printGroupError(io, `Consumer group '${groupId}' does not exist.`);
    return false;
  }
  if (state === 'Empty') io.printError(`\nConsumer group '${groupId}' has no active members.`);
  else if (state !== 'Stable') io.printError(`\nWarning: Consumer group '${groupId}' is rebalancing.`);
  return true;
}

async function print(
  io: Io,
  widths: readonly number[],
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (io.stdout.isTerminal) {
    io.stdout.write(await terminalTable(io.stdout, headings, rows));
    return;
  }
  const lines = [headings, ...rows].map((cells) => `\n${columns(widths, cells)}`);
  io.stdout.write(`${lines.join('')}\n`);
}

function printOffsets(rows: readonly OffsetRow[], isVerbose: boolean, io: Io): Promise<void> {
  const cells = rows.map((row) => [
    row.groupId,
    row.topic,
    row.partition,
    ...(isVerbose ? [row.leaderEpoch ?? NOTHING] : []),
    row.offset ?? NOTHING,
    row.endOffset ?? NOTHING,
    row.offset === null || row.endOffset === null ? NOTHING : row.endOffset - row.offset,
    row.member?.memberId ?? NOTHING,
    row.member?.clientHost ?? NOTHING,
    row.member?.clientId ?? NOTHING,
  ]);
  const of = (pick: (row: OffsetRow) => string): number => widest(15, rows.map(pick));
  const widths = [
    of(({ groupId }) => groupId),
    of(({ topic }) => topic),
    10,
    ...(isVerbose ? [15] : []),
    15,
    15,
    15,
    of(({ member }) => member?.memberId ?? NOTHING),
    of(({ member }) => member?.clientHost ?? NOTHING),
    0,
  ];
  const headings = [
    'GROUP',
    'TOPIC',
    'PARTITION',
    ...(isVerbose ? ['LEADER-EPOCH'] : []),
    'CURRENT-OFFSET',
    'LOG-END-OFFSET',
    'LAG',
    'CONSUMER-ID',
    'HOST',
    'CLIENT-ID',
  ];
  return print(io, widths, headings, cells);
}

function printState(group: ConsumerGroup, isVerbose: boolean, io: Io): Promise<void> {
  const { host, port, id } = group.coordinator;
  const coordinator = `${host}:${port}  (${id})`;
  const epochs = isVerbose ? [group.groupEpoch ?? NOTHING, group.targetAssignmentEpoch ?? NOTHING] : [];
  const widths = [widest(15, [group.groupId]), widest(25, [coordinator]), 20, 20, ...(isVerbose ? [15, 25] : []), 0];
  const headings = [
    'GROUP',
    'COORDINATOR (ID)',
    'ASSIGNMENT-STRATEGY',
    'STATE',
    ...(isVerbose ? ['GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'] : []),
    '#MEMBERS',
  ];
  const cells = [group.groupId, coordinator, group.assignor || NOTHING, group.state, ...epochs, group.members.length];
  return print(io, widths, headings, [cells]);
}

function printMembers(group: ConsumerGroup, isVerbose: boolean, io: Io): Promise<void> {
  const { members } = group;
  const isStatic = members.some(({ groupInstanceId }) => groupInstanceId !== null);
  const sorted = [...members].sort((a, b) => b.assignment.length - a.assignment.length);
  const rows = sorted.map((member) => [
    group.groupId,
    member.memberId,
    ...(isStatic ? [member.groupInstanceId ?? ''] : []),
    member.clientHost,
    member.clientId,
    member.assignment.length,
    ...(isVerbose ? epochCells(group, member) : ['']),
  ]);
  const of = (least: number, pick: (member: ConsumerGroupMember) => string): number => widest(least, members.map(pick));
  const widths = [
    widest(15, [group.groupId]),
    of(15, ({ memberId }) => memberId),
    ...(isStatic ? [of(17, ({ groupInstanceId }) => groupInstanceId ?? '')] : []),
    of(15, ({ clientHost }) => clientHost),
    of(15, ({ clientId }) => clientId),
    15,
    ...(isVerbose
      ? [
          15,
          of(20, ({ assignment }) => assignmentText(assignment)),
          15,
          of(20, ({ targetAssignment }) => assignmentText(targetAssignment ?? [])),
        ]
      : [0]),
  ];
  const headings = [
    'GROUP',
    'CONSUMER-ID',
    ...(isStatic ? ['GROUP-INSTANCE-ID'] : []),
    'HOST',
    'CLIENT-ID',
    '#PARTITIONS',
    ...(isVerbose ? ['CURRENT-EPOCH', 'CURRENT-ASSIGNMENT', 'TARGET-EPOCH', 'TARGET-ASSIGNMENT'] : ['']),
  ];
  return print(io, widths, headings, rows);
}

function epochCells(group: ConsumerGroup, member: ConsumerGroupMember): (string | number)[] {
  return [
    member.memberEpoch ?? NOTHING,
    assignmentText(member.assignment),
    group.targetAssignmentEpoch ?? NOTHING,
    assignmentText(member.targetAssignment ?? []),
  ];
}

/** `orders:0,1;payments:0`. */
function assignmentText(partitions: readonly TopicPartition[]): string {
  if (partitions.length === 0) return NOTHING;
  const topics = byTopic([...partitions].sort(comparePartitions));
  return [...topics]
    .map(([topic, ofTopic]) => `${topic}:${ofTopic.map(({ partition }) => partition).join(',')}`)
    .join(';');
}
