import type { ConsumerGroupCurrentMemberAssignmentValue } from '../../../src/protocol/generated/consumer-group-current-member-assignment-value.js';
import type { GroupRecord } from '../../../src/protocol/generated/group-coordinator-records.js';
import type { GroupMetadataValue } from '../../../src/protocol/generated/group-metadata-value.js';
import type { Batch } from './simulated-coordinator.js';

/** Of a group without a record of its own: a member with a pattern joins before it is known what it reads. */
const FIRST_EPOCH = 1;

/** What the log says of the group: who is in it since which generation or epoch, with promises that records keep. */
export class RecordView {
  /** The group's deaths: its generations and epochs begin anew then. */
  life = 0;
  classic: GroupMetadataValue | null = null;
  /** Member epochs of the newer protocol. */
  readonly epochs = new Map<string, number>();
  /** Since which epoch a member has a partition, by topic id and partition; also one that it is to give back. */
  readonly assignments = new Map<string, ReadonlyMap<string, number>>();
  groupEpoch = 0;
  targetEpoch = 0;
  /** Members of each generation, by life and generation. */
  private readonly generations = new Map<string, ReadonlySet<string>>();

  wasIn(memberId: string, life: number, generation: number): boolean {
    return this.generations.get(`${life}:${generation}`)?.has(memberId) ?? false;
  }

  restart(batches: readonly Batch[]): void {
    this.life = 0;
    this.classic = null;
    this.epochs.clear();
    this.assignments.clear();
    this.groupEpoch = 0;
    this.targetEpoch = 0;
    this.generations.clear();
    for (const { records } of batches) this.add(records);
  }

  /** @throws when a promise is broken */
  add(records: readonly GroupRecord[]): void {
    for (const record of records) this.addOne(record);
    if (this.targetEpoch > this.groupEpoch)
      throw new Error(`target of epoch ${this.targetEpoch} in ${this.groupEpoch}`);
  }

  private addOne(record: GroupRecord): void {
    switch (record.type) {
      case 'GroupMetadata':
        this.addGeneration(record.value);
        return;
      case 'ConsumerGroupMetadata':
        if (record.value === null) {
          this.life++;
          this.epochs.clear();
          this.assignments.clear();
          this.groupEpoch = 0;
          this.targetEpoch = 0;
          return;
        }
        if (record.value.epoch < this.groupEpoch) {
          throw new Error(`the group goes back from epoch ${this.groupEpoch} to ${record.value.epoch}`);
        }
        this.groupEpoch = record.value.epoch;
        return;
      case 'ConsumerGroupTargetAssignmentMetadata': {
        const epoch = record.value?.assignmentEpoch ?? 0;
        if (record.value !== null && epoch < this.targetEpoch) {
          throw new Error(`the target goes back from epoch ${this.targetEpoch} to ${epoch}`);
        }
        this.targetEpoch = epoch;
        return;
      }
      case 'ConsumerGroupCurrentMemberAssignment': {
        const { memberId } = record.key;
        const before = this.epochs.get(memberId) ?? 0;
        if (record.value === null) {
          this.epochs.delete(memberId);
          this.assignments.delete(memberId);
        } else {
          const { memberEpoch } = record.value;
          if (memberEpoch < before && memberEpoch >= 0) {
            throw new Error(`member ${memberId} goes back from epoch ${before} to ${memberEpoch}`);
          }
          if (memberEpoch > Math.max(this.groupEpoch, FIRST_EPOCH))
            throw new Error(`member ${memberId} is ahead of its group`);
          this.epochs.set(memberId, memberEpoch);
          this.assignments.set(memberId, assignmentOf(record.value));
        }
      }
    }
  }

  private addGeneration(value: GroupMetadataValue | null): void {
    const { classic } = this;
    if (value === null) {
      this.life++;
      this.classic = null;
      return;
    }
    if (classic !== null && value.generation < classic.generation) {
      throw new Error(`the group goes back from generation ${classic.generation} to ${value.generation}`);
    }
    if (classic !== null && value.generation === classic.generation && classic.members.length > 0) {
      // A static member that started again has another id; nothing else may differ.
      const before = JSON.stringify(sharesOf(classic));
      const after = JSON.stringify(sharesOf(value));
      if (before !== after) throw new Error(`generation ${value.generation} has two assignments: ${before}, ${after}`);
    }
    this.classic = value;
    this.generations.set(`${this.life}:${value.generation}`, new Set(value.members.map(({ memberId }) => memberId)));
  }
}

/** @throws when a partition is of an epoch that the member has not seen */
function assignmentOf(value: ConsumerGroupCurrentMemberAssignmentValue): Map<string, number> {
  const epochs = new Map<string, number>();
  for (const list of [value.assignedPartitions, value.partitionsPendingRevocation]) {
    for (const { topicId, partitions, assignmentEpochs } of list) {
      for (const [index, partition] of partitions.entries()) {
        const epoch = assignmentEpochs?.[index] ?? -1;
        if (value.memberEpoch > 0 && (epoch < 0 || epoch > value.memberEpoch)) {
          throw new Error(`${topicId}:${partition} is of epoch ${epoch}, its member of ${value.memberEpoch}`);
        }
        epochs.set(`${topicId}:${partition}`, epoch);
      }
    }
  }
  return epochs;
}

const sharesOf = ({ members }: GroupMetadataValue): string[][] =>
  members
    .map(({ memberId, groupInstanceId, assignment }) => [groupInstanceId ?? memberId, assignment.toString('hex')])
    .sort();
