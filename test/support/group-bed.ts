import type { CallId, Context, Outcome } from '../../src/base/machine.js';
import { errorOfCode } from '../../src/protocol/errors.js';
import type { GroupRecord } from '../../src/protocol/generated/group-coordinator-records.js';
import type { JoinGroupRequest, JoinGroupResponse } from '../../src/protocol/generated/join-group.js';
import type { SyncGroupResponse } from '../../src/protocol/generated/sync-group.js';
import { heartbeat } from '../../src/state/group/classic/heartbeat.js';
import { joinGroup } from '../../src/state/group/classic/join-group.js';
import { leaveGroup } from '../../src/state/group/classic/leave-group.js';
import type { GroupCommandContext } from '../../src/state/group/classic/rebalance.js';
import { syncGroup } from '../../src/state/group/classic/sync-group.js';
import { GroupMachine } from '../../src/state/group/group-machine.js';
import type { GroupSettings } from '../../src/state/group/settings.js';
import { MetadataImage } from '../../src/state/metadata/image.js';
import type { PartitionState } from '../../src/state/metadata/partition-state.js';

export const SETTINGS: GroupSettings = {
  initialRebalanceDelayMs: 3000,
  minSessionTimeoutMs: 6000,
  maxSessionTimeoutMs: 1_800_000,
  maxSize: 100,
  offsetMetadataMaxBytes: 4096,
  offsetsRetentionMs: 7 * 24 * 3600_000,
  retentionCheckIntervalMs: 600_000,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 5000,
  consumerMaxSize: 100,
  consumerAssignmentIntervalMs: 0,
  consumerRegexRefreshIntervalMs: 600_000,
  shareSessionTimeoutMs: 45_000,
  shareHeartbeatIntervalMs: 5000,
  shareMaxSize: 200,
  shareAssignmentIntervalMs: 0,
  shareInitializeRetryIntervalMs: 30_000,
  streamsSessionTimeoutMs: 45_000,
  streamsHeartbeatIntervalMs: 5000,
  streamsMaxSize: 100,
  streamsNumStandbyReplicas: 0,
  streamsInitialRebalanceDelayMs: 0,
  streamsAssignmentIntervalMs: 0,
  migrationPolicy: 'bidirectional',
};

export const GROUP = 'group';
export const SESSION_MS = 10_000;
export const REBALANCE_MS = 60_000;

type Command = (machine: GroupMachine, call: CallId, context: GroupCommandContext) => Outcome<GroupRecord>;

/** A partition that broker 1 leads, its only replica. */
export const LED_PARTITION: PartitionState = {
  replicas: [1],
  isr: [1],
  removingReplicas: [],
  addingReplicas: [],
  directories: [],
  leader: 1,
  leaderEpoch: 0,
  partitionEpoch: 0,
  leaderRecoveryState: 0,
  eligibleLeaderReplicas: [],
  lastKnownElr: [],
};

/** A group machine with records, replies and timers kept in plain sight, and time that is moved by hand. */
export class GroupBed {
  readonly machine: GroupMachine;
  readonly settings: GroupSettings;
  readonly image = new MetadataImage();
  readonly records: GroupRecord[] = [];
  readonly replies = new Map<CallId, unknown>();
  readonly timers = new Map<string, number>();
  nowMs = 1_000_000;
  private nextCall = 1;
  private nextId = 1;

  constructor(settings: Partial<GroupSettings> = {}) {
    this.settings = { ...SETTINGS, ...settings };
    this.machine = new GroupMachine(this.settings);
  }

  get context(): GroupCommandContext & Context<MetadataImage> {
    return {
      nowMs: this.nowMs,
      image: this.image,
      settings: this.settings,
      newId: () => Buffer.from(String(this.nextId++).padStart(16, '0')).toString('base64url'),
      fraction: () => 0.5,
    };
  }

  run(command: Command): CallId {
    const call = this.nextCall++;
    this.apply(command(this.machine, call, this.context));
    return call;
  }

  /** The answer to a command that is answered at once. */
  ask<Response>(command: Command): Response {
    return this.answer<Response>(this.run(command));
  }

  answer<Response>(call: CallId): Response {
    if (!this.replies.has(call)) throw new Error(`call ${call} still waits`);
    return this.replies.get(call) as Response;
  }

  waits(call: CallId): boolean {
    return !this.replies.has(call);
  }

  /** Fires the timers that are due until then, each at its own time. */
  advance(byMs: number): void {
    const endMs = this.nowMs + byMs;
    for (;;) {
      const due = [...this.timers].filter(([, atMs]) => atMs <= endMs).sort((a, b) => a[1] - b[1])[0];
      if (due === undefined) break;
      const [key, atMs] = due;
      this.timers.delete(key);
      this.nowMs = Math.max(this.nowMs, atMs);
      this.apply(this.machine.onTimer(key, this.context));
    }
    this.nowMs = endMs;
  }

