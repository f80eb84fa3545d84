import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type DescribedGroup, streamsGroupDescribeApi } from '../../protocol/generated/streams-group-describe.js';
import { describeStreamsGroup } from '../../state/group/streams/describe-streams-group.js';
import { groupOperations } from '../authorized-operations.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const streamsGroupDescribe = handler({
  api: streamsGroupDescribeApi,
  async handle(request, context) {
    if (!context.services.hasStreamsGroups()) {
      return {
        groups: request.groupIds.map((groupId) => ({ groupId, errorCode: errorCode('UNSUPPORTED_VERSION') })),
      };
    }
    const groups = await Promise.all(
      request.groupIds.map((groupId) =>
        callGroup<Init<DescribedGroup>>(
          context,
          groupId,
          (machine, call) => ({
            records: [],
            replies: [{ call, response: describeStreamsGroup(machine, groupId) }],
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
