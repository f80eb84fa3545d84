import { createPartitionsApi } from '../../protocol/generated/create-partitions.js';
import { createPartitions as command } from '../../state/controller/create-partitions.js';
import { handler } from '../handler.js';

export const createPartitions = handler({
  api: createPartitionsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
