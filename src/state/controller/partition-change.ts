import { inHashOrder } from '../../base/java-hash-order.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { PartitionChangeRecord } from '../../protocol/generated/partition-change-record.js';
import { partitionChangeRecord } from '../metadata/new-records.js';
import { NO_LEADER, type PartitionState, RECOVERING } from '../metadata/partition-state.js';
import { completedReassignment } from './reassignment-replicas.js';

/**
 * Whom an election looks for: the first replica where it can lead; anybody in sync, with the leader staying where it
 * can; or, where nobody is in sync, anybody at all.
 */
export type Election = 'preferred' | 'online' | 'unclean';

/** What is known of the cluster around the partition. */
export interface PartitionRules {
  readonly minInsyncReplicas: number;
  /** Whether eligible leader replicas are kept (KIP-966). */
  readonly keepsEligible: boolean;
  isAcceptableLeader(brokerId: number): boolean;
  /** The directory of a replica that is new on a broker. */
  defaultDirectory(brokerId: number): string;
}

/** What is wanted of the partition; what is left out stays as it is. */
export interface PartitionTarget {
  readonly isr?: readonly number[];
  readonly replicas?: readonly number[];
  readonly removingReplicas?: readonly number[];
  readonly addingReplicas?: readonly number[];
  readonly leaderRecoveryState?: number;
  readonly election?: Election;
  /** Replicas of brokers that did not stop cleanly: what they hold cannot be trusted. */
  readonly uncleanShutdown?: readonly number[];
  /** Whether the last leader may lead again when nobody is eligible. */
  readonly electsLastKnown?: boolean;
  /** Directories of single replicas, by broker. */
  readonly directories?: ReadonlyMap<number, string>;
}

/** The parts of a partition that a change works on. */
interface Draft {
  isr: readonly number[];
  replicas: readonly number[];
  removing: readonly number[];
  adding: readonly number[];
  elr: readonly number[];
  lastKnownElr: readonly number[];
  recovery: number;
}

/** @returns the record that brings a partition to what is wanted, with whom to lead it then; null when nothing changes */
export function changedPartition(
  topicId: string,
  partition: number,
  state: PartitionState,
  target: PartitionTarget,
  rules: PartitionRules,
): MetadataRecord | null {
  const draft: Draft = {
    isr: target.isr ?? state.isr,
    replicas: target.replicas ?? state.replicas,
    removing: target.removingReplicas ?? state.removingReplicas,
    adding: target.addingReplicas ?? state.addingReplicas,
    elr: state.eligibleLeaderReplicas,
    lastKnownElr: state.lastKnownElr,
    recovery: target.leaderRecoveryState ?? state.leaderRecoveryState,
  };
  const changes: Partial<PartitionChangeRecord> = {};
  completeReassignment(draft);
  noteEligible(draft, state, target, rules);
  elect(changes, draft, state, target, rules);
  bumpLeaderEpoch(changes, draft, state);
  recordEligible(changes, draft, state, rules);
  recordAssignment(changes, draft, state, target, rules);
  return Object.keys(changes).length === 0 ? null : partitionChangeRecord(topicId, partition, changes);
}

function completeReassignment(draft: Draft): void {
  const done = completedReassignment(draft, draft.isr);
  if (done === null) return;
  draft.isr = done.isr;
  draft.replicas = done.replicas;
  draft.removing = [];
  draft.adding = [];
}

/**
 * Below the least number in sync, whoever leaves the in-sync set stays eligible to lead, as it holds everything that
 * was committed; at or above it nobody has to be remembered.
 */
function noteEligible(draft: Draft, state: PartitionState, target: PartitionTarget, rules: PartitionRules): void {
  if (!rules.keepsEligible) return;
  if (draft.isr.length >= Math.min(rules.minInsyncReplicas, state.replicas.length)) {
    draft.elr = [];
    draft.lastKnownElr = [];
    return;
  }
  const unclean = target.uncleanShutdown ?? [];
  const candidates = [...new Set([...draft.elr, ...state.isr])].filter((id) => !draft.isr.includes(id));
  draft.elr = inHashOrder(
    candidates.filter((id) => !unclean.includes(id)),
    (id) => id,
  );
  const remembered = [...new Set([...candidates, ...draft.lastKnownElr])];
  draft.lastKnownElr = inHashOrder(
    remembered.filter((id) => !draft.isr.includes(id) && !draft.elr.includes(id)),
    (id) => id,
  );
}

function elect(
  changes: Partial<PartitionChangeRecord>,
  draft: Draft,
  state: PartitionState,
  target: PartitionTarget,
  rules: PartitionRules,
): void {
  const { leader, unclean } = electedLeader(draft, state, target, rules);
  if (leader === state.leader) return;
  changes.leader = leader;
  if (unclean) {
    changes.isr = [leader];
    if (state.leaderRecoveryState !== RECOVERING) changes.leaderRecoveryState = RECOVERING;
  } else if (leader !== NO_LEADER && !draft.isr.includes(leader)) {
    draft.isr = [leader];
    draft.elr = draft.elr.filter((id) => id !== leader);
  }
}

