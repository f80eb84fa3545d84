import { KafkaError } from '../../protocol/errors.js';
import type { PartitionState } from '../metadata/partition-state.js';

/** The replicas of a partition while it moves (KIP-455). */
export interface MovingReplicas {
  readonly replicas: readonly number[];
  readonly removing: readonly number[];
  readonly adding: readonly number[];
}

/** While a partition moves it has the replicas of both sides, those that it keeps or gets first. */
export function movingReplicas(current: readonly number[], target: readonly number[]): MovingReplicas {
  const removing = difference(current, target);
  return { replicas: [...target, ...removing], removing, adding: difference(target, current) };
}

const difference = (of: readonly number[], without: readonly number[]): number[] =>
  [...new Set(of)].filter((id) => !without.includes(id)).sort((a, b) => a - b);

/** @returns what is left once enough of them are in sync; null while they are not, or when nothing moves */
export function completedReassignment(
  moving: MovingReplicas,
  isr: readonly number[],
): { replicas: readonly number[]; isr: readonly number[] } | null {
  if (moving.removing.length === 0 && moving.adding.length === 0) return null;
  const stays = (id: number): boolean => !moving.removing.includes(id);
  const leftIsr = isr.filter(stays);
  const replicas = moving.replicas.filter(stays);
  if (leftIsr.length === 0 || replicas.length === 0) return null;
  // With fewer replicas than before all that stay have to be in sync, else the ones that were added.
  const needed = moving.removing.length > moving.adding.length ? replicas : moving.adding;
  return needed.every((id) => leftIsr.includes(id)) ? { replicas, isr: leftIsr } : null;
}

/**
 * The replicas as they were before the move; `unclean` when all that are in sync were to be added, and one that may
 * have less has to lead.
 *
 * @throws KafkaError INVALID_REPLICA_ASSIGNMENT
 */
export function revertedReplicas({ replicas, isr, addingReplicas }: PartitionState): {
  replicas: readonly number[];
  isr: readonly number[];
  unclean: boolean;
} {
  const before = replicas.filter((id) => !addingReplicas.includes(id));
  const [first] = before;
  if (first === undefined) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      'Invalid replica assignment: addingReplicas contains all replicas.',
    );
  }
  const left = isr.filter((id) => !addingReplicas.includes(id));
  return left.length > 0
    ? { replicas: before, isr: left, unclean: false }
    : { replicas: before, isr: [first], unclean: true };
}
