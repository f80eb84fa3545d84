import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { consumerGroupDescribeApi, type DescribedGroup } from '../../protocol/generated/consumer-group-describe.js';
import { describeConsumerGroup } from '../../state/group/consumer/describe-consumer-group.js';
import { groupOperations } from '../authorized-operations.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const consumerGroupDescribe = handler({
  api: consumerGroupDescribeApi,
  async handle(request, context) {
    const { image } = context.services.metadata;
    const groups = await Promise.all(
      request.groupIds.map((groupId) =>
        callGroup<Init<DescribedGroup>>(
          context,
          groupId,
          (machine, call) => ({
            records: [],
            replies: [{ call, response: describeConsumerGroup(machine, groupId, image) }],
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
