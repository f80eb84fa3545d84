import { createTopicsApi } from '../../protocol/generated/create-topics.js';
import { createTopics as command } from '../../state/controller/create-topics.js';
import { handler } from '../handler.js';

export const createTopics = handler({
  api: createTopicsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
