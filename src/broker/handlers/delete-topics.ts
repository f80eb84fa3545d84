import { ZERO_UUID } from '../../base/bytes.js';
import { deleteTopicsApi } from '../../protocol/generated/delete-topics.js';
import { deleteTopics as command } from '../../state/controller/delete-topics.js';
import { handler } from '../handler.js';

const FIRST_VERSION_WITH_IDS = 6;

export const deleteTopics = handler({
  api: deleteTopicsApi,
  handle(request, { services, version }) {
    const topics =
      version >= FIRST_VERSION_WITH_IDS
        ? request.topics
        : request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }));
    return services.controller.run((call, context) => command(call, topics, context));
  },
});
