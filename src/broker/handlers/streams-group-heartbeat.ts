import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import {
  type StreamsGroupHeartbeatRequest,
  type StreamsGroupHeartbeatResponse,
  streamsGroupHeartbeatApi,
} from '../../protocol/generated/streams-group-heartbeat.js';
import { isTopicName } from '../../state/controller/topic-name.js';
import type { InternalTopic } from '../../state/group/streams/configured-topology.js';
import type { StreamsHeartbeatAnswer } from '../../state/group/streams/streams-answer.js';
import { streamsGroupHeartbeat as command } from '../../state/group/streams/streams-heartbeat.js';
import { STATUS } from '../../state/group/streams/topic-problem.js';
import { callAnyGroup, clientOf } from '../group-call.js';
import { handler } from '../handler.js';
import { isInternalTopic } from '../internal-topics.js';
import type { BrokerServices } from '../services.js';

/** As many errors are told of at once. */
const MOST_ERRORS = 3;

type Response = Init<StreamsGroupHeartbeatResponse>;

export const streamsGroupHeartbeat = handler({
  api: streamsGroupHeartbeatApi,
  async handle(request, context): Promise<Response> {
    const { services } = context;
    if (!services.hasStreamsGroups()) return { errorCode: errorCode('UNSUPPORTED_VERSION') };
    const problem = topologyProblem(request);
    if (problem !== null) return { errorCode: errorCode('STREAMS_INVALID_TOPOLOGY'), errorMessage: problem };
    const { response, missingTopics } = await callAnyGroup<StreamsHeartbeatAnswer>(
      context,
      request.groupId,
      (machine, call, groupContext) => command(machine, call, request, clientOf(context), groupContext),
      (error) => ({ response: { errorCode: errorCode(error) }, missingTopics: [] }),
    );
    return missingTopics.length === 0 ? response : withCreation(response, missingTopics, services);
  },
});

/** An application may use neither the broker's own topics nor names that no topic can have. */
function topologyProblem({ topology }: StreamsGroupHeartbeatRequest): string | null {
  const names = topology?.subtopologies.flatMap((subtopology) => [
    ...subtopology.sourceTopics,
    ...subtopology.repartitionSinkTopics,
    ...subtopology.repartitionSourceTopics.map(({ name }) => name),
    ...subtopology.stateChangelogTopics.map(({ name }) => name),
  ]);
  const required = [...new Set(names)];
  const internal = required.filter(isInternalTopic);
  if (internal.length > 0) {
    return `Use of Kafka internal topics ${internal.join(',')} in a Kafka Streams topology is prohibited.`;
  }
  const invalid = required.filter((name) => !isTopicName(name));
  return invalid.length > 0 ? `Topic names ${invalid.join(',')} are not valid topic names.` : null;
}

/** Has the topics made; the member hears of those that could not be made the last time. */
function withCreation(
  response: Response,
  topics: readonly InternalTopic[],
  { streamsTopics }: BrokerServices,
): Response {
  streamsTopics.create(topics, 2 * (response.heartbeatIntervalMs ?? 0));
  const errors = topics.flatMap(({ name }) => {
    const refusal = streamsTopics.refusalOf(name);
    return refusal === null ? [] : `${name} (${refusal})`;
  });
  if (errors.length === 0) return response;
  const shown = errors.slice(0, MOST_ERRORS).join(', ');
  const all = errors.length > MOST_ERRORS ? `${shown} and ${errors.length - MOST_ERRORS} more` : shown;
  const status = response.status?.map((one) =>
    one.statusCode === STATUS.missingInternalTopics
      ? { ...one, statusDetail: `${one.statusDetail}; Creation failed: ${all}.` }
      : one,
  );
  return { ...response, status };
}
