import { alterPartitionReassignmentsApi } from '../../protocol/generated/alter-partition-reassignments.js';
import { alterPartitionReassignments as command } from '../../state/controller/reassign-partitions.js';
import { handler } from '../handler.js';

export const alterPartitionReassignments = handler({
  api: alterPartitionReassignmentsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
