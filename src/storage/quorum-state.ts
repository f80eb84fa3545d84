import { ZERO_UUID } from '../base/bytes.js';
import { CorruptLogError } from './storage-error.js';

/** Who leads the metadata quorum and for whom this node voted, as it must survive a restart. */
export interface QuorumState {
  readonly leaderEpoch: number;
  /** -1: not known. */
  readonly leaderId: number;
  /** -1: no vote in this epoch. */
  readonly votedId: number;
  readonly votedDirectoryId: string;
  /** The static voters; null in a dynamic quorum (kraft.version 1), where the log holds them. */
  readonly voterIds: readonly number[] | null;
}

/** `quorum-state`: version 0 of its JSON with static voters, version 1 in a dynamic quorum. */
export function encodeQuorumState(state: QuorumState): string {
  const { leaderId, leaderEpoch, votedId, votedDirectoryId, voterIds } = state;
  if (voterIds === null) return JSON.stringify({ leaderId, leaderEpoch, votedId, votedDirectoryId, data_version: 1 });
  const currentVoters = voterIds.map((voterId) => ({ voterId }));
  return JSON.stringify({
    clusterId: '',
    leaderId,
    leaderEpoch,
    votedId,
    appliedOffset: 0,
    currentVoters,
    data_version: 0,
  });
}

/** @throws CorruptLogError when the text is no quorum state */
export function decodeQuorumState(text: string, path: string): QuorumState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CorruptLogError(path, `${path} is not JSON`, cause);
  }
  const fields = json as Record<string, unknown>;
  const version = fields.data_version;
  if (version !== 0 && version !== 1)
    throw new CorruptLogError(path, `${path} has data_version ${version}, not 0 or 1`);
  const number = (name: string): number => {
    const value = fields[name];
    if (!Number.isSafeInteger(value)) throw new CorruptLogError(path, `${path} has no number '${name}'`);
    return value as number;
  };
  return {
    leaderId: number('leaderId'),
    leaderEpoch: number('leaderEpoch'),
    votedId: number('votedId'),
    votedDirectoryId: typeof fields.votedDirectoryId === 'string' ? fields.votedDirectoryId : ZERO_UUID,
    voterIds: version === 1 ? null : voterIdsOf(fields.currentVoters, path),
  };
}

function voterIdsOf(value: unknown, path: string): number[] {
  const voters = Array.isArray(value) ? (value as { voterId?: unknown }[]) : [];
  return voters.map(({ voterId }) => {
    if (!Number.isSafeInteger(voterId)) throw new CorruptLogError(path, `${path} has a voter without a 'voterId'`);
    return voterId as number;
  });
}
