import { type CallId, type Context, type Machine, type Outcome, outcome } from '../../base/machine.js';
import type { ShareRecord } from '../../protocol/generated/share-coordinator-records.js';
import type { MetadataImage } from '../metadata/image.js';
import { afterSnapshot, afterUpdate, type SharePartitionState } from './share-partition-state.js';
import { shareSnapshot } from './share-records.js';
import { type SharePartitionKey, sharePartitionName } from './share-state.js';

/** What share coordinators take from the broker's configuration. */
export interface ShareStateSettings {
  /** share.coordinator.snapshot.update.records.per.snapshot */
  readonly updatesPerSnapshot: number;
  /** share.coordinator.cold.partition.snapshot.interval.ms */
  readonly coldSnapshotIntervalMs: number;
}

export type ShareStateContext = Context<MetadataImage>;
export type ShareStateOutcome = Outcome<ShareRecord>;

const COLD_TIMER = 'cold partitions';

/** The state of all share partitions in one partition of __share_group_state (KIP-932). */
export class ShareStateMachine implements Machine<ShareRecord, MetadataImage> {
  readonly settings: ShareStateSettings;
  /** By name, in the order of their snapshots in the log. */
  private readonly states = new Map<string, SharePartitionState>();
  private lastTombstoneOffset: number | null = null;

  constructor(settings: ShareStateSettings) {
    this.settings = settings;
  }

  get(key: SharePartitionKey): SharePartitionState | undefined {
    return this.states.get(sharePartitionName(key));
  }

  all(): Iterable<SharePartitionState> {
    return this.states.values();
  }

  /** All records before it say nothing any more; null while nobody knows of any. */
  get redundantBelow(): number | null {
    for (const { snapshotOffset } of this.states.values()) return snapshotOffset;
    return this.lastTombstoneOffset;
  }

  replay(record: ShareRecord, offset: number): void {
    const { key } = record;
    const name = sharePartitionName(key);
    const before = this.states.get(name);
    if (record.type === 'ShareUpdate') {
      if (record.value !== null) this.states.set(name, afterUpdate(before, key, record.value, offset));
      return;
    }
    // Taken out first, as what a map knows already keeps its place.
    this.states.delete(name);
    if (record.value === null) {
      this.lastTombstoneOffset = offset;
      return;
    }
    const { updatesPerSnapshot } = this.settings;
    this.states.set(name, afterSnapshot(before, before?.key ?? key, record.value, offset, updatesPerSnapshot));
  }

  onLoaded(call: CallId, { nowMs }: ShareStateContext): ShareStateOutcome {
    return outcome({ replies: [{ call, response: null }], timers: [this.nextColdSnapshots(nowMs)] });
  }

  /** Writes partitions anew whose snapshot is old, so that the log before them can go. */
  onTimer(_key: string, { nowMs }: ShareStateContext): ShareStateOutcome {
    return outcome({ records: this.coldSnapshots(nowMs), timers: [this.nextColdSnapshots(nowMs)] });
  }

  private coldSnapshots(nowMs: number): ShareRecord[] {
    const states = [...this.states.values()];
    // Once nothing but such snapshots is there, writing them again would let nothing go.
    if (states.every(({ createTimestampMs, writeTimestampMs }) => createTimestampMs !== writeTimestampMs)) return [];
    return states
      .filter(({ writeTimestampMs }) => nowMs - writeTimestampMs >= this.settings.coldSnapshotIntervalMs)
      .map((state) =>
        shareSnapshot(state.key, { ...state, snapshotEpoch: state.snapshotEpoch + 1, writeTimestampMs: nowMs }),
      );
  }

  private nextColdSnapshots(nowMs: number) {
    return { key: COLD_TIMER, atMs: nowMs + this.settings.coldSnapshotIntervalMs };
  }
}
