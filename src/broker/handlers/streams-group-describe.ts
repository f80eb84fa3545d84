import { streamsGroupDescribeApi } from '../../protocol/generated/streams-group-describe.js';
import { describeStreamsGroup } from '../../state/group/streams/describe-streams-group.js';
import { describeEachGroup, groupsUnsupported } from '../describe-each-group.js';
import { handler } from '../handler.js';

export const streamsGroupDescribe = handler({
  api: streamsGroupDescribeApi,
  handle: (request, context) =>
    context.services.hasStreamsGroups()
      ? describeEachGroup(context, request, describeStreamsGroup)
      : groupsUnsupported(request),
});
