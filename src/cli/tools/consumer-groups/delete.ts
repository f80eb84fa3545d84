import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { deleteGroups } from '../../../client/admin/groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { javaText } from '../../format/java-error.js';
import { type Report, tableOf } from '../../format/report.js';
import { chosenGroups } from './list.js';
import type { GroupsOptions } from './options.js';
import type { GroupDeletionRow } from './rows.js';

/** A group that was to be deleted, and the error in Java's words. */
export interface Deletion extends GroupDeletionRow {
  readonly javaError: string;
  readonly isMissing: boolean;
}

/** --delete. @throws KafkaError, ToolError, BootstrapError */
export async function deleteWholeGroups(admin: Cluster, options: GroupsOptions): Promise<Deletion[]> {
  const groupIds = inHashOrder(await chosenGroups(admin, options), javaHash);
  const results = await deleteGroups(admin, groupIds);
  return groupIds.map((group): Deletion => {
    const result = results.get(group);
    const isDeleted = !isError(result);
    return {
      group,
      isDeleted,
      error: isDeleted ? null : result.message,
      javaError: isDeleted ? '' : javaText(result),
      isMissing: !isDeleted && result.error === 'GROUP_ID_NOT_FOUND',
    };
  });
}

/** What is said of groups that could not be asked for. */
export function undeleted(options: GroupsOptions, javaError: string, error: string): Deletion[] {
  const groupIds = inHashOrder([...new Set(options.values('group'))], javaHash);
  return groupIds.map((group) => ({ group, isDeleted: false, isMissing: false, error, javaError }));
}

export function deletionReport(deletions: readonly Deletion[]): Report {
  const rows = deletions.map(({ group, isDeleted, error }): GroupDeletionRow => ({ group, isDeleted, error }));
  return {
    rows,
    plain: () => plainText(deletions),
    tables: () => [
      tableOf<GroupDeletionRow>(rows, [
        { heading: 'Group', cell: ({ group }) => group },
        {
          heading: '',
          cell: ({ error }) => error ?? 'deleted',
          tone: ({ isDeleted }) => (isDeleted ? 'good' : 'bad'),
        },
      ]),
    ],
    whenEmpty: 'There are no groups.',
  };
}

function plainText(deletions: readonly Deletion[]): string {
  const failed = deletions.filter(({ isDeleted }) => !isDeleted);
  const names = deletions
    .filter(({ isDeleted }) => isDeleted)
    .map(({ group }) => `'${group}'`)
    .join(', ');
  if (failed.length === 0) return `Deletion of requested consumer groups (${names}) was successful.\n`;
  const reasons = failed.map(({ group, javaError }) => {
    return `* Group '${group}' could not be deleted due to: ${javaError}\n`;
  });
  const done = names === '' ? '' : `\nThese consumer groups were deleted successfully: ${names}\n`;
  return `\nError: Deletion of some consumer groups failed:\n${reasons.join('')}${done}`;
}
