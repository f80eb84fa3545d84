import { consumerGroupDescribeApi } from '../../protocol/generated/consumer-group-describe.js';
import { describeConsumerGroup } from '../../state/group/consumer/describe-consumer-group.js';
import { describeEachGroup } from '../describe-each-group.js';
import { handler } from '../handler.js';

export const consumerGroupDescribe = handler({
  api: consumerGroupDescribeApi,
  handle(request, context) {
    const { image } = context.services.metadata;
    return describeEachGroup(context, request, (machine, groupId) => describeConsumerGroup(machine, groupId, image));
  },
});
