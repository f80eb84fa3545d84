import type { Clock, Logger, Random } from '../base/host.js';
import { javaAbs, javaHash } from '../base/java-hash.js';
import type { CallId, Outcome, TransactionalProducer } from '../base/machine.js';
import { type ErrorName, KafkaError } from '../protocol/errors.js';
import {
  type GroupRecord,
  readGroupRecord,
  writeGroupRecord,
} from '../protocol/generated/group-coordinator-records.js';
import * as header from '../protocol/records/batch-header.js';
import { readRecords } from '../protocol/records/batch-reader.js';
import { readEndTxnMarker } from '../protocol/records/control-records.js';
import type { GroupCommandContext } from '../state/group/classic/rebalance.js';
import { Effects } from '../state/group/effects.js';
import { GroupMachine } from '../state/group/group-machine.js';
import { offsetTombstone } from '../state/group/offsets/offsets.js';
import type { GroupSettings } from '../state/group/settings.js';
import { dropTopics } from '../state/group/share/share-initialization.js';
import type { MetadataImage, TopicState } from '../state/metadata/image.js';
import { appendBatch, batchOf } from './append-records.js';
import type { BrokerMetadata } from './broker-metadata.js';
import { OFFSETS_TOPIC } from './internal-topics.js';
import type { Partition } from './partition.js';
import { replayLog } from './replay-log.js';
import { ReplicatedMachine } from './replicated-machine.js';
import { appendMarker, type TransactionMarker } from './transaction-marker.js';

export interface GroupCoordinatorsOptions {
  readonly settings: GroupSettings;
  readonly metadata: BrokerMetadata;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeId: number;
  /** offsets.topic.num.partitions */
  readonly offsetsPartitions: number;
  /** Begins to make __consumer_offsets. */
  createOffsetsTopic(): void;
}

type Runtime = ReplicatedMachine<GroupMachine, GroupRecord, MetadataImage>;
export type GroupCommand = (machine: GroupMachine, call: CallId, context: GroupCommandContext) => Outcome<GroupRecord>;

interface Coordinator {
  readonly runtime: Runtime;
  loading: boolean;
}

/** The group coordinators of this broker: one for each partition of __consumer_offsets that it leads. */
export class GroupCoordinators {
  private readonly options: GroupCoordinatorsOptions;
  private readonly coordinators = new Map<number, Coordinator>();

  constructor(options: GroupCoordinatorsOptions) {
    this.options = options;
  }

  /** The broker that coordinates the group; null while the offsets topic is not there, which it will be soon then. */
  coordinatorOf(groupId: string): number | null {
    const topic = this.options.metadata.image.topics.get(OFFSETS_TOPIC);
    if (topic === undefined) {
      this.options.createOffsetsTopic();
      return null;
    }
    const leader = topic.partitions[partitionOf(groupId, topic.partitions.length)]?.leader ?? -1;
    return leader < 0 ? null : leader;
  }

  /** @throws KafkaError when this broker does not coordinate the group (yet) */
  async call<Response>(groupId: string, command: GroupCommand): Promise<Response> {
    const coordinator = this.coordinators.get(this.partitionOf(groupId));
    if (coordinator === undefined) throw new KafkaError('NOT_COORDINATOR');
    if (coordinator.loading) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
    return this.run<Response>(coordinator, command);
  }

  /** The partition of __consumer_offsets that has the group's offsets, or will have once the topic is there. */
  partitionOf(groupId: string): number {
    const topic = this.options.metadata.image.topics.get(OFFSETS_TOPIC);
    return partitionOf(groupId, topic?.partitions.length ?? this.options.offsetsPartitions);
  }

  /** A transaction with offsets in the partition has ended. @returns what keeps its marker from being written */
  endTransaction(partition: Partition, marker: TransactionMarker): ErrorName | null {
    const coordinator = this.coordinators.get(partition.index);
    if (coordinator === undefined) return 'NOT_COORDINATOR';
    if (coordinator.loading) return 'COORDINATOR_LOAD_IN_PROGRESS';
    const error = appendMarker(partition, marker, this.options.clock.nowMs());
    if (error === null) coordinator.runtime.machine.offsets.endTransaction(marker.producerId, marker.isCommit);
    return error;
  }

  /** Looks at the groups of all partitions. @throws KafkaError COORDINATOR_LOAD_IN_PROGRESS */
  all<Item>(look: (machine: GroupMachine) => readonly Item[]): Item[] {
    const loading = [...this.coordinators.values()].some((coordinator) => coordinator.loading);
    if (loading) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
    return [...this.coordinators.values()].flatMap((coordinator) => look(coordinator.runtime.machine));
  }

