import { listReassignments } from '../../../client/admin/reassignments.js';
import type { Cluster } from '../../../client/cluster.js';
import { comparePartitions, keyOf } from '../../../client/topic-partition.js';
import { type Report, tableOf } from '../../format/report.js';

interface ReassignmentRow {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** The moves that go on. */
export async function listed(admin: Cluster): Promise<Report<ReassignmentRow>> {
  const rows: ReassignmentRow[] = (await listReassignments(admin)).sort(comparePartitions);
  return {
    rows,
    plain: () => plainText(rows),
    tables: () => [
      tableOf(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        { heading: 'Replicas', cell: ({ replicas }) => replicas.join(', ') },
        { heading: 'Adding', cell: ({ adding }) => adding.join(', ') || null },
        { heading: 'Removing', cell: ({ removing }) => removing.join(', ') || null },
      ]),
    ],
    whenEmpty: 'No partition is being moved.',
  };
}

function plainText(rows: readonly ReassignmentRow[]): string {
  if (rows.length === 0) return 'No partition reassignments found.\n';
  const part = (name: string, ids: readonly number[]): string =>
    ids.length === 0 ? '' : ` ${name}: ${ids.join(',')}.`;
  const lines = rows.map((row) => {
    const changes = part('adding', row.adding) + part('removing', row.removing);
    return `${keyOf(row)}: replicas: ${row.replicas.join(',')}.${changes}\n`;
  });
  return `Current partition reassignments:\n${lines.join('')}`;
}
