import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import { groupTombstones } from '../delete-group.js';
import type { GroupMachine } from '../group-machine.js';
import { type CommittedOffset, offsetTombstone } from './offsets.js';

/**
 * Offsets that nobody needs any more: of groups without members since they became empty, of the others for topics that
 * they do not read (KIP-211, KIP-496). A group that is left with nothing goes too.
 */
export function expireOffsets(machine: GroupMachine, nowMs: number, retentionMs: number): GroupRecord[] {
  const records: GroupRecord[] = [];
  for (const group of machine.allGroups()) {
    // Share groups commit nothing.
    if (group.type === 'share') continue;
    const { groupId } = group;
    const isEmpty = group.state === 'Empty';
    const subscribed = isEmpty ? new Set<string>() : group.subscribedTopics();
    if (subscribed === null) continue;
    const sinceMs = isEmpty && group.type === 'classic' && !group.isSimple ? group.stateTimestampMs : 0;
    let kept = machine.offsets.pending.ofGroup(groupId).length;
    const expired: GroupRecord[] = [];
    for (const [topic, partitions] of machine.offsets.topics(groupId)) {
      for (const [partition, committed] of partitions) {
        const isPending = machine.offsets.pending.has(groupId, topic, partition);
        if (!subscribed.has(topic) && !isPending && isExpired(committed, sinceMs, nowMs, retentionMs)) {
          expired.push(offsetTombstone(groupId, topic, partition));
        } else kept++;
      }
    }
    if (kept > 0 || !isEmpty) records.push(...expired);
    else if (expired.length > 0 || group.type === 'classic') records.push(...groupTombstones(machine, groupId));
  }
  return records;
}

function isExpired(committed: CommittedOffset, sinceMs: number, nowMs: number, retentionMs: number): boolean {
  if (committed.expireTimestampMs >= 0) return nowMs >= committed.expireTimestampMs;
  return nowMs - Math.max(committed.commitTimestampMs, sinceMs) >= retentionMs;
}
