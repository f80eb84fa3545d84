import { errorCode } from '../../protocol/errors.js';
import { shareGroupHeartbeatApi } from '../../protocol/generated/share-group-heartbeat.js';
import { shareGroupHeartbeat as command, type ShareHeartbeatAnswer } from '../../state/group/share/share-heartbeat.js';
import { callAnyGroup, clientOf } from '../group-call.js';
import { handler } from '../handler.js';
import { hasShareGroups, initializeAfterHeartbeat } from '../share-group-states.js';

const LONGEST_MEMBER_ID = 36;

export const shareGroupHeartbeat = handler({
  api: shareGroupHeartbeatApi,
  async handle(request, context) {
    const { services } = context;
    const { groupId, memberId } = request;
    if (!hasShareGroups(services)) return { errorCode: errorCode('UNSUPPORTED_VERSION') };
    if (memberId === '' || memberId.length > LONGEST_MEMBER_ID) {
      return { errorCode: errorCode('INVALID_REQUEST') };
    }
    const { response, initialization } = await callAnyGroup<ShareHeartbeatAnswer>(
      context,
      groupId,
      (machine, call, groupContext) => command(machine, call, request, clientOf(context), groupContext),
      (error) => ({ response: { errorCode: errorCode(error) }, initialization: null }),
    );
    // The member need not wait for it.
    if (initialization !== null) void initializeAfterHeartbeat(services, groupId, initialization);
    return response;
  },
});
