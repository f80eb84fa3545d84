import { listPartitionReassignmentsApi } from '../../protocol/generated/list-partition-reassignments.js';
import { listPartitionReassignments as list } from '../../state/controller/reassign-partitions.js';
import { handler } from '../handler.js';

export const listPartitionReassignments = handler({
  api: listPartitionReassignmentsApi,
  handle: (request, { services }) => list(request, services.controller.image),
});
