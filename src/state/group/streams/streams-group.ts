import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { StreamsGroupMetadataValue } from '../../../protocol/generated/streams-group-metadata-value.js';
import { type AssignmentEpochs, epochsFrom, NO_EPOCHS } from '../assignment/assignment-epochs.js';
import { inTimelineOrder } from '../assignment/member-order.js';
import type { ConfiguredTopology } from './configured-topology.js';
import { NO_TASKS, type TaskIds, type Tasks, tasksFrom } from './tasks.js';
import { readersOf, type Topology } from './topology.js';

/** Of a member, as its record says it. */
export const STABLE = 1;
/** It has to give tasks back before it gets on. */
export const UNREVOKED = 2;
/** It waits for tasks that others have not given back yet. */
export const UNRELEASED = 3;

const FIRST_EPOCH = 1;

export interface UserEndpoint {
  readonly host: string;
  readonly port: number;
}

/** A thread of an application of Kafka Streams. */
export interface StreamsMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  /** Of the topology that the member runs. */
  readonly topologyEpoch: number;
  /** The same for all threads of one instance. */
  readonly processId: string;
  /** Where the instance can be asked for its state. */
  readonly userEndpoint: UserEndpoint | null;
  /** Sorted by key. */
  readonly clientTags: readonly { readonly key: string; readonly value: string }[];
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  readonly assigned: Tasks;
  readonly pendingRevocation: Tasks;
  /** Of the active tasks that are assigned or to be given back. */
  readonly assignmentEpochs: AssignmentEpochs;
}

type StreamsState = 'Empty' | 'NotReady' | 'Assigning' | 'Reconciling' | 'Stable';

export type StreamsGroupRecord = Extract<
  GroupRecord,
  {
    type:
      | 'StreamsGroupMetadata'
      | 'StreamsGroupMemberMetadata'
      | 'StreamsGroupTargetAssignmentMetadata'
      | 'StreamsGroupTargetAssignmentMember'
      | 'StreamsGroupCurrentMemberAssignment'
      | 'StreamsGroupTopology';
  }
>;

/** What no record keeps: another coordinator begins without it. Shared by a group and its drafts. */
interface SoftState {
  configured: ConfiguredTopology | null;
  /** Changes with what members with an endpoint have. */
  endpointEpoch: number;
  /** The member that wants the whole application to stop. */
  shutdownMemberId: string | null;
}

/** A group of members that run the tasks of one topology (KIP-1071). */
export class StreamsGroup {
  readonly type = 'streams';
  readonly groupId: string;
  groupEpoch = FIRST_EPOCH;
  /** Of the topics as they were when the topology was last looked at. */
  metadataHash = 0n;
  /** Of the topology whose topics are all there; -1 when some are not. */
  validatedTopologyEpoch = 0;
  /** What the last assignment went by; null where that is not known. */
  standbyReplicas: string | null = null;
  topology: Topology | null = null;
  targetEpoch = FIRST_EPOCH;
  /** When the target was worked out; 0 when that was never. */
  targetTimestampMs = 0;
  readonly members = new Map<string, StreamsMember>();
  /** That there ever were since the group was loaded. */
  mostMembers = 0;
  readonly targets = new Map<string, Tasks>();
  readonly soft: SoftState;

