import { type ConsumerGroup, type ConsumerMember, STABLE, UNRELEASED, UNREVOKED } from './consumer-group.js';
import { filter, has, isSame, minus, NO_PARTITIONS, type PartitionSet, union } from './partition-sets.js';

/**
 * The next step of a member towards its target: first it gives back what it must not keep, then it gets what nobody
 * else has any more (KIP-848).
 * @param owned what the member says it has; null when it says nothing
 */
export function reconcile(group: ConsumerGroup, member: ConsumerMember, owned: PartitionSet | null): ConsumerMember {
  switch (member.state) {
    case UNREVOKED:
      if (stillHas(owned, member.pendingRevocation)) return member;
      return nextStep(group, { ...member, pendingRevocation: NO_PARTITIONS }, owned);
    case UNRELEASED:
      return nextStep(group, member, owned);
    default:
      return member.memberEpoch === group.targetEpoch ? member : nextStep(group, member, owned);
  }
}

const stillHas = (owned: PartitionSet | null, revoked: PartitionSet): boolean =>
  owned === null || filter(revoked, (topicId, partition) => has(owned, topicId, partition)).size > 0;

function nextStep(group: ConsumerGroup, member: ConsumerMember, owned: PartitionSet | null): ConsumerMember {
  const target = group.target(member.memberId);
  const kept = filter(member.assigned, (topicId, partition) => has(target, topicId, partition));
  const toRevoke = minus(member.assigned, target);
  // Whatever changes, the epoch that the member has now becomes its previous one.
  const base = { ...member, previousMemberEpoch: member.memberEpoch };
  // A member that joins again has nothing to give back, and its next epoch must not wait for it.
  if (toRevoke.size > 0 && stillHas(owned, toRevoke)) {
    return { ...base, state: UNREVOKED, assigned: kept, pendingRevocation: toRevoke };
  }
  const owners = group.owners();
  const isFree = (topicId: string, partition: number): boolean => {
    const owner = owners.get(`${topicId}:${partition}`);
    return owner === undefined || owner === member.memberId;
  };
  const wanted = minus(target, kept);
  const free = filter(wanted, isFree);
  const allFree = minus(wanted, free).size === 0;
  return {
    ...base,
    state: allFree ? STABLE : UNRELEASED,
    memberEpoch: group.targetEpoch,
    assigned: union(kept, free),
    pendingRevocation: NO_PARTITIONS,
  };
}

/** Whether nothing is to be written, as when a member waits on for partitions of others. */
export const isSameStep = (before: ConsumerMember, after: ConsumerMember): boolean =>
  before.state === after.state &&
  before.memberEpoch === after.memberEpoch &&
  before.previousMemberEpoch === after.previousMemberEpoch &&
  isSame(before.assigned, after.assigned) &&
  isSame(before.pendingRevocation, after.pendingRevocation);
