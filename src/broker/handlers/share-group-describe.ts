import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type DescribedGroup, shareGroupDescribeApi } from '../../protocol/generated/share-group-describe.js';
import { describeShareGroup } from '../../state/group/share/describe-share-group.js';
import { groupOperations } from '../authorized-operations.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';
import { hasShareGroups } from '../share-group-states.js';

export const shareGroupDescribe = handler({
  api: shareGroupDescribeApi,
  async handle(request, context) {
    if (!hasShareGroups(context.services)) {
      return {
        groups: request.groupIds.map((groupId) => ({ groupId, errorCode: errorCode('UNSUPPORTED_VERSION') })),
      };
    }
    const { image } = context.services.metadata;
    const groups = await Promise.all(
      request.groupIds.map((groupId) =>
        callGroup<Init<DescribedGroup>>(
          context,
          groupId,
          (machine, call) => ({
            records: [],
            replies: [{ call, response: describeShareGroup(machine, groupId, image) }],
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