function electedLeader(
  draft: Draft,
  state: PartitionState,
  { election = 'online', electsLastKnown = true }: PartitionTarget,
  rules: PartitionRules,
): { leader: number; unclean: boolean } {
  const electsEligible = rules.keepsEligible && draft.isr.length === 0;
  const canLead = (id: number): boolean =>
    (draft.isr.includes(id) || (electsEligible && draft.elr.includes(id))) && rules.isAcceptableLeader(id);
  const wanted = election === 'preferred' ? [draft.replicas[0] as number, state.leader] : [state.leader];
  const clean = [...wanted, ...draft.replicas].find(canLead);
  if (clean !== undefined) return { leader: clean, unclean: false };
  const [last] = state.lastKnownElr;
  const lastMayLead =
    rules.keepsEligible &&
    electsLastKnown &&
    draft.elr.length === 0 &&
    draft.isr.length === 0 &&
    state.lastKnownElr.length === 1;
  if (lastMayLead && last !== undefined && rules.isAcceptableLeader(last)) return { leader: last, unclean: true };
  const anybody = election === 'unclean' ? draft.replicas.find((id) => rules.isAcceptableLeader(id)) : undefined;
  return anybody === undefined ? { leader: NO_LEADER, unclean: false } : { leader: anybody, unclean: true };
}

/** Replicas that are taken off have to notice that they are fenced: naming the leader anew raises its epoch. */
function bumpLeaderEpoch(changes: Partial<PartitionChangeRecord>, draft: Draft, state: PartitionState): void {
  if (changes.leader !== undefined) return;
  if (!state.replicas.every((id) => draft.replicas.includes(id))) changes.leader = state.leader;
}

function recordEligible(
  changes: Partial<PartitionChangeRecord>,
  draft: Draft,
  state: PartitionState,
  rules: PartitionRules,
): void {
  // After an unclean election nobody else holds what the new leader does.
  const wasUnclean = changes.isr !== undefined;
  const elr = wasUnclean || !rules.keepsEligible ? [] : draft.elr;
  if (!sameIds(elr, state.eligibleLeaderReplicas)) changes.eligibleLeaderReplicas = [...elr];
}

function recordAssignment(
  changes: Partial<PartitionChangeRecord>,
  draft: Draft,
  state: PartitionState,
  target: PartitionTarget,
  rules: PartitionRules,
): void {
  const isEmptied = draft.isr.length === 0 && !rules.keepsEligible;
  if (changes.isr === undefined && !isEmptied && !sameIds(draft.isr, state.isr)) changes.isr = [...draft.isr];
  recordLastKnown(changes, draft, state, target, rules);
  if (draft.replicas.length > 0 && !sameIds(draft.replicas, state.replicas)) changes.replicas = [...draft.replicas];
  if (!sameIds(draft.removing, state.removingReplicas)) changes.removingReplicas = [...draft.removing];
  if (!sameIds(draft.adding, state.addingReplicas)) changes.addingReplicas = [...draft.adding];
  const directories = draft.replicas.map((id) => directoryOf(id, state, target, rules));
  const sameDirectories =
    directories.length === state.directories.length && directories.every((id, n) => id === state.directories[n]);
  if (!sameDirectories) changes.directories = directories;
  if (draft.recovery !== state.leaderRecoveryState) changes.leaderRecoveryState = draft.recovery;
}

function directoryOf(id: number, state: PartitionState, target: PartitionTarget, rules: PartitionRules): string {
  return target.directories?.get(id) ?? state.directories[state.replicas.indexOf(id)] ?? rules.defaultDirectory(id);
}

/** Who led last is remembered when a partition loses its last leader, and forgotten when it has one again. */
function recordLastKnown(
  changes: Partial<PartitionChangeRecord>,
  draft: Draft,
  state: PartitionState,
  { electsLastKnown = true }: PartitionTarget,
  rules: PartitionRules,
): void {
  const known = state.lastKnownElr;
  if (!electsLastKnown || !rules.keepsEligible) {
    const kept = rules.keepsEligible && changes.leaderRecoveryState !== RECOVERING ? draft.lastKnownElr : [];
    if (!sameIds(kept, known)) changes.lastKnownElr = [...kept];
    return;
  }
  if (changes.leader === NO_LEADER && known.length === 0) changes.lastKnownElr = [state.leader];
  else if ((changes.leader ?? NO_LEADER) >= 0 && known.length > 0) changes.lastKnownElr = [];
}

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);
