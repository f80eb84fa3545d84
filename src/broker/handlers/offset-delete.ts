import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type OffsetDeleteResponsePartition, offsetDeleteApi } from '../../protocol/generated/offset-delete.js';
import { deleteOffsets } from '../../state/group/offsets/delete-offsets.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';
import { joinTopics, refusedPartitions, splitPartitions } from '../split-partitions.js';

type PartitionAnswer = Init<OffsetDeleteResponsePartition>;

export const offsetDelete = handler({
  api: offsetDeleteApi,
  async handle(request, context) {
    const { image } = context.services.metadata;
    const { known, unknown } = splitPartitions(
      request.topics,
      ({ name }, index) => image.partition(name, index) !== undefined,
    );
    const response = await callGroup<{
      errorCode?: number;
      topics?: { name: string; partitions: PartitionAnswer[] }[];
    }>(
      context,
      request.groupId,
      (machine, call) => deleteOffsets(machine, call, { ...request, topics: known }),
      (error) => ({ errorCode: errorCode(error) }),
    );
    if (response.errorCode) return { errorCode: response.errorCode };
    const refused = refusedPartitions(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION'));
    return { topics: joinTopics([...(response.topics ?? []), ...refused]) };
  },
});
