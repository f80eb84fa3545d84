import { epochsOf } from '../assignment/assignment-epochs.js';
import { filter, has, isSame, minus, NO_PARTITIONS, type PartitionSet, union } from '../assignment/partition-sets.js';
import { type ConsumerGroup, type ConsumerMember, STABLE, UNRELEASED, UNREVOKED } from './consumer-group.js';

export interface MemberSubscription {
  readonly topicIds: ReadonlySet<string>;
  /** With the request that is being answered. */
  readonly hasChanged: boolean;
}

/**
 * The next step of a member towards its target: first it gives back what it must not keep, then it gets what nobody
 * else has any more (KIP-848).
 * @param owned what the member says it has; null when it says nothing
 */
export function reconcile(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: PartitionSet | null,
  subscription: MemberSubscription,
): ConsumerMember {
  switch (member.state) {
    case UNREVOKED:
      if (stillHas(owned, member.pendingRevocation)) return withoutUnread(member, owned, subscription);
      return nextStep(group, { ...member, pendingRevocation: NO_PARTITIONS }, owned, subscription);
    case UNRELEASED:
      return nextStep(group, member, owned, subscription);
    default:
      return member.memberEpoch === group.targetEpoch
        ? withoutUnread(member, owned, subscription)
        : nextStep(group, member, owned, subscription);
  }
}

const stillHas = (owned: PartitionSet | null, revoked: PartitionSet): boolean =>
  owned === null || filter(revoked, (topicId, partition) => has(owned, topicId, partition)).size > 0;

function nextStep(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: PartitionSet | null,
  { topicIds }: MemberSubscription,
): ConsumerMember {
  // A target may be older than the subscription.
  const target = filter(group.target(member.memberId), (topicId) => topicIds.has(topicId));
  const kept = filter(member.assigned, (topicId, partition) => has(target, topicId, partition));
  const toRevoke = minus(member.assigned, target);
  // Whatever changes, the epoch that the member has now becomes its previous one.
  const base = { ...member, previousMemberEpoch: member.memberEpoch };
  // A member that joins again has nothing to give back, and its next epoch must not wait for it.
  if (toRevoke.size > 0 && stillHas(owned, toRevoke)) {
    const assignmentEpochs = epochsOf([kept, toRevoke], member.assignmentEpochs, member.memberEpoch);
    return { ...base, state: UNREVOKED, assigned: kept, pendingRevocation: toRevoke, assignmentEpochs };
  }
  const owners = group.owners();
  const isFree = (topicId: string, partition: number): boolean => {
    const owner = owners.get(`${topicId}:${partition}`);
    return owner === undefined || owner === member.memberId;
  };
  const wanted = minus(target, kept);
  const free = filter(wanted, isFree);
  const allFree = minus(wanted, free).size === 0;
  const keptEpochs = epochsOf([kept], member.assignmentEpochs, group.targetEpoch);
  return {
    ...base,
    state: allFree ? STABLE : UNRELEASED,
    memberEpoch: group.targetEpoch,
    assigned: union(kept, free),
    pendingRevocation: NO_PARTITIONS,
    assignmentEpochs: epochsOf([kept, free], keptEpochs, group.targetEpoch),
  };
}

/** What a member does not read any more it gives back at once, though the next target may be a while off. */
function withoutUnread(
  member: ConsumerMember,
  owned: PartitionSet | null,
  { topicIds, hasChanged }: MemberSubscription,
): ConsumerMember {
  if (!hasChanged) return member;
  const unread = filter(member.assigned, (topicId) => !topicIds.has(topicId));
  if (unread.size === 0) return member;
  const pendingRevocation = union(member.pendingRevocation, unread);
  const after = {
    ...member,
    previousMemberEpoch: member.memberEpoch,
    assigned: minus(member.assigned, unread),
  };
  if (stillHas(owned, pendingRevocation)) return { ...after, state: UNREVOKED, pendingRevocation };
  const assignmentEpochs = epochsOf([after.assigned, member.pendingRevocation], member.assignmentEpochs, 0);
  return { ...after, assignmentEpochs };
}

/** Whether nothing is to be written, as when a member waits on for partitions of others. */
export const isSameStep = (before: ConsumerMember, after: ConsumerMember): boolean =>
  before.state === after.state &&
  before.memberEpoch === after.memberEpoch &&
  before.previousMemberEpoch === after.previousMemberEpoch &&
  isSame(before.assigned, after.assigned) &&
  isSame(before.pendingRevocation, after.pendingRevocation);
