import { errorCode } from '../../protocol/errors.js';
import { heartbeatApi } from '../../protocol/generated/heartbeat.js';
import { heartbeat as command } from '../../state/group/classic/heartbeat.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const heartbeat = handler({
  api: heartbeatApi,
  handle: (request, context) =>
    callGroup(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, groupContext),
      (error) => ({ errorCode: errorCode(error) }),
    ),
});
