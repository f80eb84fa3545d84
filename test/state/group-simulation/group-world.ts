import type { KafkaError } from '../../../src/protocol/errors.js';
import { leaveGroup } from '../../../src/state/group/classic/leave-group.js';
import { deleteGroup } from '../../../src/state/group/delete-group.js';
import { GroupMachine } from '../../../src/state/group/group-machine.js';
import type { GroupSettings } from '../../../src/state/group/settings.js';
import { MetadataImage } from '../../../src/state/metadata/image.js';
import { LED_PARTITION, SETTINGS } from '../../support/group-bed.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { ClassicProcess } from './classic-process.js';
import { CommitLedger } from './commit-ledger.js';
import { ConsumerProcess } from './consumer-process.js';
import { hardStateOf } from './hard-state.js';
import { Ownership } from './ownership.js';
import { RecordView } from './record-view.js';
import { SimulatedClock } from './simulated-clock.js';
import { type Batch, replayAll, replayBatch, SimulatedCoordinator } from './simulated-coordinator.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Action, HistoryPlan, Subscription } from './step.js';

export const GROUP = 'shop';
const LEAVE_VERSION = 5;
const NAMES = ['ada', 'bob', 'cleo', 'dan', 'eva', 'finn', 'gus', 'hana'];

/** One coordinator, its group's processes, the topics, and everything that is promised of them. */
export class GroupWorld {
  readonly clock: SimulatedClock;
  readonly image = new MetadataImage();
  readonly settings: GroupSettings;
  readonly records = new RecordView();
  readonly ownership = new Ownership(this.records);
  readonly commits: CommitLedger;
  readonly coordinator: SimulatedCoordinator;
  readonly processes: SimulatedProcess[] = [];
  /** The machine that the log alone makes. */
  private shadow: GroupMachine;
  private problem: unknown = null;
  private readonly story: string[] | null;
  private readonly startMs: number;
  private readonly topicNames = new Map<string, string>();
  private topicsMade = 0;
  /** What the last leader of a classic group shared out. */
  sharedOut: { readonly sharedTopics: readonly string[]; readonly sharedOut: string } | null = null;
  /** A static member that starts again wants what it wanted: otherwise nobody would assign anew (KIP-345). */
  private readonly wishes = new Map<string, Subscription>();
  private readonly forgotten: { readonly topic: string | null; readonly turn: number }[] = [];

  constructor(plan: HistoryPlan, story: string[] | null) {
    this.story = story;
    this.clock = new SimulatedClock();
    this.startMs = this.clock.nowMs();
    this.settings = {
      ...SETTINGS,
      initialRebalanceDelayMs: plan.settings.initialRebalanceDelayMs,
      maxSize: plan.settings.maxSize,
      consumerMaxSize: plan.settings.maxSize,
      offsetsRetentionMs: plan.settings.retentionMs,
      retentionCheckIntervalMs: 5000,
      consumerSessionTimeoutMs: 10_000,
      consumerHeartbeatIntervalMs: 2000,
      consumerAssignmentIntervalMs: plan.settings.assignmentIntervalMs,
      migrationPolicy: plan.settings.migrationPolicy,
    };
    this.shadow = new GroupMachine(this.settings);
    this.commits = new CommitLedger(this);
    for (const { name, partitions } of plan.topics) this.createTopic(name, partitions);
    this.coordinator = new SimulatedCoordinator(this.settings, this.image, this.clock, new SeededRandom(7), {
      appended: (batch) => this.appended(batch),
      cut: (batches) => this.cut(batches),
      tell: (what) => this.tell(what),
      broken: (error) => this.broken(error),
    });
  }

  tell(what: () => string): void {
    if (this.story === null) return;
    const atMs = this.clock.nowMs() - this.startMs;
    this.story.push(`${(atMs / 1000).toFixed(3).padStart(9)} s  ${what()}`);
  }

  broken(error: unknown): void {
    this.problem ??= error;
  }

  /** @throws what was found broken meanwhile */
  async runUntil(atMs: number): Promise<void> {
    await this.clock.runUntil(this.startMs + atMs);
    if (this.problem !== null) throw this.problem;
    this.check();
  }

  get elapsedMs(): number {
    return this.clock.nowMs() - this.startMs;
  }

