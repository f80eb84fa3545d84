import type { DescribedPartition } from '../../../client/admin/topics.js';
import { partitionKey } from '../../../client/topic-partition.js';
import { type Column, type Report, type Table, tableOf } from '../../format/report.js';
import type { TopicsOptions } from './options.js';
import { type DescribedRow, isShown, partitionLine, partitionTone, topicLine } from './partition-rows.js';
import { topicDescriptionRow } from './rows.js';

interface Shown {
  readonly row: DescribedRow;
  readonly partitions: readonly DescribedPartition[];
}

/** Topics with their partitions, or the partitions alone of which a report is asked for. */
export function descriptionReport(rows: readonly DescribedRow[], options: TopicsOptions): Report {
  const isReport = REPORTS.some((name) => options.has(name));
  const all = rows.map((row): Shown => {
    return { row, partitions: row.topic.partitions.filter((partition) => isShown(row, partition, options)) };
  });
  const shown = all.filter(({ row, partitions }) => {
    if (isReport) return partitions.length > 0;
    return !options.has('topics-with-overrides') || row.overrides.length > 0;
  });
  const sorted = [...shown].sort((a, b) => (a.row.topic.name < b.row.topic.name ? -1 : 1));
  return {
    rows: sorted.map(({ row, partitions }) => topicDescriptionRow(row, partitions)),
    plain: () => shown.map((one) => plainText(one, isReport)).join(''),
    tables: () => sorted.map((one) => partitionTable(one, isReport)),
    whenEmpty: isReport ? 'There are no such partitions.' : 'There are no such topics.',
  };
}

const REPORTS = [
  'unavailable-partitions',
  'under-replicated-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
] as const;

function plainText({ row, partitions }: Shown, isReport: boolean): string {
  const lines = partitions.map((partition) => `${partitionLine(row, partition)}\n`).join('');
  return isReport ? lines : `${topicLine(row)}\n${lines}`;
}

function partitionTable({ row, partitions }: Shown, isReport: boolean): Table {
  const { name } = row.topic;
  const isMoving = partitions.some(({ partition }) => row.moving.has(partitionKey(name, partition)));
  const movingOf = ({ partition }: DescribedPartition) => row.moving.get(partitionKey(name, partition));
  const tone = (partition: DescribedPartition) => partitionTone(row, partition);
  const moving: Column<DescribedPartition>[] = [
    { heading: 'Adding', cell: (partition) => brokers(movingOf(partition)?.adding) },
    { heading: 'Removing', cell: (partition) => brokers(movingOf(partition)?.removing) },
  ];
  const columns: Column<DescribedPartition>[] = [
    { heading: 'Partition', cell: ({ partition }) => partition },
    { heading: 'Leader', cell: ({ leader }) => (leader < 0 ? 'none' : leader), align: 'right', tone },
    { heading: 'Replicas', cell: ({ replicas }) => brokers(replicas) },
    { heading: 'Isr', cell: ({ isr }) => brokers(isr), tone },
    ...(isMoving ? moving : []),
    { heading: 'Elr', cell: ({ eligibleLeaderReplicas }) => brokers(eligibleLeaderReplicas) },
    { heading: 'LastKnownElr', cell: ({ lastKnownElr }) => brokers(lastKnownElr) },
  ];
  return tableOf(partitions, columns, isReport ? `Topic: ${name}` : topicLine(row).replaceAll('\t', '  '));
}

const brokers = (ids: readonly number[] | null | undefined): string => ids?.join(',') || '-';
