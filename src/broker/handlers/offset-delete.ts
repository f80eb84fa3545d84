import { errorCode } from '../../protocol/errors.js';
import { offsetDeleteApi } from '../../protocol/generated/offset-delete.js';
import { deleteOffsets } from '../../state/group/offsets/delete-offsets.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';

export const offsetDelete = handler({
  api: offsetDeleteApi,
  async handle(request, context) {
    const { image } = context.services.metadata;
    const known = request.topics.filter((topic) => image.topics.has(topic.name));
    const unknown = request.topics.filter((topic) => !image.topics.has(topic.name));
    const response = await callGroup<{ errorCode?: number; topics?: object[] }>(
      context,
      request.groupId,
      (machine, call) => deleteOffsets(machine, call, { ...request, topics: known }),
      (error) => ({ errorCode: errorCode(error) }),
    );
    if (response.errorCode) return { errorCode: response.errorCode };
    const missing = unknown.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
      })),
    }));
    return { topics: [...(response.topics ?? []), ...missing] };
  },
});
