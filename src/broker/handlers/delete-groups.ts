import { errorCode } from '../../protocol/errors.js';
import { deleteGroupsApi } from '../../protocol/generated/delete-groups.js';
import { deleteGroup } from '../../state/group/delete-group.js';
import { beginGroupDeletion, type StateDeletion } from '../../state/group/share/delete-share-state.js';
import { callAnyGroup } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';
import { deleteStates } from '../share-group-states.js';

interface Deleted {
  readonly groupId: string;
  readonly errorCode?: number;
}

export const deleteGroups = handler({
  api: deleteGroupsApi,
  async handle(request, context) {
    return {
      results: await Promise.all([...new Set(request.groupsNames)].map((groupId) => deleteOne(groupId, context))),
    };
  },
});

async function deleteOne(groupId: string, context: RequestContext): Promise<Deleted> {
  const code = await deleteShareState(groupId, context);
  if (code !== 0) return { groupId, errorCode: code };
  return callAnyGroup<Deleted>(
    context,
    groupId,
    (machine, call) => deleteGroup(machine, call, groupId),
    (error) => ({ groupId, errorCode: errorCode(error) }),
  );
}

/** A share group goes when its share coordinators have let go of it. @returns the code of what keeps it from that */
async function deleteShareState(groupId: string, context: RequestContext): Promise<number> {
  const deletion = await callAnyGroup<StateDeletion>(
    context,
    groupId,
    (machine, call, groupContext) => beginGroupDeletion(machine, call, groupId, groupContext),
    (error) => ({ errorCode: errorCode(error), errorMessage: null, partitions: new Map(), missing: [] }),
  );
  if (deletion.errorCode !== 0 || deletion.partitions.size === 0) return deletion.errorCode;
  const [refused] = await deleteStates(context.services, groupId, deletion.partitions);
  return refused === undefined ? 0 : errorCode(refused.refusal.error);
}
