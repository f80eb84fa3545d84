import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { GroupMetadataValue } from '../../../protocol/generated/group-metadata-value.js';
import type { JoinGroupRequestProtocol } from '../../../protocol/generated/join-group.js';
import { readSubscription } from '../mixed/embedded-protocol.js';
import { type ClassicMember, metadataFor } from './classic-member.js';

export type ClassicState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

export const CONSUMER_PROTOCOL = 'consumer';
const GROUP_METADATA_VERSION = 3;
const HIGHEST_GENERATION = 0x7fff_ffff;

/**
 * A group of the classic protocol, in which members choose the assignment themselves: they join, the leader assigns,
 * all sync. Members, their waiting calls and the state between two generations are soft; a generation that has become
 * stable, and the empty group, are kept as a record.
 */
export class ClassicGroup {
  readonly type = 'classic';
  readonly groupId: string;
  state: ClassicState = 'Empty';
  previousState: ClassicState = 'Empty';
  stateTimestampMs: number;
  generation = 0;
  protocolType: string | null = null;
  protocol: string | null = null;
  leader: string | null = null;
  readonly members = new Map<string, ClassicMember>();
  readonly staticMembers = new Map<string, string>();
  /** Ids that were given out and whose members have not joined with them yet (KIP-394). */
  readonly pendingMembers = new Set<string>();
  /** Members of the new generation that have not synced yet. */
  readonly pendingSync = new Set<string>();
  /** Somebody came during the initial delay, which then begins again. */
  memberAdded = false;
  /** Runs here, and so is never behind what its record says. */
  isLive = false;
  /** What is left of the time that an initial rebalance may take. */
  initialRebalanceLeftMs = 0;

  constructor(groupId: string, nowMs: number) {
    this.groupId = groupId;
    this.stateTimestampMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** Groups that nobody joins: their offsets are committed by programs that assign themselves. */
  get isSimple(): boolean {
    return this.protocolType === null && this.isEmpty && this.pendingMembers.size === 0;
  }

  transitionTo(state: ClassicState, nowMs: number): void {
    this.previousState = this.state;
    this.state = state;
    this.stateTimestampMs = nowMs;
  }

  add(member: ClassicMember): void {
    if (this.members.size === 0) this.protocolType = member.protocolType;
    this.leader ??= member.memberId;
    this.members.set(member.memberId, member);
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId);
    this.pendingMembers.delete(member.memberId);
    if (this.state === 'PreparingRebalance' || this.state === 'Empty') this.memberAdded = true;
  }

  remove(memberId: string): void {
    const member = this.members.get(memberId);
    if (member === undefined) return;
    this.members.delete(memberId);
    this.pendingSync.delete(memberId);
    if (member.groupInstanceId !== null && this.staticMembers.get(member.groupInstanceId) === memberId) {
      this.staticMembers.delete(member.groupInstanceId);
    }
    if (this.leader === memberId) this.leader = this.members.keys().next().value ?? null;
  }

  get waitingToJoin(): number {
    let waiting = 0;
    for (const member of this.members.values()) if (member.joinCall !== null) waiting++;
    return waiting;
  }

  get allJoined(): boolean {
    return this.waitingToJoin === this.members.size && this.pendingMembers.size === 0;
  }

  get rebalanceTimeoutMs(): number {
    return Math.max(0, ...[...this.members.values()].map((member) => member.rebalanceTimeoutMs));
  }

  /** Whether somebody with these protocols can take part: at least one is understood by everybody. */
  supports(protocolType: string, protocols: readonly JoinGroupRequestProtocol[]): boolean {
    if (protocolType === '' || protocols.length === 0) return false;
    if (this.isEmpty) return true;
    if (protocolType !== this.protocolType) return false;
    const common = this.commonProtocols();
    return protocols.some(({ name }) => common.has(name));
  }

  private commonProtocols(): Set<string> {
    let common: Set<string> | null = null;
    for (const member of this.members.values()) {
      const names = member.protocols.map(({ name }) => name);
      common = new Set(common === null ? names : names.filter((name) => common?.has(name)));
    }
    return common ?? new Set();
  }

