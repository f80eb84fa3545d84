import { type ErrorName, KafkaError } from '../protocol/errors.js';
import type { ClientFacts } from '../state/group/client-facts.js';
import type { GroupCommand } from './group-coordinators.js';
import type { RequestContext } from './handler.js';

/**
 * Runs a command of a group; what keeps it from being run at all becomes the API's own kind of answer. A group with
 * members has a name.
 */
export async function callGroup<Response>(
  context: RequestContext,
  groupId: string,
  command: GroupCommand,
  refuse: (error: ErrorName) => Response,
): Promise<Response> {
  return groupId === '' ? refuse('INVALID_GROUP_ID') : callAnyGroup(context, groupId, command, refuse);
}

/** The same for what consumers of old did without a name: keeping offsets, and looking at groups and removing them. */
export async function callAnyGroup<Response>(
  { services }: RequestContext,
  groupId: string,
  command: GroupCommand,
  refuse: (error: ErrorName) => Response,
): Promise<Response> {
  try {
    return await services.groups.call<Response>(groupId, command);
  } catch (error) {
    if (error instanceof KafkaError) return refuse(coordinatorError(error.error));
    throw error;
  }
}

/** A client is told of the log's troubles as of the coordinator's (as Kafka maps them). */
function coordinatorError(error: ErrorName): ErrorName {
  switch (error) {
    case 'NOT_ENOUGH_REPLICAS':
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    default:
      return error;
  }
}

export const clientOf = ({ clientId, clientHost, version }: RequestContext): ClientFacts => ({
  clientId: clientId ?? '',
  clientHost,
  version,
});

export const topicNames = ({ services }: RequestContext) => ({
  name: (topicId: string) => services.metadata.image.topicsById.get(topicId)?.name,
  id: (topic: string) => services.metadata.image.topics.get(topic)?.id,
});
