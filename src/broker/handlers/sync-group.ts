import { syncGroupApi } from '../../protocol/generated/sync-group.js';
import { syncFailure } from '../../state/group/classic/rebalance.js';
import { syncGroup as command } from '../../state/group/classic/sync-group.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

const FIRST_VERSION_WITH_PROTOCOL = 5;

export const syncGroup = handler({
  api: syncGroupApi,
  handle(request, context) {
    const unnamed = request.protocolType === null || request.protocolName === null;
    if (context.version >= FIRST_VERSION_WITH_PROTOCOL && unnamed) return syncFailure('INCONSISTENT_GROUP_PROTOCOL');
    return callGroup(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, groupContext),
      syncFailure,
    );
  },
});
