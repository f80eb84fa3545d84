import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type OffsetDeleteResponsePartition, offsetDeleteApi } from '../../protocol/generated/offset-delete.js';
import { deleteOffsets } from '../../state/group/offsets/delete-offsets.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

type PartitionAnswer = Init<OffsetDeleteResponsePartition>;

export const offsetDelete = handler({
  api: offsetDeleteApi,
  async handle(request, context) {
    const { image } = context.services.metadata;
    const split = (wanted: boolean) =>
      request.topics
        .map(({ name, partitions }) => ({
          name,
          partitions: partitions.filter(
            ({ partitionIndex }) => (image.partition(name, partitionIndex) !== undefined) === wanted,
          ),
        }))
        .filter(({ partitions }) => partitions.length > 0);
    const known = split(true);
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
    const missing = split(false).map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
      })),
    }));
    // A topic that has partitions of both kinds is answered once.
    const byName = new Map<string, PartitionAnswer[]>();
    for (const { name, partitions } of [...(response.topics ?? []), ...missing]) {
      byName.set(name, [...(byName.get(name) ?? []), ...partitions]);
    }
    return { topics: [...byName].map(([name, partitions]) => ({ name, partitions })) };
  },
});
