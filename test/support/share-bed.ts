import type { CallId } from '../../src/base/machine.js';
import {
  readShareRecord,
  type ShareRecord,
  writeShareRecord,
} from '../../src/protocol/generated/share-coordinator-records.js';
import { MetadataImage } from '../../src/state/metadata/image.js';
import type { PartitionState } from '../../src/state/metadata/partition-state.js';
import { deleteShareState, forgetTopics } from '../../src/state/share/delete-share-state.js';
import { initializeShareState } from '../../src/state/share/initialize-share-state.js';
import { readShareState, readShareStateSummary } from '../../src/state/share/read-share-state.js';
import type {
  SharePartitionKey,
  ShareState,
  ShareStateRefusal,
  ShareStateSummary,
  ShareStateWrite,
} from '../../src/state/share/share-state.js';
import {
  type ShareStateContext,
  ShareStateMachine,
  type ShareStateOutcome,
  type ShareStateSettings,
} from '../../src/state/share/share-state-machine.js';
import { writeShareState } from '../../src/state/share/write-share-state.js';

export const TOPIC = 'dGhlLWZpcnN0LXRvcGljIQ';
export const OTHER_TOPIC = 'dGhlLW90aGVyLXRvcGljIQ';
export const TOPIC_PARTITIONS = 3;

const SETTINGS: ShareStateSettings = { updatesPerSnapshot: 500, coldSnapshotIntervalMs: 300_000 };

/** A machine of share partitions with its records and replies in plain sight, and time that is moved by hand. */
export class ShareBed {
  readonly machine: ShareStateMachine;
  readonly image = new MetadataImage();
  readonly records: ShareRecord[] = [];
  readonly timers = new Map<string, number>();
  nowMs = 1_000_000;
  private readonly settings: ShareStateSettings;
  private nextCall: CallId = 1;

  constructor(settings: Partial<ShareStateSettings> = {}) {
    this.settings = { ...SETTINGS, ...settings };
    this.machine = new ShareStateMachine(this.settings);
    for (const id of [TOPIC, OTHER_TOPIC]) this.createTopic(id);
    this.ask((machine, call, context) => machine.onLoaded(call, context));
  }

  createTopic(id: string): void {
    const partitions = Array.from({ length: TOPIC_PARTITIONS }, () => ({}) as PartitionState);
    this.image.topicsById.set(id, { name: id, id, partitions });
  }

  /** The topic goes, and its share partitions with it. */
  deleteTopic(id: string): void {
    this.image.topicsById.delete(id);
    this.ask((machine, call) => forgetTopics(machine, call, new Set([id])));
  }

  initialize(key: SharePartitionKey, stateEpoch: number, startOffset: number): ShareStateRefusal | null {
    return this.ask((machine, call, context) =>
      initializeShareState(machine, call, key, stateEpoch, startOffset, context),
    );
  }

  read(key: SharePartitionKey, leaderEpoch: number): ShareState | ShareStateRefusal {
    return this.ask((machine, call, context) => readShareState(machine, call, key, leaderEpoch, context));
  }

  summary(key: SharePartitionKey): ShareStateSummary | ShareStateRefusal {
    return this.ask((machine, call, context) => readShareStateSummary(machine, call, key, context));
  }

  write(key: SharePartitionKey, write: ShareStateWrite): ShareStateRefusal | null {
    return this.ask((machine, call, context) => writeShareState(machine, call, key, write, context));
  }

  delete(key: SharePartitionKey): ShareStateRefusal | null {
    return this.ask((machine, call, context) => deleteShareState(machine, call, key, context));
  }

  /** Fires the timers that are due. */
  advance(byMs: number): void {
    this.nowMs += byMs;
    for (const [key, atMs] of [...this.timers]) {
      if (atMs > this.nowMs) continue;
      this.timers.delete(key);
      this.apply(this.machine.onTimer(key, this.context));
    }
  }

  /** Another coordinator that takes over with nothing but the bytes of the records, those from an offset on. */
  takenOver(from = 0): ShareBed {
    const next = new ShareBed(this.settings);
    next.nowMs = this.nowMs;
    for (const [id, topic] of next.image.topicsById)
      if (!this.image.topicsById.has(topic.id)) next.image.topicsById.delete(id);
    for (const [offset, record] of this.records.entries()) {
      const { key, value } = writeShareRecord(record);
      const read = readShareRecord(key, value) as ShareRecord;
      next.records.push(read);
      if (offset >= from) next.machine.replay(read, offset);
    }
    return next;
  }

  private get context(): ShareStateContext {
    return { nowMs: this.nowMs, image: this.image, newId: () => '', fraction: () => 0.5 };
  }

  private ask<Response>(
    command: (machine: ShareStateMachine, call: CallId, context: ShareStateContext) => ShareStateOutcome,
  ): Response {
    const call = this.nextCall++;
    const outcome = command(this.machine, call, this.context);
    this.apply(outcome);
    if (outcome.replies.length !== 1 || outcome.replies[0]?.call !== call) throw new Error(`no reply to call ${call}`);
    return outcome.replies[0].response as Response;
  }

  private apply(outcome: ShareStateOutcome): void {
    for (const record of outcome.records) {
      this.records.push(record);
      this.machine.replay(record, this.records.length - 1);
    }
    for (const { key, atMs } of outcome.timers) {
      if (atMs === null) this.timers.delete(key);
      else this.timers.set(key, atMs);
    }
  }
}
