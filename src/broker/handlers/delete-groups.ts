import { errorCode } from '../../protocol/errors.js';
import { deleteGroupsApi } from '../../protocol/generated/delete-groups.js';
import { deleteGroup } from '../../state/group/delete-group.js';
import { callAnyGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const deleteGroups = handler({
  api: deleteGroupsApi,
  async handle(request, context) {
    const results = await Promise.all(
      [...new Set(request.groupsNames)].map((groupId) =>
        callAnyGroup<{ groupId: string; errorCode?: number }>(
          context,
          groupId,
          (machine, call) => deleteGroup(machine, call, groupId),
          (error) => ({ groupId, errorCode: errorCode(error) }),
        ),
      ),
    );
    return { results };
  },
});
