import type { GroupRecord } from '../../src/protocol/generated/group-coordinator-records.js';
import type {
  StreamsGroupHeartbeatRequest,
  StreamsGroupHeartbeatResponse,
} from '../../src/protocol/generated/streams-group-heartbeat.js';
import type { InternalTopic } from '../../src/state/group/streams/configured-topology.js';
import type { StreamsHeartbeatAnswer } from '../../src/state/group/streams/streams-answer.js';
import { streamsGroupHeartbeat } from '../../src/state/group/streams/streams-heartbeat.js';
import type { Subtopology, Topology } from '../../src/state/group/streams/topology.js';
import { errorOf, GROUP, type GroupBed } from './group-bed.js';

const CLIENT = { clientId: 'client', clientHost: '/127.0.0.1', version: 0 };

/** Partitions by the id of their subtopology. */
export type TaskRecord = Readonly<Record<string, readonly number[]>>;

export const subtopology = (subtopologyId: string, fields: Partial<Subtopology> = {}): Subtopology => ({
  subtopologyId,
  sourceTopics: [],
  sourceTopicRegex: [],
  stateChangelogTopics: [],
  repartitionSinkTopics: [],
  repartitionSourceTopics: [],
  copartitionGroups: [],
  ...fields,
});

export const topicInfo = (name: string, partitions = 0) => ({
  name,
  partitions,
  replicationFactor: 0,
  topicConfigs: [],
});

export const topologyWith = (...subtopologies: Subtopology[]): Topology => ({ epoch: 0, subtopologies });

/** One subtopology that reads the topic `in`. */
export const SIMPLE = topologyWith(subtopology('0', { sourceTopics: ['in'] }));

/** A member of the streams group: it gives back at once what it is told to, unless it is asked for something else. */
export class StreamsMemberBed {
  readonly memberId: string;
  readonly processId: string;
  epoch = 0;
  active: TaskRecord = {};
  standby: TaskRecord = {};
  /** Of the last answer. */
  statuses: readonly (readonly [code: number, detail: string])[] = [];
  missingTopics: readonly InternalTopic[] = [];
  private readonly topology: Topology;
  private readonly bed: () => GroupBed;

  constructor(
    bed: GroupBed | (() => GroupBed),
    memberId: string,
    topology = SIMPLE,
    processId = `process-${memberId}`,
  ) {
    this.bed = typeof bed === 'function' ? bed : () => bed;
    this.memberId = memberId;
    this.topology = topology;
    this.processId = processId;
  }

  ask(fields: Partial<StreamsGroupHeartbeatRequest> = {}): StreamsHeartbeatAnswer {
    const joins = this.epoch === 0;
    const request: StreamsGroupHeartbeatRequest = {
      groupId: GROUP,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      endpointInformationEpoch: 0,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: joins ? 60_000 : -1,
      topology: joins ? (this.topology as StreamsGroupHeartbeatRequest['topology']) : null,
      activeTasks: listed(this.active),
      standbyTasks: listed(this.standby),
      warmupTasks: [],
      processId: joins ? this.processId : null,
      userEndpoint: null,
      clientTags: null,
      taskOffsets: null,
      taskEndOffsets: null,
      shutdownApplication: false,
      ...fields,
    };
    return this.bed().ask((machine, call, context) => streamsGroupHeartbeat(machine, call, request, CLIENT, context));
  }

  /** @returns the error, if there is one, with its message */
  refusal(fields: Partial<StreamsGroupHeartbeatRequest> = {}): string {
    const { response } = this.ask(fields);
    return `${errorOf(response)}: ${response.errorMessage}`;
  }

  /** Beats and takes over what it is told. */
  beat(fields: Partial<StreamsGroupHeartbeatRequest> = {}): StreamsGroupHeartbeatResponse {
    const { response, missingTopics } = this.ask(fields);
    const error = errorOf(response);
    if (error !== 'NONE') throw new Error(`${error}: ${response.errorMessage}`);
    this.missingTopics = missingTopics;
    this.epoch = response.memberEpoch ?? 0;
    this.statuses = (response.status ?? []).map(({ statusCode = -1, statusDetail = '' }) => [statusCode, statusDetail]);
    if (response.activeTasks != null) this.active = asRecord(response.activeTasks);
    if (response.standbyTasks != null) this.standby = asRecord(response.standbyTasks);
    return response as StreamsGroupHeartbeatResponse;
  }

  leave(): void {
    this.ask({ memberEpoch: -1, topology: null, processId: null });
    this.forget();
  }

  /** It has to join again. */
  forget(): void {
    this.epoch = 0;
    this.active = {};
    this.standby = {};
  }
}

interface TaskIds {
  readonly subtopologyId?: string;
  readonly partitions?: readonly number[];
}

const asRecord = (lists: readonly TaskIds[]): TaskRecord =>
  Object.fromEntries(lists.map(({ subtopologyId = '', partitions = [] }) => [subtopologyId, [...partitions]]));

export const listed = (tasks: TaskRecord): { subtopologyId: string; partitions: number[] }[] =>
  Object.entries(tasks).map(([subtopologyId, partitions]) => ({ subtopologyId, partitions: [...partitions] }));

/** Types of records, with `-` before tombstones, without what all of them begin with. */
export const streamsRecordNames = (records: readonly GroupRecord[]): string[] =>
  records.map(({ type, value }) => `${value === null ? '-' : ''}${type.replace('StreamsGroup', '')}`);
