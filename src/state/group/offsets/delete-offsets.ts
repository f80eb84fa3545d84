import type { CallId } from '../../../base/machine.js';
import { type ErrorName, errorCode } from '../../../protocol/errors.js';
import type { OffsetDeleteRequest } from '../../../protocol/generated/offset-delete.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { offsetTombstone } from './offsets.js';

/** Offsets of topics that the group does not read any more. */
export function deleteOffsets(machine: GroupMachine, call: CallId, request: OffsetDeleteRequest): Effects {
  const effects = new Effects();
  const subscribed = subscribedTopics(machine, request.groupId);
  if (typeof subscribed === 'string') return effects.reply(call, { errorCode: errorCode(subscribed) });
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => {
      if (subscribed.has(name)) return { partitionIndex, errorCode: errorCode('GROUP_SUBSCRIBED_TO_TOPIC') };
      const { offsets } = machine;
      const isPending = offsets.pending.has(request.groupId, name, partitionIndex);
      if (isPending || offsets.get(request.groupId, name, partitionIndex) !== undefined) {
        effects.write(offsetTombstone(request.groupId, name, partitionIndex));
      }
      return { partitionIndex, errorCode: 0 };
    }),
  }));
  return effects.reply(call, { topics });
}

function subscribedTopics(machine: GroupMachine, groupId: string): Set<string> | ErrorName {
  const modern = machine.consumerGroup(groupId) ?? machine.streamsGroup(groupId);
  if (modern !== null) return modern.isEmpty ? new Set() : modern.subscribedTopics();
  const group = machine.classicGroup(groupId);
  if (group === null || group.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
  if (group.isEmpty) return new Set();
  return group.protocolType === 'consumer' ? (group.subscribedTopics() ?? new Set()) : 'NON_EMPTY_GROUP';
}
