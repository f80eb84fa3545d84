import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import type { DescribedGroup } from '../../protocol/generated/describe-groups.js';
import type { ListedGroup } from '../../protocol/generated/list-groups.js';
import { metadataFor } from './classic/classic-member.js';
import type { GroupMachine } from './group-machine.js';

/** From here on a group that is not there is an error and not a dead group. */
const FIRST_VERSION_WITH_NOT_FOUND = 6;

export function describeClassicGroup(machine: GroupMachine, groupId: string, version: number): Init<DescribedGroup> {
  const group = machine.classicGroup(groupId);
  if (group === null) {
    const isOther = machine.group(groupId) !== null;
    const errorMessage = isOther ? `Group ${groupId} is not a classic group.` : `Group ${groupId} not found.`;
    return version >= FIRST_VERSION_WITH_NOT_FOUND
      ? { groupId, groupState: 'Dead', errorCode: errorCode('GROUP_ID_NOT_FOUND'), errorMessage }
      : { groupId, groupState: 'Dead' };
  }
  const isStable = group.state === 'Stable';
  return {
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocol ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? metadataFor(member, group.protocol) : undefined,
      memberAssignment: member.assignment,
    })),
  };
}

/** Names of states and types compare without regard to case; an empty filter lets all through. */
export function listGroups(machine: GroupMachine, states: readonly string[], types: readonly string[]): ListedGroup[] {
  const wantedStates = states.map((state) => state.toLowerCase());
  const wantedTypes = types.map((type) => type.toLowerCase());
  return machine
    .allGroups()
    .map((group) => ({
      groupId: group.groupId,
      protocolType: group.type === 'classic' ? (group.protocolType ?? '') : group.type,
      groupState: group.state,
      groupType: group.type,
    }))
    .filter(({ groupState, groupType }) => {
      const stateFits =
        wantedStates.length === 0 ||
        wantedStates.includes(groupState === 'NotReady' ? 'not_ready' : groupState.toLowerCase());
      return stateFits && (wantedTypes.length === 0 || wantedTypes.includes(groupType));
    });
}
