import { type ConsumerGroup, describeConsumerGroups } from '../../../client/admin/describe-groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { Report } from '../../format/report.js';
import { MissingNameError, ofFuture } from './failure.js';
import { chosenGroups } from './list.js';
import { membersReport } from './members-report.js';
import { offsetRows } from './offset-rows.js';
import { offsetsReport } from './offsets-report.js';
import type { GroupsOptions } from './options.js';
import type { GroupErrors, Shown } from './output.js';
import { stateReport } from './state-report.js';

/** --describe. Tells at once of groups that have no members or are moving. @throws ToolError */
export async function describeGroups(
  admin: Cluster,
  options: GroupsOptions,
  shown: Shown,
  errors: GroupErrors,
): Promise<Report> {
  const groups = await describedGroups(admin, await chosenGroups(admin, options));
  const isVerbose = options.has('verbose');
  if (!options.has('members') && !options.has('state')) {
    const described = [];
    for (const group of groups) described.push({ group, rows: await offsetRows(admin, group) });
    const there = described.filter(({ group, rows }) => saysState(group, rows.length > 0, shown, errors));
    return offsetsReport(there, isVerbose);
  }
  const there = groups.filter((group) => {
    return saysState(group, options.has('state') || group.members.length > 0, shown, errors);
  });
  return options.has('members') ? membersReport(there, isVerbose) : stateReport(there, isVerbose);
}

/** In the order of their names. @throws ToolError */
export async function describedGroups(admin: Cluster, groupIds: readonly string[]): Promise<ConsumerGroup[]> {
  if (groupIds.length === 0) return [];
  const described = await describeConsumerGroups(admin, groupIds);
  return [...groupIds].sort().map((groupId) => {
    const group = described.get(groupId) ?? new KafkaError('UNKNOWN_SERVER_ERROR', `no answer for group ${groupId}`);
    if (!isError(group)) return group;
    throw group.error === 'GROUP_ID_NOT_FOUND'
      ? new MissingNameError('group', groupId, group, ofFuture(group))
      : ofFuture(group);
  });
}

/**
 * Tells of a state that is not the usual one; false where there is no such group any more.
 *
 * @param isInTable whether a table will show the state
 */
function saysState(
  { groupId, state }: ConsumerGroup,
  isInTable: boolean,
  { io, format }: Shown,
  errors: GroupErrors,
): boolean {
  const gap = format === 'plain' ? '\n' : '';
  if (state === 'Dead') {
    errors.print(`Consumer group '${groupId}' does not exist.`);
    return false;
  }
  if (format === 'table' && isInTable) return true;
  if (state === 'Empty') io.printError(`${gap}Consumer group '${groupId}' has no active members.`);
  else if (state !== 'Stable') io.printError(`${gap}Warning: Consumer group '${groupId}' is rebalancing.`);
  return true;
}
