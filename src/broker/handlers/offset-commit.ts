import { errorCode } from '../../protocol/errors.js';
import { offsetCommitApi } from '../../protocol/generated/offset-commit.js';
import { commitOffsets } from '../../state/group/offsets/commit-offsets.js';
import { callGroup, topicNames } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';

const FIRST_VERSION_WITH_TOPIC_IDS = 10;

export const offsetCommit = handler({
  api: offsetCommitApi,
  async handle(request, context) {
    const known = request.topics.filter((topic) => exists(topic.name, context));
    const unknown = request.topics.filter((topic) => !known.includes(topic));
    const refusedTopics = (topics: typeof request.topics, code: number) =>
      topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
      }));
    const response = await callGroup(
      context,
      request.groupId,
      (machine, call, groupContext) =>
        commitOffsets(machine, call, { ...request, topics: known }, context.version, topicNames(context), groupContext),
      (error) => ({ topics: refusedTopics(known, errorCode(error)) }),
    );
    return { topics: [...response.topics, ...refusedTopics(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION'))] };
  },
});

/** By name a topic has to be there; ids are looked at where the offsets are kept. */
const exists = (name: string, { services, version }: RequestContext): boolean =>
  version >= FIRST_VERSION_WITH_TOPIC_IDS || services.metadata.image.topics.has(name);
