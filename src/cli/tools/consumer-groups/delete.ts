import { deleteGroups } from '../../../client/admin/groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { javaText } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import { consumerGroups } from './list.js';
import type { GroupsOptions } from './options.js';
import { printGroupError } from './output.js';

/** --delete. @throws KafkaError */
export async function deleteWholeGroups(admin: Cluster, options: GroupsOptions, io: Io): Promise<void> {
  const groupIds = options.has('all-groups')
    ? (await consumerGroups(admin)).map(({ groupId }) => groupId)
    : [...new Set(options.values('group'))];
  const results = await deleteGroups(admin, groupIds);
  const names = groupIds.filter((groupId) => !isError(results.get(groupId)));
  const done = names.map((groupId) => `'${groupId}'`).join(', ');
  if (names.length === groupIds.length) {
    io.print(`Deletion of requested consumer groups (${done}) was successful.`);
    return;
  }
  printGroupError(io, 'Deletion of some consumer groups failed:');
  for (const groupId of groupIds) {
    const result = results.get(groupId);
    if (isError(result)) io.print(`* Group '${groupId}' could not be deleted due to: ${javaText(result)}`);
  }
  if (names.length > 0) io.print(`\nThese consumer groups were deleted successfully: ${done}`);
}
