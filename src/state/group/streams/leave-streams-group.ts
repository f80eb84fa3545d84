import { type Effects, timerKey } from '../effects.js';
import { type StreamsGroup, UNREVOKED } from './streams-group.js';
import { streamsEpochRecord, streamsMemberTombstones } from './streams-records.js';

/** A member is gone for good: its tasks are free, and the group is assigned anew with the next heartbeat. */
export function leaveStreamsGroup(group: StreamsGroup, memberId: string, effects: Effects): void {
  const { groupId, metadataHash, validatedTopologyEpoch, standbyReplicas } = group;
  effects.write(...streamsMemberTombstones(groupId, memberId));
  const groupEpoch = group.groupEpoch + 1;
  effects.write(streamsEpochRecord(groupId, { groupEpoch, metadataHash, validatedTopologyEpoch, standbyReplicas }));
  effects.disarm(timerKey('streams-session', groupId, memberId));
  effects.disarm(timerKey('streams-rebalance', groupId, memberId));
}

/** Neither a word within the session timeout, nor the tasks back within the rebalance timeout. */
export function onStreamsTimer(
  kind: 'streams-session' | 'streams-rebalance',
  group: StreamsGroup,
  memberId: string,
  effects: Effects,
): void {
  const member = group.members.get(memberId);
  if (member === undefined || (kind === 'streams-rebalance' && member.state !== UNREVOKED)) return;
  leaveStreamsGroup(group, memberId, effects);
}
