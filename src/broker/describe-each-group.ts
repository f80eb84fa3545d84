import { errorCode } from '../protocol/errors.js';
import type { GroupMachine } from '../state/group/group-machine.js';
import { groupOperations } from './authorized-operations.js';
import { callGroup } from './group-call.js';
import type { RequestContext } from './handler.js';

/** What the answers of all kinds of groups have. */
interface GroupAnswer {
  readonly groupId?: string;
  readonly errorCode?: number;
  readonly authorizedOperations?: number;
}

interface DescribeRequest {
  readonly groupIds: readonly string[];
  readonly includeAuthorizedOperations: boolean;
}

/** Has each group described by the machine that it belongs to; of one that could not be described nothing more is told. */
export async function describeEachGroup<Group extends GroupAnswer>(
  context: RequestContext,
  { groupIds, includeAuthorizedOperations }: DescribeRequest,
  describe: (machine: GroupMachine, groupId: string) => Group,
  call = callGroup,
): Promise<{ groups: Group[] }> {
  const groups = await Promise.all(
    groupIds.map((groupId) =>
      call<Group>(
        context,
        groupId,
        (machine, id) => ({ records: [], replies: [{ call: id, response: describe(machine, groupId) }], timers: [] }),
        (error) => ({ groupId, errorCode: errorCode(error) }) as Group,
      ),
    ),
  );
  const authorizedOperations = groupOperations(includeAuthorizedOperations);
  return {
    groups: groups.map((group) => ((group.errorCode ?? 0) === 0 ? { ...group, authorizedOperations } : group)),
  };
}

/** The answer where the cluster has no such groups. */
export const groupsUnsupported = ({ groupIds }: DescribeRequest) => ({
  groups: groupIds.map((groupId) => ({ groupId, errorCode: errorCode('UNSUPPORTED_VERSION') })),
});
