import type { MetadataImage } from '../../metadata/image.js';
import { type ClassicGroup, CONSUMER_PROTOCOL, NO_ASSIGNMENT } from '../classic/classic-group.js';
import { metadataFor } from '../classic/classic-member.js';
import { armSession, type GroupCommandContext, rebalanceOrComplete } from '../classic/rebalance.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';
import { consumerGroupTombstones } from '../consumer/consumer-records.js';
import { disarmMember } from '../consumer/consumer-timers.js';
import type { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { assignmentBytes } from './embedded-protocol.js';

/** Whether a consumer group goes back to the classic protocol once these members are gone (KIP-848). */
export function mayDowngrade(
  group: ConsumerGroup,
  leaving: ReadonlySet<string>,
  { settings }: GroupCommandContext,
): boolean {
  const { migrationPolicy, maxSize } = settings;
  const left = group.members.size - leaving.size;
  if (left <= 0 || left > maxSize || !group.isClassicWithout(leaving)) return false;
  return migrationPolicy === 'downgrade' || migrationPolicy === 'bidirectional';
}

export interface Downgrade {
  readonly leaving: ReadonlySet<string>;
  readonly generation: number;
  /** What the members have is not what they are to have. */
  readonly rebalances: boolean;
}

/**
 * The members that are left, who all speak the classic protocol, become a classic group with the target for its
 * assignment. It is live at once: its record says less than it knows.
 */
export function downgrade(
  machine: GroupMachine,
  group: ConsumerGroup,
  { leaving, generation, rebalances }: Downgrade,
  effects: Effects,
  context: GroupCommandContext,
): ClassicGroup {
  const { groupId } = group;
  effects.write(...consumerGroupTombstones(groupId, [...group.members.keys()], [...group.patterns.keys()]));
  for (const memberId of group.members.keys()) disarmMember(group, memberId, effects);
  const classic = machine.createClassicGroup(groupId, context.nowMs);
  addMembers(classic, group, leaving);
  classic.state = 'Stable';
  classic.previousState = 'Stable';
  classic.generation = generation;
  classic.protocol = classic.selectProtocol();
  for (const member of classic.members.values()) {
    const subscription = metadataFor(member, classic.protocol);
    const target = group.target(member.memberId);
    member.assignment = assignmentBytes(target, context.image as MetadataImage, subscription);
    armSession(classic, member, effects, context);
  }
  effects.write(classic.record(null));
  if (rebalances) rebalanceOrComplete(classic, effects, context);
  return classic;
}

function addMembers(classic: ClassicGroup, group: ConsumerGroup, leaving: ReadonlySet<string>): void {
  for (const member of group.members.values()) {
    if (member.classic === null || leaving.has(member.memberId)) continue;
    classic.add({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      sessionTimeoutMs: member.classic.sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      protocolType: CONSUMER_PROTOCOL,
      protocols: member.classic.protocols,
      assignment: NO_ASSIGNMENT,
      joinCall: null,
      syncCall: null,
      isNew: false,
    });
  }
  classic.memberAdded = false;
}
