import { errorCode } from '../../protocol/errors.js';
import { consumerGroupHeartbeatApi } from '../../protocol/generated/consumer-group-heartbeat.js';
import { consumerGroupHeartbeat as command } from '../../state/group/consumer/consumer-heartbeat.js';
import { callAnyGroup, clientOf } from '../group-call.js';
import { handler } from '../handler.js';

export const consumerGroupHeartbeat = handler({
  api: consumerGroupHeartbeatApi,
  handle: (request, context) =>
    callAnyGroup(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, clientOf(context), groupContext),
      (error) => ({ errorCode: errorCode(error) }),
    ),
});