  onLeader(partition: Partition): void {
    if (partition.topic !== OFFSETS_TOPIC) return;
    this.onResign(partition);
    const machine = new GroupMachine(this.options.settings);
    const { clock, random, logger, metadata } = this.options;
    const log = {
      append: (records: readonly GroupRecord[], producer?: TransactionalProducer) => {
        try {
          return append(partition, records, clock.nowMs(), producer);
        } catch (error) {
          this.reloadLater(partition);
          throw error;
        }
      },
    };
    const runtime: Runtime = new ReplicatedMachine({
      machine,
      log,
      image: () => metadata.image,
      clock,
      random,
      logger,
    });
    const coordinator = { runtime, loading: true };
    this.coordinators.set(partition.index, coordinator);
    this.load(partition, coordinator).catch((error: unknown) => {
      logger.error(`Cannot load the groups of ${partition.name}`, error);
    });
  }

  /** A command may have changed members before its records were refused: what the log says counts. */
  private reloadLater(partition: Partition): void {
    const coordinator = this.coordinators.get(partition.index);
    // Nobody is to see the half-done state until then.
    if (coordinator !== undefined) coordinator.loading = true;
    this.options.clock.setTimer(0, () => {
      const isCurrent = this.coordinators.get(partition.index) === coordinator;
      if (isCurrent && partition.isLeader) this.onLeader(partition);
    });
  }

  onResign(partition: Partition): void {
    if (partition.topic !== OFFSETS_TOPIC) return;
    this.coordinators.get(partition.index)?.runtime.close(new KafkaError('NOT_COORDINATOR'));
    this.coordinators.delete(partition.index);
  }

  /** Offsets of topics that are gone go too, and so does what share groups know of their partitions. */
  onTopicsDeleted(topics: readonly TopicState[]): void {
    const names = new Set(topics.map((topic) => topic.name));
    const ids = new Set(topics.map((topic) => topic.id));
    for (const coordinator of this.coordinators.values()) {
      if (coordinator.loading) continue;
      this.forget(coordinator, (machine, effects) => effects.write(...offsetsOf(machine, names)));
      this.forget(coordinator, (machine, effects, context) => dropTopics(machine, ids, effects, context));
    }
  }

  private forget(
    coordinator: Coordinator,
    forget: (machine: GroupMachine, effects: Effects, context: GroupCommandContext) => void,
  ): void {
    this.run(coordinator, (machine, call, context) => {
      const effects = new Effects().reply(call, null);
      forget(machine, effects, context);
      return effects;
    }).catch((error: unknown) => this.options.logger.error('Cannot forget about deleted topics', error));
  }

  close(): void {
    for (const { runtime } of this.coordinators.values()) runtime.close(new KafkaError('NOT_COORDINATOR'));
    this.coordinators.clear();
  }

  private run<Response>(coordinator: Coordinator, command: GroupCommand): Promise<Response> {
    const { settings } = this.options;
    return coordinator.runtime.call<Response>((machine, call, context) =>
      command(machine, call, { ...context, settings }),
    );
  }

  private async load(partition: Partition, coordinator: Coordinator): Promise<void> {
    const { machine } = coordinator.runtime;
    const isCurrent = (): boolean => this.coordinators.get(partition.index) === coordinator;
    await replayLog(partition.log, isCurrent, (bytes, at) => replayBatch(machine, bytes, at));
    if (!isCurrent()) return;
    coordinator.loading = false;
    await this.run(coordinator, (loaded, call, context) => {
      const effects = loaded.onLoaded(context);
      return effects.reply(call, null);
    });
  }
}

const partitionOf = (groupId: string, partitions: number): number => javaAbs(javaHash(groupId)) % partitions;

function replayBatch(machine: GroupMachine, bytes: Buffer, at: number): void {
  const attributes = header.attributes(bytes, at);
  const producerId = header.isTransactional(attributes) ? header.producerId(bytes, at) : undefined;
  for (const { key, value, offset } of readRecords(bytes, at)) {
    if (header.isControl(attributes)) {
      if (producerId !== undefined) machine.offsets.endTransaction(producerId, readEndTxnMarker(key, value).commit);
      continue;
    }
    const record = key === null ? null : readGroupRecord(key, value);
    if (record !== null) machine.replay(record, offset, producerId);
  }
}

/** @throws KafkaError as the log refuses */
function append(
  partition: Partition,
  records: readonly GroupRecord[],
  nowMs: number,
  producer?: TransactionalProducer,
): number {
  const { producerId, producerEpoch, guard } = producer ?? {};
  const fields = { producerId, producerEpoch, transactional: producer !== undefined, baseSequence: 0 };
  const batch = batchOf(records, writeGroupRecord, nowMs).build(fields);
  return appendBatch(partition, batch, { verificationRequired: guard !== undefined, guard });
}

function offsetsOf(machine: GroupMachine, topics: ReadonlySet<string>): GroupRecord[] {
  const records: GroupRecord[] = [];
  for (const groupId of machine.offsets.groups()) {
    for (const [topic, partitions] of machine.offsets.topics(groupId)) {
      if (!topics.has(topic)) continue;
      for (const partition of partitions.keys()) records.push(offsetTombstone(groupId, topic, partition));
    }
  }
  return records;
}
