import type { ErrorName } from '../../../protocol/errors.js';
import type { StreamsGroup } from './streams-group.js';
import { readersOf } from './topology.js';

interface Commit {
  readonly memberId: string;
  readonly memberEpoch: number;
  /** A topic that is not known by name is left out. */
  readonly topics: readonly { readonly name: string | undefined; readonly partitions: readonly number[] }[];
}

/**
 * Why a member of a streams group may not commit; one partition is enough for all. What was committed in an older epoch
 * still counts for tasks that the member has had since then or before (KIP-1251).
 */
export function streamsCommitProblem(group: StreamsGroup, { memberId, memberEpoch, topics }: Commit): ErrorName | null {
  const member = group.members.get(memberId);
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  if (memberEpoch === member.memberEpoch) return null;
  if (memberEpoch > member.memberEpoch || group.topology === null) return 'STALE_MEMBER_EPOCH';
  const readers = readersOf(group.topology);
  const isLate = topics.some(({ name, partitions }) =>
    partitions.some((partition) => {
      const since = member.assignmentEpochs.get(readers.get(name ?? '') ?? '')?.get(partition);
      return since === undefined || memberEpoch < since;
    }),
  );
  return isLate ? 'STALE_MEMBER_EPOCH' : null;
}
