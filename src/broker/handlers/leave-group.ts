import { errorCode } from '../../protocol/errors.js';
import { leaveGroupApi } from '../../protocol/generated/leave-group.js';
import { leaveGroup as command } from '../../state/group/classic/leave-group.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const leaveGroup = handler({
  api: leaveGroupApi,
  handle: (request, context) =>
    callGroup(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, context.version, groupContext),
      (error) => ({ errorCode: errorCode(error) }),
    ),
});
