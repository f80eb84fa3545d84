import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import type { GroupRecord } from '../../protocol/generated/group-coordinator-records.js';
import { groupTombstone } from './classic/classic-group.js';
import { consumerGroupTombstones } from './consumer/consumer-records.js';
import { Effects } from './effects.js';
import type { GroupMachine } from './group-machine.js';
import { offsetTombstone } from './offsets/offsets.js';
import { shareGroupTombstones } from './share/share-records.js';
import { streamsGroupTombstones } from './streams/streams-records.js';

/** A group goes with its offsets, when nobody is in it. */
export function deleteGroup(machine: GroupMachine, call: CallId, groupId: string): Effects {
  const effects = new Effects();
  const group = machine.group(groupId);
  if (group === null) return effects.reply(call, { groupId, errorCode: errorCode('GROUP_ID_NOT_FOUND') });
  if (group.state !== 'Empty') return effects.reply(call, { groupId, errorCode: errorCode('NON_EMPTY_GROUP') });
  return effects.write(...groupTombstones(machine, groupId)).reply(call, { groupId });
}

export function groupTombstones(machine: GroupMachine, groupId: string): GroupRecord[] {
  const offsets = [...machine.offsets.topics(groupId)].flatMap(([topic, partitions]) =>
    [...partitions.keys()].map((partition) => offsetTombstone(groupId, topic, partition)),
  );
  const pending = machine.offsets.pending
    .ofGroup(groupId)
    .filter(({ topic, partition }) => machine.offsets.get(groupId, topic, partition) === undefined)
    .map(({ topic, partition }) => offsetTombstone(groupId, topic, partition));
  return [...offsets, ...pending, ...ownTombstones(machine, groupId)];
}

function ownTombstones(machine: GroupMachine, groupId: string): GroupRecord[] {
  switch (machine.group(groupId)?.type) {
    case 'consumer':
      return consumerGroupTombstones(groupId);
    case 'share':
      return shareGroupTombstones(groupId);
    case 'streams':
      return streamsGroupTombstones(groupId);
    default:
      return [groupTombstone(groupId)];
  }
}