  /** @throws when the machine is not what its records say, or an offset is not what was promised */
  check(): void {
    const { machine } = this.coordinator;
    if (machine === null) return;
    const live = hardStateOf(machine);
    const replayed = hardStateOf(this.shadow);
    if (live.group !== null && replayed.group !== live.group) {
      throw new Error(`the records say of the group ${replayed.group}, the machine ${live.group}`);
    }
    if (live.offsets !== replayed.offsets) {
      throw new Error(`the records say of the offsets ${replayed.offsets}, the machine ${live.offsets}`);
    }
    this.commits.check(machine);
    const group = machine.consumerGroup(GROUP);
    if (group === null) return;
    const owners = new Map<string, string>();
    for (const { memberId, assigned, pendingRevocation } of group.members.values()) {
      for (const [topicId, partitions] of [...assigned, ...pendingRevocation]) {
        for (const partition of partitions) {
          const other = owners.get(`${topicId}:${partition}`);
          if (other !== undefined) throw new Error(`${other} and ${memberId} both have ${topicId}:${partition}`);
          owners.set(`${topicId}:${partition}`, memberId);
        }
      }
    }
  }

  topicId(name: string): string {
    return this.image.topics.get(name)?.id ?? `no ${name}`;
  }

  topicName(id: string): string {
    return this.topicNames.get(id) ?? id;
  }

  wasForgotten(key: string, turn: number): boolean {
    return this.forgotten.some((one) => one.turn > turn && (one.topic === null || key.startsWith(`${one.topic}-`)));
  }

  /** @throws when nobody could have a reason to refuse the process for good */
  gaveUp(process: SimulatedProcess, { error, message }: KafkaError): void {
    const { instanceId, protocol } = process.plan;
    const others = this.processes.filter((other) => other !== process);
    const isFenced = instanceId !== null && others.some(({ plan }) => plan.instanceId === instanceId);
    // Protocols that may not mix keep each other out.
    const isMixed =
      this.settings.migrationPolicy !== 'bidirectional' && others.some(({ plan }) => plan.protocol !== protocol);
    const isAllowed =
      // Of the protocols that the members know a record keeps the one that was chosen.
      (error === 'INCONSISTENT_GROUP_PROTOCOL' && this.coordinator.life > 1) ||
      // It joined a consumer group by its own first protocol, and syncs in the classic group that this became meanwhile.
      (error === 'INCONSISTENT_GROUP_PROTOCOL' && (process.syncsSinceLife ?? Infinity) < this.records.life) ||
      (error === 'FENCED_INSTANCE_ID' && isFenced) ||
      // The id that a static member had before is the one that the records know.
      (error === 'FENCED_INSTANCE_ID' && protocol === 'classic' && this.coordinator.life > 1) ||
      (error === 'GROUP_MAX_SIZE_REACHED' && this.settings.maxSize < 100) ||
      (error === 'GROUP_ID_NOT_FOUND' && (this.records.life > 0 || this.settings.maxSize < 100)) ||
      (isMixed && ['INCONSISTENT_GROUP_PROTOCOL', 'GROUP_ID_NOT_FOUND', 'UNKNOWN_MEMBER_ID'].includes(error));
    if (!isAllowed) throw new Error(`${process.name} was refused for good: ${error} ${message}`);
  }

  act(action: Action): void {
    this.tell(() => `-- ${textOf(action)}`);
    switch (action.kind) {
      case 'start':
        this.startProcess(action);
        return;
      case 'simple-commit':
        if (this.image.topics.has(action.topic)) this.commits.sendSimple(action.topic);
        return;
      case 'delete-group':
        this.deleteGroup();
        return;
      case 'create-topic':
        if (!this.image.topics.has(action.topic)) this.createTopic(action.topic, action.partitions);
        return;
      case 'delete-topic':
        this.deleteTopic(action.topic);
        return;
      case 'extend-topic': {
        const topic = this.image.topics.get(action.topic);
        if (topic === undefined) return;
        for (let left = action.by; left > 0; left--) topic.partitions.push(LED_PARTITION);
        this.topicsChanged();
        return;
      }
      case 'crash':
        this.coordinator.crashAt(action);
        return;
      case 'refuse':
        this.coordinator.refuseAt(action.atAppend, action.count);
        return;
      default: {
        const process = this.processes.find(({ name }) => name === NAMES[action.process]);
        if (process?.isAlive) this.actOf(process, action);
      }
    }
  }

