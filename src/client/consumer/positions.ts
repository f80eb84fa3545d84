import { KafkaError } from '../../protocol/errors.js';
import { offsetForLeaderEpochApi } from '../../protocol/generated/offset-for-leader-epoch.js';
import { listOffsets, OffsetSpec } from '../admin/records.js';
import { asError, isRetriable, kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import { isError } from '../fan-out.js';
import { byTopic, type OfPartition, type TopicPartition } from '../topic-partition.js';
import type { ConsumerSettings, OffsetReset } from './consumer-config.js';
import { NoOffsetError } from './consumer-errors.js';
import type { PartitionState, SubscriptionState } from './subscription-state.js';

export interface Committed {
  readonly offset: number;
  readonly leaderEpoch: number;
}

export interface PositionsEvents {
  onProgress(): void;
  wishMetadata(): void;
  /** What the group has committed; null without a group. */
  fetchCommitted: ((partitions: readonly TopicPartition[]) => Promise<OfPartition<Committed | null>[]>) | null;
}

/** Finds out where to begin in partitions that have no position, and checks positions after a change of leader. */
export class Positions {
  private readonly cluster: Cluster;
  private readonly settings: ConsumerSettings;
  private readonly state: SubscriptionState;
  private readonly events: PositionsEvents;
  /** Versions of the partitions that are being looked up. */
  private readonly busy = new Map<string, number>();
  private error: Error | null = null;

  constructor(cluster: Cluster, settings: ConsumerSettings, state: SubscriptionState, events: PositionsEvents) {
    this.cluster = cluster;
    this.settings = settings;
    this.state = state;
    this.events = events;
  }

  /** Begins what has to be looked up now. @throws the error that a look-up ended with. */
  update(): void {
    if (this.error !== null) {
      const { error } = this;
      this.error = null;
      throw error;
    }
    const { fetchCommitted } = this.events;
    const needing = this.idle(this.state.needingCommitted());
    if (fetchCommitted === null) for (const one of needing) this.state.requestReset(one, 'default');
    else this.begin(needing, (states) => this.takeCommitted(states, fetchCommitted));
    this.begin(this.idle(this.state.needingReset()), (states) => this.reset(states));
    this.begin(this.idle(this.needingValidation()), (states) => this.validate(states));
  }

  private idle(states: readonly PartitionState[]): PartitionState[] {
    return states.filter(({ key, version }) => this.busy.get(key) !== version);
  }

  private begin(states: readonly PartitionState[], work: (states: readonly PartitionState[]) => Promise<void>): void {
    if (states.length === 0) return;
    for (const { key, version } of states) this.busy.set(key, version);
    const versions = new Map(states.map(({ key, version }) => [key, version]));
    const done = () => {
      for (const [key, version] of versions) if (this.busy.get(key) === version) this.busy.delete(key);
      this.events.onProgress();
    };
    work(states).then(done, (error: unknown) => {
      if (this.cluster.isClosed) return;
      if (isRetriable(error) && !isTimeout(error)) {
        this.cluster.pauses.wait(this.settings.retryBackoffMs).then(done, () => undefined);
        return;
      }
      this.error = asError(error);
      done();
    });
  }

  private async takeCommitted(
    states: readonly PartitionState[],
    fetchCommitted: NonNullable<PositionsEvents['fetchCommitted']>,
  ): Promise<void> {
    const versions = new Map(states.map(({ key, version }) => [key, version]));
    const found = await fetchCommitted(states.map(({ topic, partition }) => ({ topic, partition })));
    for (const { topic, partition, value } of found) {
      const state = this.state.get(topic, partition);
      if (state === undefined || state.version !== versions.get(state.key)) continue;
      if (value === null) this.state.requestReset(state, 'default');
      else this.state.seek(state, { offset: value.offset, offsetEpoch: value.leaderEpoch });
    }
  }

  private async reset(states: readonly PartitionState[]): Promise<void> {
    const homeless = states.filter(({ resetTo }) => resetTo === 'default' && this.settings.offsetReset.kind === 'none');
    if (homeless.length > 0) {
      throw new NoOffsetError(homeless.map(({ key }) => key));
    }
    const versions = new Map(states.map(({ key, version }) => [key, version]));
    const queries = states.map((state) => ({
      topic: state.topic,
      partition: state.partition,
      timestamp: this.timestampOf(state),
    }));
    const isolationLevel = this.settings.readCommitted ? 'read_committed' : 'read_uncommitted';
    const found = await listOffsets(this.cluster, queries, { isolationLevel });
    for (const { topic, partition, value } of found) {
      const state = this.state.get(topic, partition);
      if (state === undefined || state.version !== versions.get(state.key)) continue;
      if (isError(value)) throw value;
      // No record is that new: what comes next will be.
      if (value.offset < 0) this.state.requestReset(state, 'latest');
      // No epoch is known, nor committed, before a record was consumed (measured on 4.3.1).
      else this.state.seek(state, { offset: value.offset, offsetEpoch: -1 });
    }
  }

  private timestampOf({ resetTo }: PartitionState): number {
    if (resetTo === 'earliest') return OffsetSpec.EARLIEST;
    if (resetTo === 'latest') return OffsetSpec.LATEST;
    const reset: OffsetReset = this.settings.offsetReset;
    if (reset.kind === 'by_duration') return Math.max(0, this.cluster.host.clock.nowMs() - reset.durationMs);
    return reset.kind === 'earliest' ? OffsetSpec.EARLIEST : OffsetSpec.LATEST;
  }

  /** Positions whose leader is another one than that under which they were last checked. */
  private needingValidation(): PartitionState[] {
    const needing: PartitionState[] = [];
    for (const state of this.state.partitions.values()) {
      if (state.position === null) continue;
      const partition = this.cluster.metadata.partition(state.topic, state.partition);
      if (partition === undefined || partition.leader < 0) {
        this.events.wishMetadata();
        continue;
      }
      if (state.validatedEpoch === partition.leaderEpoch) continue;
      // Without both epochs there is nothing to compare; nor is there when the record before it is of this epoch.
      const { offsetEpoch } = state.position;
      if (offsetEpoch < 0 || partition.leaderEpoch < 0 || offsetEpoch === partition.leaderEpoch) {
        state.validatedEpoch = partition.leaderEpoch;
      } else {
        needing.push(state);
      }
    }
    return needing;
  }

  /** Asks the leaders where the epoch of each position ended: before the position means that the log was truncated. */
  private async validate(states: readonly PartitionState[]): Promise<void> {
    const byLeader = new Map<number, PartitionState[]>();
    for (const state of states) {
      const leader = this.cluster.metadata.partition(state.topic, state.partition)?.leader ?? -1;
      const known = byLeader.get(leader);
      if (known === undefined) byLeader.set(leader, [state]);
      else known.push(state);
    }
    await Promise.all([...byLeader].map(([leader, ofLeader]) => this.validateAt(leader, ofLeader)));
  }

  private async validateAt(leader: number, states: readonly PartitionState[]): Promise<void> {
    const asked = states.map((state) => ({
      state,
      topic: state.topic,
      position: state.position,
      epoch: this.cluster.metadata.partition(state.topic, state.partition)?.leaderEpoch ?? -1,
    }));
    const topics = [...byTopic(asked)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ state, position, epoch }) => ({
        partition: state.partition,
        currentLeaderEpoch: epoch,
        leaderEpoch: position?.offsetEpoch ?? -1,
      })),
    }));
    const response = await this.cluster.send(leader, offsetForLeaderEpochApi, { replicaId: -1, topics });
    for (const { topic, partitions } of response.topics) {
      for (const { partition, errorCode, endOffset, leaderEpoch } of partitions) {
        const one = asked.find(({ state }) => state.topic === topic && state.partition === partition);
        // Records that were there already may have moved the position on, into an epoch that the answer is not about.
        if (one === undefined || one.position === null || one.state.position !== one.position) continue;
        const error = kafkaErrorOf(errorCode);
        if (error !== null) {
          this.events.wishMetadata();
          throw error;
        }
        this.settleValidation(one.state, one.epoch, endOffset, leaderEpoch);
      }
    }
  }

  private settleValidation(state: PartitionState, epoch: number, endOffset: number, endEpoch: number): void {
    const position = state.position as NonNullable<PartitionState['position']>;
    const isUnknown = endOffset < 0 || endEpoch < 0;
    if (!isUnknown && endOffset >= position.offset) {
      state.validatedEpoch = epoch;
      return;
    }
    if (this.settings.offsetReset.kind === 'none') {
      const text = isUnknown ? '' : ` The log of ${state.key} ends at ${endOffset} in epoch ${endEpoch}.`;
      throw new KafkaError('OFFSET_OUT_OF_RANGE', `Truncated partition ${state.key} at ${position.offset}.${text}`);
    }
    if (isUnknown) this.state.requestReset(state, 'default');
    else this.state.seek(state, { offset: endOffset, offsetEpoch: endEpoch });
  }
}

const isTimeout = (error: unknown): boolean => error instanceof KafkaError && error.error === 'REQUEST_TIMED_OUT';
