import type { ClassicGroup } from '../../../src/state/group/classic/classic-group.js';
import type { ConsumerGroup } from '../../../src/state/group/consumer/consumer-group.js';
import type { GroupMachine } from '../../../src/state/group/group-machine.js';
import { GROUP } from './group-world.js';

/**
 * What of a machine its records have to bring back, as text. A classic group between two generations has members that
 * no record knows of; then there is nothing to compare, and this is null.
 */
export function hardStateOf(machine: GroupMachine): { readonly group: string | null; readonly offsets: string } {
  const consumerGroup = machine.consumerGroup(GROUP);
  return {
    group: consumerGroup === null ? classicState(machine.classicGroup(GROUP)) : consumerState(consumerGroup),
    offsets: offsetsOf(machine),
  };
}

const consumerState = (group: ConsumerGroup): string =>
  JSON.stringify({
    groupEpoch: group.groupEpoch,
    hash: String(group.metadataHash),
    targetEpoch: group.targetEpoch,
    members: [...group.members.values()].map(({ assigned, pendingRevocation, assignmentEpochs, ...rest }) => [
      Object.entries(rest).sort(),
      [...assigned],
      [...pendingRevocation],
      [...assignmentEpochs].map(([topicId, epochs]) => [topicId, [...epochs].sort()]).sort(),
    ]),
    patterns: [...group.patterns],
    targets: [...group.targets].map(([member, target]) => [member, [...target]]),
  });

function classicState(group: ClassicGroup | null): string | null {
  if (group === null) return 'none';
  if (group.state === 'Empty') return `empty after generation ${group.generation}`;
  if (group.state !== 'Stable') return null;
  const record = group.record(null);
  if (record.type !== 'GroupMetadata' || record.value === null) throw new Error('no record of a group');
  const { members, currentStateTimestamp: _, ...rest } = record.value;
  return JSON.stringify([
    rest,
    members.map(({ subscription, assignment, ...member }) => [
      Object.entries(member).sort(),
      subscription.toString('hex'),
      assignment.toString('hex'),
    ]),
  ]);
}

const offsetsOf = ({ offsets }: GroupMachine): string =>
  JSON.stringify(
    [...offsets.groups()].map((group) => [
      group,
      [...offsets.topics(group)].map(([topic, partitions]) => [
        topic,
        [...partitions].map(([partition, committed]) => [partition, Object.entries(committed).sort()]),
      ]),
    ]),
  );
