import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type DescribedGroup, describeGroupsApi } from '../../protocol/generated/describe-groups.js';
import { describeClassicGroup } from '../../state/group/describe-groups.js';
import { groupOperations } from '../authorized-operations.js';
import { callAnyGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const describeGroups = handler({
  api: describeGroupsApi,
  async handle(request, context) {
    const groups = await Promise.all(
      request.groups.map((groupId) =>
        callAnyGroup<Init<DescribedGroup>>(
          context,
          groupId,
          (machine, call) => ({
            records: [],
            replies: [{ call, response: describeClassicGroup(machine, groupId, context.version) }],
            timers: [],
          }),
          (error) => ({ groupId, errorCode: errorCode(error) }),
        ),
      ),
    );
    const authorizedOperations = groupOperations(request.includeAuthorizedOperations);
    // Of a group that could not be described nothing more is told.
    return {
      groups: groups.map((group) => ((group.errorCode ?? 0) === 0 ? { ...group, authorizedOperations } : group)),
    };
  },
});