  constructor(groupId: string, soft: SoftState = { configured: null, endpointEpoch: 0, shutdownMemberId: null }) {
    this.groupId = groupId;
    this.soft = soft;
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  get state(): StreamsState {
    if (this.isEmpty) return 'Empty';
    if (this.topology === null || this.topology.epoch !== this.validatedTopologyEpoch) return 'NotReady';
    if (this.groupEpoch > this.targetEpoch) return 'Assigning';
    const isStable = [...this.members.values()].every((member) => isReconciled(member, this.targetEpoch));
    return isStable ? 'Stable' : 'Reconciling';
  }

  target(memberId: string): Tasks {
    return this.targets.get(memberId) ?? NO_TASKS;
  }

  /** Topics that the tasks read. */
  subscribedTopics(): Set<string> {
    return new Set(this.topology === null ? [] : readersOf(this.topology).keys());
  }

  /** In the order in which Apache Kafka's group gives them out. */
  membersInOrder(): StreamsMember[] {
    return inTimelineOrder([...this.members.keys()], this.mostMembers).flatMap((id) => this.members.get(id) ?? []);
  }

  replay(record: StreamsGroupRecord): void {
    switch (record.type) {
      case 'StreamsGroupMetadata':
        if (record.value !== null) this.replayEpoch(record.value);
        return;
      case 'StreamsGroupMemberMetadata': {
        const { memberId } = record.key;
        if (record.value === null) {
          this.members.delete(memberId);
          if (this.isEmpty) this.soft.shutdownMemberId = null;
          return;
        }
        const { unknownTags: _tags, userEndpoint, clientTags, ...facts } = record.value;
        this.put({
          ...this.memberOrNew(memberId),
          ...facts,
          userEndpoint: userEndpoint === null ? null : { host: userEndpoint.host, port: userEndpoint.port },
          clientTags: clientTags.map(({ key, value }) => ({ key, value })),
        });
        return;
      }
      case 'StreamsGroupTargetAssignmentMetadata':
        this.targetEpoch = record.value?.assignmentEpoch ?? FIRST_EPOCH;
        this.targetTimestampMs = record.value?.assignmentTimestamp ?? 0;
        return;
      case 'StreamsGroupTargetAssignmentMember':
        if (record.value === null) this.targets.delete(record.key.memberId);
        else this.targets.set(record.key.memberId, tasksFrom(record.value));
        return;
      case 'StreamsGroupCurrentMemberAssignment':
        this.replayAssignment(record);
        return;
      case 'StreamsGroupTopology':
        this.topology = record.value;
    }
  }

  private replayEpoch(value: StreamsGroupMetadataValue): void {
    this.groupEpoch = value.epoch;
    this.metadataHash = value.metadataHash;
    this.validatedTopologyEpoch = value.validatedTopologyEpoch;
    this.standbyReplicas = value.lastAssignmentConfigs?.find(({ key }) => key === STANDBY_REPLICAS)?.value ?? null;
  }

  /** After a compaction this may come before what the member says of itself. */
  private replayAssignment({
    key,
    value,
  }: Extract<StreamsGroupRecord, { type: 'StreamsGroupCurrentMemberAssignment' }>) {
    const known = this.members.get(key.memberId);
    if (value === null) {
      if (known !== undefined) this.put({ ...newStreamsMember(key.memberId), ...factsOf(known), memberEpoch: -1 });
      return;
    }
    const pending = {
      activeTasks: value.activeTasksPendingRevocation,
      standbyTasks: value.standbyTasksPendingRevocation,
      warmupTasks: value.warmupTasksPendingRevocation,
    };
    this.put({
      ...this.memberOrNew(key.memberId),
      memberEpoch: value.memberEpoch,
      previousMemberEpoch: value.previousMemberEpoch,
      state: value.state,
      assigned: tasksFrom(value),
      pendingRevocation: tasksFrom(pending),
      assignmentEpochs: epochsFrom(
        [value.activeTasks, value.activeTasksPendingRevocation].map((lists) => lists.map(withTopicId)),
        value.memberEpoch,
      ),
    });
  }

  private memberOrNew(memberId: string): StreamsMember {
    return this.members.get(memberId) ?? newStreamsMember(memberId);
  }

  private put(member: StreamsMember): void {
    this.members.set(member.memberId, member);
    this.mostMembers = Math.max(this.mostMembers, this.members.size);
  }
}

/** The one setting that assignments depend on, as the record names it. */
export const STANDBY_REPLICAS = 'num.standby.replicas';

/** Epochs are kept by subtopology as a consumer's are by topic. */
const withTopicId = ({
  subtopologyId,
  partitions,
  assignmentEpochs,
}: TaskIds & { readonly assignmentEpochs: readonly number[] | null }) => ({
  topicId: subtopologyId,
  partitions,
  assignmentEpochs,
});

export const isReconciled = ({ state, memberEpoch }: StreamsMember, targetEpoch: number): boolean =>
  state === STABLE && memberEpoch === targetEpoch;

/** What a member says of itself. */
export function factsOf(member: StreamsMember) {
  const { instanceId, rackId, clientId, clientHost, rebalanceTimeoutMs } = member;
  const { topologyEpoch, processId, userEndpoint, clientTags } = member;
  return {
    instanceId,
    rackId,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    topologyEpoch,
    processId,
    userEndpoint,
    clientTags,
  };
}

export const newStreamsMember = (memberId: string): StreamsMember => ({
  memberId,
  instanceId: null,
  rackId: null,
  clientId: '',
  clientHost: '',
  rebalanceTimeoutMs: -1,
  topologyEpoch: -1,
  processId: '',
  userEndpoint: null,
  clientTags: [],
  memberEpoch: 0,
  previousMemberEpoch: 0,
  state: STABLE,
  assigned: NO_TASKS,
  pendingRevocation: NO_TASKS,
  assignmentEpochs: NO_EPOCHS,
});
