import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import { inTimelineOrder } from '../assignment/member-order.js';
import { NO_PARTITIONS, type PartitionSet } from '../assignment/partition-sets.js';
import { asJavaHolds } from './share-partitions.js';
import { NO_PROGRESS, progressFrom, type StateProgress } from './state-progress.js';

const FIRST_EPOCH = 1;
/** The one state that members of share groups are ever in: nothing has to be given back. */
export const STABLE = 0;

export interface ShareMember {
  readonly memberId: string;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** Sorted, each once. */
  readonly subscribedTopicNames: readonly string[];
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  /** May have topics without partitions, as its target may. */
  readonly assigned: PartitionSet;
}

type ShareGroupState = 'Empty' | 'Stable';

export type ShareGroupRecord = Extract<
  GroupRecord,
  {
    type:
      | 'ShareGroupMetadata'
      | 'ShareGroupMemberMetadata'
      | 'ShareGroupTargetAssignmentMetadata'
      | 'ShareGroupTargetAssignmentMember'
      | 'ShareGroupCurrentMemberAssignment'
      | 'ShareGroupStatePartitionMetadata';
  }
>;

/** A group whose members read the same partitions together, record by record (KIP-932). */
export class ShareGroup {
  readonly type = 'share';
  readonly groupId: string;
  groupEpoch = FIRST_EPOCH;
  /** Of the topics as the last assignment saw them. */
  metadataHash = 0n;
  targetEpoch = FIRST_EPOCH;
  /** When the target was worked out; 0 when that was never. */
  targetTimestampMs = 0;
  readonly members = new Map<string, ShareMember>();
  /** That there ever were since the group was loaded. */
  mostMembers = 0;
  readonly targets = new Map<string, PartitionSet>();
  /** Of which partitions the share coordinators keep something. */
  progress: StateProgress = NO_PROGRESS;

  constructor(groupId: string) {
    this.groupId = groupId;
  }

  /** A copy for a command to work on: the group itself changes only when the records of the command are kept. */
  draft(): ShareGroup {
    const draft = new ShareGroup(this.groupId);
    draft.groupEpoch = this.groupEpoch;
    draft.metadataHash = this.metadataHash;
    draft.targetEpoch = this.targetEpoch;
    draft.targetTimestampMs = this.targetTimestampMs;
    draft.mostMembers = this.mostMembers;
    draft.progress = this.progress;
    for (const [memberId, member] of this.members) draft.members.set(memberId, member);
    for (const [memberId, target] of this.targets) draft.targets.set(memberId, target);
    return draft;
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  get state(): ShareGroupState {
    return this.isEmpty ? 'Empty' : 'Stable';
  }

  target(memberId: string): PartitionSet {
    return this.targets.get(memberId) ?? NO_PARTITIONS;
  }

  subscribedTopics(): Set<string> {
    return new Set([...this.members.values()].flatMap((member) => member.subscribedTopicNames));
  }

  /** In the order in which Apache Kafka's group gives them out. */
  membersInOrder(): ShareMember[] {
    return inTimelineOrder([...this.members.keys()], this.mostMembers).flatMap((id) => this.members.get(id) ?? []);
  }

  replay(record: ShareGroupRecord): void {
    switch (record.type) {
      case 'ShareGroupMetadata':
        if (record.value === null) return;
        this.groupEpoch = record.value.epoch;
        this.metadataHash = record.value.metadataHash;
        return;
      case 'ShareGroupMemberMetadata': {
        const { memberId } = record.key;
        if (record.value === null) {
          this.members.delete(memberId);
          return;
        }
        const { unknownTags: _tags, ...metadata } = record.value;
        this.members.set(memberId, { ...(this.members.get(memberId) ?? newShareMember(memberId)), ...metadata });
        this.mostMembers = Math.max(this.mostMembers, this.members.size);
        return;
      }
      case 'ShareGroupTargetAssignmentMetadata':
        this.targetEpoch = record.value?.assignmentEpoch ?? FIRST_EPOCH;
        this.targetTimestampMs = record.value?.assignmentTimestamp ?? 0;
        return;
      case 'ShareGroupTargetAssignmentMember':
        if (record.value === null) this.targets.delete(record.key.memberId);
        else this.targets.set(record.key.memberId, asJavaHolds(record.value.topicPartitions));
        return;
      case 'ShareGroupCurrentMemberAssignment': {
        const { value } = record;
        const { memberId } = record.key;
        // After a compaction this may come before what the member says of itself.
        const member = this.members.get(memberId) ?? (value === null ? undefined : newShareMember(memberId));
        if (member === undefined) return;
        const current =
          value === null
            ? { memberEpoch: -1, previousMemberEpoch: -1, assigned: NO_PARTITIONS }
            : {
                memberEpoch: value.memberEpoch,
                previousMemberEpoch: value.previousMemberEpoch,
                state: value.state,
                assigned: asJavaHolds(value.assignedPartitions),
              };
        this.members.set(member.memberId, { ...member, ...current });
        this.mostMembers = Math.max(this.mostMembers, this.members.size);
        return;
      }
      case 'ShareGroupStatePartitionMetadata':
        this.progress = record.value === null ? NO_PROGRESS : progressFrom(record.value);
    }
  }
}

export const newShareMember = (memberId: string): ShareMember => ({
  memberId,
  rackId: null,
  clientId: '',
  clientHost: '',
  subscribedTopicNames: [],
  memberEpoch: 0,
  previousMemberEpoch: -1,
  state: STABLE,
  assigned: NO_PARTITIONS,
});
