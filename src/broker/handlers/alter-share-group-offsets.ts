import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode, errorNamed } from '../../protocol/errors.js';
import {
  type AlterShareGroupOffsetsResponse,
  alterShareGroupOffsetsApi,
} from '../../protocol/generated/alter-share-group-offsets.js';
import { type AlterShareOffsetsAnswer, alterShareOffsets } from '../../state/group/share/alter-share-offsets.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';
import { hasShareGroups, initializeForAdministrator } from '../share-group-states.js';

const refusal = (error: ErrorName, errorMessage: string | null = errorNamed(error).message) => ({
  errorCode: errorCode(error),
  errorMessage,
});

export const alterShareGroupOffsets = handler({
  api: alterShareGroupOffsetsApi,
  async handle(request, context): Promise<Init<AlterShareGroupOffsetsResponse>> {
    const { services } = context;
    const { groupId } = request;
    if (!hasShareGroups(services)) return refusal('UNSUPPORTED_VERSION');
    const { topics } = services.metadata.image;
    const answer = await callGroup<AlterShareOffsetsAnswer>(
      context,
      groupId,
      (machine, call, groupContext) => alterShareOffsets(machine, call, request, groupContext),
      (error) => ({ ...refusal(error), topics: [], initialization: { stateEpoch: 0, partitions: [] } }),
    );
    const { errorMessage, initialization } = answer;
    if (answer.errorCode !== 0) return { errorCode: answer.errorCode, errorMessage };
    const refused = new Map(
      (await initializeForAdministrator(services, groupId, initialization)).map(({ key, refusal: why }) => [
        `${key.topicId}:${key.partition}`,
        refusal(why.error, why.message),
      ]),
    );
    const unknown = request.topics
      .filter(({ topicName }) => !topics.has(topicName))
      .map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          ...refusal('UNKNOWN_TOPIC_OR_PARTITION'),
        })),
      }));
    const known = answer.topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions?.map((partition) => ({
        ...partition,
        ...refused.get(`${topic.topicId}:${partition.partitionIndex}`),
      })),
    }));
    return { responses: [...unknown, ...known] };
  },
});