  /** Another coordinator that takes over with nothing but the records. */
  takenOver(): GroupBed {
    const next = new GroupBed(this.settings);
    next.nowMs = this.nowMs;
    for (const topic of this.image.topics.values()) {
      next.image.topics.set(topic.name, topic);
      next.image.topicsById.set(topic.id, topic);
    }
    next.image.version = this.image.version;
    next.image.versionOfNewTopics = this.image.versionOfNewTopics;
    next.records.push(...this.records);
    for (const record of this.records) next.machine.replay(record);
    next.apply(next.machine.onLoaded(next.context));
    return next;
  }

  addTopic(name: string, partitions: number): string {
    const id = `${name}id`.padEnd(22, '_');
    const topic = { name, id, partitions: Array.from({ length: partitions }, () => LED_PARTITION) };
    this.image.version += 1;
    if (!this.image.topics.has(name)) this.image.versionOfNewTopics = this.image.version;
    this.image.topics.set(name, topic);
    this.image.topicsById.set(id, topic);
    return id;
  }

  apply(outcome: Outcome<GroupRecord>): void {
    for (const record of outcome.records) {
      this.records.push(record);
      this.machine.replay(record);
    }
    for (const { key, atMs } of outcome.timers) {
      if (atMs === null) this.timers.delete(key);
      else this.timers.set(key, atMs);
    }
    for (const { call, response } of outcome.replies) {
      if (this.replies.has(call)) throw new Error(`call ${call} is answered twice`);
      this.replies.set(call, response);
    }
  }
}

export interface JoinOptions extends Partial<JoinGroupRequest> {
  readonly version?: number;
}

export function join(bed: GroupBed, memberId: string, { version = 9, ...fields }: JoinOptions = {}): CallId {
  const request: JoinGroupRequest = {
    groupId: GROUP,
    sessionTimeoutMs: SESSION_MS,
    rebalanceTimeoutMs: REBALANCE_MS,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('range-metadata') }],
    reason: null,
    ...fields,
  };
  const client = { clientId: 'client', clientHost: '/127.0.0.1', version };
  return bed.run((machine, call, context) => joinGroup(machine, call, request, client, context));
}

/** The id that a new member gets with the first answer. */
export const newMemberId = (bed: GroupBed, options: JoinOptions = {}): string =>
  bed.answer<JoinGroupResponse>(join(bed, '', options)).memberId;

export interface SyncOptions {
  readonly assignments?: Readonly<Record<string, string>>;
  readonly groupInstanceId?: string | null;
  readonly protocolName?: string | null;
}

export function sync(bed: GroupBed, memberId: string, generationId: number, options: SyncOptions = {}): CallId {
  const request = {
    groupId: GROUP,
    generationId,
    memberId,
    groupInstanceId: options.groupInstanceId ?? null,
    protocolType: 'consumer',
    protocolName: options.protocolName ?? 'range',
    assignments: Object.entries(options.assignments ?? {}).map(([id, text]) => ({
      memberId: id,
      assignment: Buffer.from(text),
    })),
  };
  return bed.run((machine, call, context) => syncGroup(machine, call, request, context));
}

export function beat(
  bed: GroupBed,
  memberId: string,
  generationId: number,
  groupInstanceId: string | null = null,
): string {
  const request = { groupId: GROUP, generationId, memberId, groupInstanceId };
  return errorOf(bed.ask((machine, call, context) => heartbeat(machine, call, request, context)));
}

/** The error of each member that is to leave. */
export function leave(
  bed: GroupBed,
  ...members: readonly { memberId: string; groupInstanceId?: string | null }[]
): string[] {
  const leaving = members.map(({ memberId, groupInstanceId = null }) => ({ memberId, groupInstanceId, reason: null }));
  const request = { groupId: GROUP, memberId: '', members: leaving };
  const response = bed.ask<{ members: { errorCode: number }[] }>((machine, call, context) =>
    leaveGroup(machine, call, request, 5, context),
  );
  return response.members.map(errorOf);
}

export const errorOf = ({ errorCode = 0 }: { errorCode?: number }): string => errorOfCode(errorCode).name;

/** Members that join one after the other and, as the group is new, are together in the first generation. */
export function stableGroup(bed: GroupBed, count: number): { ids: string[]; generation: number } {
  const ids = Array.from({ length: count }, () => newMemberId(bed));
  const joins = ids.map((id) => join(bed, id));
  bed.advance(2 * SETTINGS.initialRebalanceDelayMs);
  const { generationId, leader } = bed.answer<JoinGroupResponse>(joins[0] as number);
  for (const id of ids) if (id !== leader) sync(bed, id, generationId);
  const assignments = Object.fromEntries(ids.map((id, index) => [id, `part ${index}`]));
  bed.answer<SyncGroupResponse>(sync(bed, leader, generationId, { assignments }));
  return { ids, generation: generationId };
}