  /** Each member votes for the first of its protocols that all have; the one with the most votes is taken. */
  selectProtocol(): string {
    const common = this.commonProtocols();
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.protocols.find(({ name }) => common.has(name));
      if (vote !== undefined) votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1);
    }
    const [[best = ''] = []] = [...votes].sort((a, b) => b[1] - a[1]);
    return best;
  }

  beginGeneration(nowMs: number): void {
    this.generation = this.generation === HIGHEST_GENERATION ? 1 : this.generation + 1;
    this.pendingSync.clear();
    if (this.isEmpty) {
      this.protocol = null;
      this.leader = null;
      this.transitionTo('Empty', nowMs);
      return;
    }
    this.protocol = this.selectProtocol();
    this.transitionTo('CompletingRebalance', nowMs);
  }

  /** A leader that did not join again gives way to one that did. False when nobody joined. */
  electJoinedLeader(): boolean {
    const leader = this.leader === null ? undefined : this.members.get(this.leader);
    if (leader?.joinCall != null) return true;
    for (const member of this.members.values()) {
      if (member.joinCall === null) continue;
      this.leader = member.memberId;
      return true;
    }
    return false;
  }

  /** Topics that consumers of the group subscribe to; null when that cannot be known. */
  subscribedTopics(): Set<string> | null {
    if (this.protocolType !== CONSUMER_PROTOCOL) return null;
    if (this.protocol === null) return this.isEmpty ? new Set() : null;
    const topics = new Set<string>();
    for (const member of this.members.values()) {
      for (const topic of topicsOf(metadataFor(member, this.protocol))) topics.add(topic);
    }
    return topics;
  }

  /** Takes over what a record says. Members are there, but have to show that they are alive. */
  restore(value: GroupMetadataValue): void {
    this.protocolType = value.protocolType === '' ? null : value.protocolType;
    this.generation = value.generation;
    this.protocol = value.protocol;
    for (const member of value.members) {
      this.add({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        sessionTimeoutMs: member.sessionTimeout,
        rebalanceTimeoutMs: member.rebalanceTimeout >= 0 ? member.rebalanceTimeout : member.sessionTimeout,
        protocolType: value.protocolType,
        protocols: [{ name: value.protocol ?? '', metadata: member.subscription }],
        assignment: member.assignment,
        joinCall: null,
        syncCall: null,
        isNew: false,
      });
    }
    this.leader = value.leader;
    this.state = value.members.length === 0 ? 'Empty' : 'Stable';
    this.memberAdded = false;
  }

  /** The group as its record keeps it; `assignments` may be new ones that are not the members' yet. */
  record(assignments: ReadonlyMap<string, Buffer> | null): GroupRecord {
    return {
      type: 'GroupMetadata',
      version: GROUP_METADATA_VERSION,
      key: { group: this.groupId },
      value: {
        protocolType: this.protocolType ?? '',
        generation: this.generation,
        protocol: this.protocol,
        leader: this.leader,
        currentStateTimestamp: this.stateTimestampMs,
        members: [...this.members.values()].map((member) => ({
          memberId: member.memberId,
          groupInstanceId: member.groupInstanceId,
          clientId: member.clientId,
          clientHost: member.clientHost,
          rebalanceTimeout: member.rebalanceTimeoutMs,
          sessionTimeout: member.sessionTimeoutMs,
          subscription: metadataFor(member, this.protocol),
          assignment: assignments?.get(member.memberId) ?? (assignments === null ? member.assignment : NO_ASSIGNMENT),
        })),
      },
    };
  }
}

export const NO_ASSIGNMENT = Buffer.alloc(0);

export function groupTombstone(group: string): GroupRecord {
  return { type: 'GroupMetadata', version: GROUP_METADATA_VERSION, key: { group }, value: null };
}

/** What is no subscription of a consumer names no topics. */
function topicsOf(metadata: Buffer): string[] {
  try {
    return readSubscription(metadata).topics;
  } catch (error) {
    if (error instanceof MalformedBytesError) return [];
    throw error;
  }
}
