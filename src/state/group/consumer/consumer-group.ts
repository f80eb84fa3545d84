import type { ConsumerGroupMetadataValue } from '../../../protocol/generated/consumer-group-metadata-value.js';
import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import { type AssignmentEpochs, epochsFrom, NO_EPOCHS } from '../assignment/assignment-epochs.js';
import { fromList, fromRecord, isSame, NO_PARTITIONS, type PartitionSet } from '../assignment/partition-sets.js';
import { CONSUMER_PROTOCOL } from '../classic/classic-group.js';
import { DEFAULT_ASSIGNOR } from './assignors.js';

/** Of a member, as its record says it. */
export const STABLE = 0;
/** It has to give partitions back before it gets on. */
export const UNREVOKED = 1;
/** It waits for partitions that others have not given back yet. */
export const UNRELEASED = 2;

/** The epoch of a static member that is away for a while. */
export const STATIC_LEFT_EPOCH = -2;
const FIRST_EPOCH = 1;

/** What a member that speaks the classic protocol said when it joined. */
export interface ClassicProtocolFacts {
  readonly sessionTimeoutMs: number;
  /** In the order of its wishes; never empty. */
  readonly protocols: readonly { readonly name: string; readonly metadata: Buffer }[];
}

export interface ConsumerMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  readonly subscribedTopicRegex: string;
  readonly rebalanceTimeoutMs: number;
  readonly serverAssignor: string | null;
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  readonly assigned: PartitionSet;
  readonly pendingRevocation: PartitionSet;
  /** Of what is assigned and of what is to be given back. */
  readonly assignmentEpochs: AssignmentEpochs;
  /** Null for a member of the newer protocol. */
  readonly classic: ClassicProtocolFacts | null;
}

/** The topics that a pattern matched when it was last looked up. */
export interface ResolvedPattern {
  /** Sorted. */
  readonly topics: readonly string[];
  /** Of the metadata that they were looked up in. */
  readonly version: number;
  readonly timestampMs: number;
}

export type ConsumerState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

type MemberRecord = Extract<
  GroupRecord,
  {
    type:
      | 'ConsumerGroupMemberMetadata'
      | 'ConsumerGroupCurrentMemberAssignment'
      | 'ConsumerGroupTargetAssignmentMetadata'
      | 'ConsumerGroupTargetAssignmentMember'
      | 'ConsumerGroupRegularExpression';
  }
>;

/** A group of the newer protocol (KIP-848): the coordinator assigns, and leads each member there step by step. */
export class ConsumerGroup {
  readonly type = 'consumer';
  readonly groupId: string;
  groupEpoch = FIRST_EPOCH;
  /** Of the topics as the last assignment saw them. */
  metadataHash = 0n;
  targetEpoch = FIRST_EPOCH;
  /** When the target was worked out; 0 when that was never, or by members of the classic protocol. */
  targetTimestampMs = 0;
  /**
   * Until when members of the classic protocol have to join again that were told to. Soft, and so shared by a group and
   * its drafts.
   */
  readonly rejoinDeadlines: Map<string, number>;
  readonly members = new Map<string, ConsumerMember>();
  /** That there ever were since the group was loaded. */
  mostMembers = 0;
  /** Of a draft: what it is a draft of. */
  private base: ConsumerGroup | null = null;
  readonly targets = new Map<string, PartitionSet>();
  /** What members subscribe to, as far as it is resolved yet. */
  readonly patterns = new Map<string, ResolvedPattern>();

  constructor(groupId: string, rejoinDeadlines = new Map<string, number>()) {
    this.groupId = groupId;
    this.rejoinDeadlines = rejoinDeadlines;
  }

  /** A copy for a command to work on: the group itself changes only when the records of the command are kept. */
  draft(): ConsumerGroup {
    const draft = new ConsumerGroup(this.groupId, this.rejoinDeadlines);
    draft.base = this;
    draft.groupEpoch = this.groupEpoch;
    draft.metadataHash = this.metadataHash;
    draft.targetEpoch = this.targetEpoch;
    draft.targetTimestampMs = this.targetTimestampMs;
    draft.mostMembers = this.mostMembers;
    for (const [memberId, member] of this.members) draft.members.set(memberId, member);
    for (const [memberId, target] of this.targets) draft.targets.set(memberId, target);
    for (const [pattern, resolved] of this.patterns) draft.patterns.set(pattern, resolved);
    return draft;
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  get isSimple(): boolean {
    return false;
  }

  get state(): ConsumerState {
    if (this.members.size === 0) return 'Empty';
    if (this.groupEpoch > this.targetEpoch) return 'Assigning';
    for (const member of this.members.values()) {
      const isThere = member.state === STABLE && member.memberEpoch === this.targetEpoch;
      if (!isThere || !isSame(member.assigned, this.target(member.memberId))) return 'Reconciling';
    }
    return 'Stable';
  }

  /** The assignor that most members ask for. */
  get assignorName(): string {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.members.values()) {
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    }
    const [[best = DEFAULT_ASSIGNOR] = []] = [...votes].sort((a, b) => b[1] - a[1]);
    return best;
  }

  /** Whether a member of a draft is no member yet but for the command that is being worked on. */
  isJoining(memberId: string): boolean {
    return this.base !== null && !this.base.members.has(memberId);
  }

