import type { ErrorName } from '../../../protocol/errors.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';

interface Commit {
  readonly memberId: string;
  /** Or generation. */
  readonly memberEpoch: number;
  /** By topic id; a topic that is not known by one is left out. */
  readonly topics: readonly { readonly topicId: string | undefined; readonly partitions: readonly number[] }[];
}

/**
 * Why a member of a consumer group may not commit; one partition is enough for all. What was committed in an older
 * epoch still counts for partitions that the member has had since then or before (KIP-1251).
 */
export function commitProblem(group: ConsumerGroup, commit: Commit): ErrorName | null {
  const member = group.members.get(commit.memberId);
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  const { memberEpoch, assignmentEpochs, classic } = member;
  if (commit.memberEpoch === memberEpoch) return null;
  const isLate = ({ topicId, partitions }: Commit['topics'][number]): boolean =>
    partitions.some((partition) => {
      const since = assignmentEpochs.get(topicId ?? '')?.get(partition);
      return since === undefined || commit.memberEpoch < since;
    });
  if (commit.memberEpoch < memberEpoch && !commit.topics.some(isLate)) return null;
  return classic === null ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION';
}
