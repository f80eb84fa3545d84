import { shareGroupDescribeApi } from '../../protocol/generated/share-group-describe.js';
import { describeShareGroup } from '../../state/group/share/describe-share-group.js';
import { describeEachGroup, groupsUnsupported } from '../describe-each-group.js';
import { handler } from '../handler.js';
import { hasShareGroups } from '../share-group-states.js';

export const shareGroupDescribe = handler({
  api: shareGroupDescribeApi,
  handle(request, context) {
    if (!hasShareGroups(context.services)) return groupsUnsupported(request);
    const { image } = context.services.metadata;
    return describeEachGroup(context, request, (machine, groupId) => describeShareGroup(machine, groupId, image));
  },
});