  target(memberId: string): PartitionSet {
    return this.targets.get(memberId) ?? NO_PARTITIONS;
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    return [...this.members.values()].find((member) => member.instanceId === instanceId);
  }

  /** Whether nobody but these speaks the newer protocol. */
  isClassicWithout(leaving: ReadonlySet<string>): boolean {
    return [...this.members.values()].every(({ memberId, classic }) => classic !== null || leaving.has(memberId));
  }

  /** Whether somebody with these protocols of the classic protocol can take part: all that speak it know one of them. */
  supports(protocolType: string, protocols: readonly { readonly name: string }[]): boolean {
    if (protocolType !== CONSUMER_PROTOCOL) return false;
    const classics = [...this.members.values()].flatMap(({ classic }) => classic ?? []);
    return protocols.some(({ name }) => classics.every((other) => other.protocols.some((one) => one.name === name)));
  }

  subscribedTopics(): Set<string> {
    return new Set([...this.members.values()].flatMap((member) => member.subscribedTopicNames));
  }

  /** Who has a partition or has not given it back yet, by topic id and partition. */
  owners(): Map<string, string> {
    const owners = new Map<string, string>();
    for (const member of this.members.values()) {
      for (const set of [member.assigned, member.pendingRevocation]) {
        for (const [topicId, partitions] of set) {
          for (const partition of partitions) owners.set(`${topicId}:${partition}`, member.memberId);
        }
      }
    }
    return owners;
  }

  replayEpoch(value: ConsumerGroupMetadataValue): void {
    this.groupEpoch = value.epoch;
    this.metadataHash = value.metadataHash;
  }

  replay(record: MemberRecord): void {
    switch (record.type) {
      case 'ConsumerGroupMemberMetadata': {
        const { memberId } = record.key;
        if (record.value === null) {
          this.members.delete(memberId);
          return;
        }
        const { classicMemberMetadata, subscribedTopicRegex, unknownTags: _tags, ...metadata } = record.value;
        const known = this.members.get(memberId) ?? { ...NEW_MEMBER, memberId };
        const classic =
          classicMemberMetadata === null
            ? null
            : {
                sessionTimeoutMs: classicMemberMetadata.sessionTimeoutMs,
                protocols: classicMemberMetadata.supportedProtocols.map(({ name, metadata: bytes }) => ({
                  name,
                  metadata: bytes,
                })),
              };
        const regex = subscribedTopicRegex ?? '';
        this.members.set(memberId, { ...known, ...metadata, subscribedTopicRegex: regex, classic });
        this.mostMembers = Math.max(this.mostMembers, this.members.size);
        return;
      }
      case 'ConsumerGroupCurrentMemberAssignment': {
        const { value } = record;
        const { memberId } = record.key;
        // After a compaction this may come before what the member says of itself.
        const member = this.members.get(memberId) ?? (value === null ? undefined : newConsumerMember(memberId));
        if (member === undefined) return;
        const current =
          value === null
            ? {
                memberEpoch: -1,
                previousMemberEpoch: -1,
                state: STABLE,
                assigned: NO_PARTITIONS,
                pendingRevocation: NO_PARTITIONS,
                assignmentEpochs: NO_EPOCHS,
              }
            : {
                memberEpoch: value.memberEpoch,
                previousMemberEpoch: value.previousMemberEpoch,
                state: value.state,
                assigned: fromList(value.assignedPartitions),
                pendingRevocation: fromList(value.partitionsPendingRevocation),
                assignmentEpochs: epochsFrom(
                  [value.assignedPartitions, value.partitionsPendingRevocation],
                  value.memberEpoch,
                ),
              };
        this.members.set(member.memberId, { ...member, ...current });
        this.mostMembers = Math.max(this.mostMembers, this.members.size);
        return;
      }
      case 'ConsumerGroupTargetAssignmentMetadata':
        this.targetEpoch = record.value?.assignmentEpoch ?? FIRST_EPOCH;
        this.targetTimestampMs = record.value?.assignmentTimestamp ?? 0;
        return;
      case 'ConsumerGroupTargetAssignmentMember':
        if (record.value === null) this.targets.delete(record.key.memberId);
        else this.targets.set(record.key.memberId, fromRecord(record.value.topicPartitions));
        return;
      case 'ConsumerGroupRegularExpression': {
        const { key, value } = record;
        if (value === null) this.patterns.delete(key.regularExpression);
        else {
          const { topics, version, timestamp } = value;
          this.patterns.set(key.regularExpression, { topics, version, timestampMs: timestamp });
        }
      }
    }
  }
}

const NEW_MEMBER: Omit<ConsumerMember, 'memberId'> = {
  instanceId: null,
  rackId: null,
  clientId: '',
  clientHost: '',
  subscribedTopicNames: [],
  subscribedTopicRegex: '',
  rebalanceTimeoutMs: -1,
  serverAssignor: null,
  memberEpoch: 0,
  previousMemberEpoch: -1,
  state: STABLE,
  assigned: NO_PARTITIONS,
  pendingRevocation: NO_PARTITIONS,
  assignmentEpochs: NO_EPOCHS,
  classic: null,
};

export const newConsumerMember = (memberId: string): ConsumerMember => ({ ...NEW_MEMBER, memberId });