  private actOf(process: SimulatedProcess, action: Extract<Action, { process: number }>): void {
    switch (action.kind) {
      case 'close':
        process.close();
        return;
      case 'kill':
        process.die();
        return;
      case 'freeze':
        process.freeze(action.forMs);
        return;
      case 'busy':
        process.beBusy(action.forMs);
        return;
      case 'lose':
        process.loses[action.what] += action.count;
        return;
      case 'subscribe':
        process.subscription = action.subscription;
        if (process === this.holderOf(process.plan.instanceId)) {
          this.wishes.set(process.plan.instanceId as string, action.subscription);
        }
        process.onTopicsChanged();
        return;
      case 'commit':
        process.commit(action.isStale);
        return;
      case 'remove':
        this.remove(process);
    }
  }

  /** The last process that claims a static place. */
  private holderOf(instanceId: string | null): SimulatedProcess | undefined {
    return instanceId === null ? undefined : this.processes.findLast(({ plan }) => plan.instanceId === instanceId);
  }

  private startProcess({ process, plan }: Extract<Action, { kind: 'start' }>): void {
    const name = NAMES[process] as string;
    const started =
      plan.protocol === 'classic' ? new ClassicProcess(this, name, plan) : new ConsumerProcess(this, name, plan);
    if (plan.instanceId !== null) {
      started.subscription = this.wishes.get(plan.instanceId) ?? plan.subscription;
      this.wishes.set(plan.instanceId, started.subscription);
    }
    this.processes.push(started);
    started.start();
  }

  /** By an administrator. */
  private remove(process: SimulatedProcess): void {
    const { memberId } = process.identity;
    const members = [{ memberId, groupInstanceId: process.plan.instanceId, reason: null }];
    const request = { groupId: GROUP, memberId: '', members };
    this.coordinator.call(
      (machine, call, context) => leaveGroup(machine, call, request, LEAVE_VERSION, context),
      () => {},
    );
  }

  private deleteGroup(): void {
    const { life } = this.coordinator;
    this.coordinator.call(
      (machine, call) => {
        const outcome = deleteGroup(machine, call, GROUP);
        if (outcome.records.length > 0) this.forget(null);
        return outcome;
      },
      (error) => {
        if (error === null && this.coordinator.life === life)
          this.coordinator.heardOf = this.coordinator.batches.length;
      },
    );
  }

  private forget(topic: string | null): void {
    this.forgotten.push({ topic, turn: this.commits.turnNow });
    this.commits.forget(topic ?? undefined);
  }

  private createTopic(name: string, partitions: number): void {
    const id = `${name}${this.topicsMade++}`.padEnd(22, 'A');
    const topic = { name, id, partitions: Array.from({ length: partitions }, () => LED_PARTITION) };
    this.image.version += 1;
    this.image.versionOfNewTopics = this.image.version;
    this.image.topics.set(name, topic);
    this.image.topicsById.set(id, topic);
    this.topicNames.set(id, name);
    this.topicsChanged();
  }

  private deleteTopic(name: string): void {
    const topic = this.image.topics.get(name);
    if (topic === undefined) return;
    this.image.topics.delete(name);
    this.image.topicsById.delete(topic.id);
    this.forget(name);
    this.coordinator.forgetTopic(name);
    this.topicsChanged();
  }

  private topicsChanged(): void {
    for (const process of this.processes) if (process.isAlive) process.onTopicsChanged();
  }

  private appended(batch: Batch): void {
    this.tell(() => `   appended ${batch.records.map(recordText).join(', ')}`);
    replayBatch(this.shadow, batch);
    try {
      this.records.add(batch.records);
    } catch (error) {
      this.broken(error);
    }
  }

  private cut(batches: readonly Batch[]): void {
    this.shadow = new GroupMachine(this.settings);
    replayAll(this.shadow, batches);
    this.records.restart(batches);
  }
}

function recordText(record: Batch['records'][number]): string {
  const { type, key, value } = record;
  const text = JSON.stringify(value, (_, field) =>
    typeof field === 'bigint' ? String(field) : field?.type === 'Buffer' ? '…' : field,
  );
  return `${type} ${Object.values(key).join(' ')} ${text}`;
}

function textOf({ kind, ...rest }: Action): string {
  const process = 'process' in rest ? `${NAMES[rest.process]} ` : '';
  const fields = Object.entries(rest).filter(([name]) => name !== 'process' && name !== 'atMs');
  return `${process}${kind} ${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`;
}
