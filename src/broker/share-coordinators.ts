import type { Clock, Logger, Random, Timer } from '../base/host.js';
import { javaAbs, javaHash } from '../base/java-hash.js';
import type { CallId } from '../base/machine.js';
import { KafkaError } from '../protocol/errors.js';
import {
  readShareRecord,
  type ShareRecord,
  writeShareRecord,
} from '../protocol/generated/share-coordinator-records.js';
import * as header from '../protocol/records/batch-header.js';
import { readRecords } from '../protocol/records/batch-reader.js';
import type { MetadataImage, TopicState } from '../state/metadata/image.js';
import { forgetTopics } from '../state/share/delete-share-state.js';
import { type SharePartitionKey, sharePartitionName } from '../state/share/share-state.js';
import {
  type ShareStateContext,
  ShareStateMachine,
  type ShareStateOutcome,
} from '../state/share/share-state-machine.js';
import { appendBatch, batchOf } from './append-records.js';
import type { BrokerMetadata } from './broker-metadata.js';
import { SHARE_STATE_TOPIC } from './internal-topics.js';
import type { Partition } from './partition.js';
import type { Partitions } from './partitions.js';
import { replayLog } from './replay-log.js';
import { ReplicatedMachine } from './replicated-machine.js';
import type { ShareCoordinatorSettings } from './share-coordinator-settings.js';

export interface ShareCoordinatorsOptions {
  readonly settings: ShareCoordinatorSettings;
  readonly metadata: BrokerMetadata;
  readonly partitions: Partitions;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Begins to make __share_group_state. */
  createStateTopic(): void;
}

export type ShareStateCommand = (
  machine: ShareStateMachine,
  call: CallId,
  context: ShareStateContext,
) => ShareStateOutcome;

interface Coordinator {
  readonly partition: Partition;
  readonly runtime: ReplicatedMachine<ShareStateMachine, ShareRecord, MetadataImage>;
  /** Topics that went while it was loading. */
  readonly lostTopics: Set<string>;
  loading: boolean;
}

/** The share coordinators of this broker: one for each partition of __share_group_state that it leads (KIP-932). */
export class ShareCoordinators {
  private readonly options: ShareCoordinatorsOptions;
  private readonly coordinators = new Map<number, Coordinator>();
  private pruning: Timer | null = null;

  constructor(options: ShareCoordinatorsOptions) {
    this.options = options;
  }

  /** The broker that coordinates the share partition; null while the topic is not there, which it will be soon then. */
  coordinatorOf(key: SharePartitionKey): number | null {
    const topic = this.options.metadata.image.topics.get(SHARE_STATE_TOPIC);
    if (topic === undefined) {
      this.options.createStateTopic();
      return null;
    }
    const leader = topic.partitions[this.partitionOf(key)]?.leader ?? -1;
    return leader < 0 ? null : leader;
  }

  /** @throws KafkaError when this broker does not coordinate the share partition (yet) */
  async call<Response>(key: SharePartitionKey, command: ShareStateCommand): Promise<Response> {
    const coordinator = this.coordinators.get(this.partitionOf(key));
    if (coordinator === undefined) throw new KafkaError('NOT_COORDINATOR');
    if (coordinator.loading) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
    return coordinator.runtime.call<Response>(command);
  }

  onLeader(partition: Partition): void {
    if (partition.topic !== SHARE_STATE_TOPIC) return;
    this.onResign(partition);
    const { clock, random, logger, metadata, settings } = this.options;
    const runtime = new ReplicatedMachine<ShareStateMachine, ShareRecord, MetadataImage>({
      machine: new ShareStateMachine(settings),
      log: { append: (records) => append(partition, records, clock.nowMs()) },
      image: () => metadata.image,
      clock,
      random,
      logger,
    });
    const coordinator: Coordinator = { partition, runtime, lostTopics: new Set(), loading: true };
    this.coordinators.set(partition.index, coordinator);
    this.pruneLater();
    this.load(coordinator).catch((error: unknown) => {
      logger.error(`Cannot load the state of share groups of ${partition.name}`, error);
    });
  }

  onResign(partition: Partition): void {
    if (partition.topic !== SHARE_STATE_TOPIC) return;
    this.coordinators.get(partition.index)?.runtime.close(new KafkaError('NOT_COORDINATOR'));
    this.coordinators.delete(partition.index);
    if (this.coordinators.size === 0) this.stopPruning();
  }

  /** What share groups have of topics that are gone goes too. */
  onTopicsDeleted(topics: readonly TopicState[]): void {
    const ids = new Set(topics.map(({ id }) => id));
    for (const coordinator of this.coordinators.values()) {
      if (coordinator.loading) for (const id of ids) coordinator.lostTopics.add(id);
      else this.forget(coordinator, ids);
    }
  }

  close(): void {
    this.stopPruning();
    for (const { runtime } of this.coordinators.values()) runtime.close(new KafkaError('NOT_COORDINATOR'));
    this.coordinators.clear();
  }

  private partitionOf(key: SharePartitionKey): number {
    const topic = this.options.metadata.image.topics.get(SHARE_STATE_TOPIC);
    const partitions = topic?.partitions.length ?? this.options.settings.statePartitions;
    return javaAbs(javaHash(sharePartitionName(key))) % partitions;
  }

  private async load(coordinator: Coordinator): Promise<void> {
    const { partition, runtime, lostTopics } = coordinator;
    const isCurrent = (): boolean => this.coordinators.get(partition.index) === coordinator;
    await replayLog(partition.log, isCurrent, (bytes, at) => replayBatch(runtime.machine, bytes, at));
    if (!isCurrent()) return;
    coordinator.loading = false;
    await runtime.call((machine, call, context) => machine.onLoaded(call, context));
    if (lostTopics.size > 0) this.forget(coordinator, lostTopics);
  }

  private forget({ partition, runtime }: Coordinator, topicIds: ReadonlySet<string>): void {
    runtime
      .call((machine, call) => forgetTopics(machine, call, topicIds))
      .catch((error: unknown) => {
        this.options.logger.error(`Cannot delete the state of deleted topics in ${partition.name}`, error);
      });
  }

  private pruneLater(): void {
    if (this.pruning !== null) return;
    this.pruning = this.options.clock.setTimer(this.options.settings.pruneIntervalMs, () => {
      this.pruning = null;
      for (const coordinator of this.coordinators.values()) this.prune(coordinator);
      this.pruneLater();
    });
  }

  private stopPruning(): void {
    this.pruning?.cancel();
    this.pruning = null;
  }

  /** The topic is not compacted: what a newer snapshot says again is cut off, as far as all share partitions have one. */
  private prune({ partition, runtime, loading }: Coordinator): void {
    const below = loading ? null : runtime.machine.redundantBelow;
    if (below === null || below <= partition.log.logStartOffset) return;
    const failure = partition.log.advanceLogStart(below);
    if (failure === null) this.options.partitions.wakeAll(partition);
    else this.options.logger.error(`Cannot delete the records of ${partition.name} below ${below}: ${failure.message}`);
  }
}

function replayBatch(machine: ShareStateMachine, bytes: Buffer, at: number): void {
  if (header.isControl(header.attributes(bytes, at))) return;
  for (const { key, value, offset } of readRecords(bytes, at)) {
    const record = key === null ? null : readShareRecord(key, value);
    if (record !== null) machine.replay(record, offset);
  }
}

const append = (partition: Partition, records: readonly ShareRecord[], nowMs: number): number =>
  appendBatch(partition, batchOf(records, writeShareRecord, nowMs).build({ baseSequence: 0 }));
