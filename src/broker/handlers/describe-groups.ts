import { describeGroupsApi } from '../../protocol/generated/describe-groups.js';
import { describeClassicGroup } from '../../state/group/describe-groups.js';
import { describeEachGroup } from '../describe-each-group.js';
import { callAnyGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const describeGroups = handler({
  api: describeGroupsApi,
  handle: ({ groups, includeAuthorizedOperations }, context) =>
    describeEachGroup(
      context,
      { groupIds: groups, includeAuthorizedOperations },
      (machine, groupId) => describeClassicGroup(machine, groupId, context.version),
      callAnyGroup,
    ),
});
