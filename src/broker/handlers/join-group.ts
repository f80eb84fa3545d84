import { joinGroupApi } from '../../protocol/generated/join-group.js';
import { joinGroup as command } from '../../state/group/classic/join-group.js';
import { joinFailure } from '../../state/group/classic/rebalance.js';
import { callGroup, clientOf } from '../group-call.js';
import { handler } from '../handler.js';

const FIRST_VERSION_WITH_NULL_PROTOCOL = 7;

export const joinGroup = handler({
  api: joinGroupApi,
  async handle(request, context) {
    const response = await callGroup(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, clientOf(context), groupContext),
      (error) => joinFailure(request.memberId, error),
    );
    // Older versions have no null.
    const protocolName = response.protocolName ?? (context.version >= FIRST_VERSION_WITH_NULL_PROTOCOL ? null : '');
    return { ...response, protocolName };
  },
});
