import type { Disk } from '../../../base/disk.js';
import type { Clock } from '../../../base/host.js';
import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { FetchedPartition } from '../../../client/consumer/fetched-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { baseOffset } from '../../../protocol/records/batch-header.js';
import { InvalidRecordError } from '../../../protocol/records/record-errors.js';
import type { PartitionPlace } from '../../../storage/offline/find-partitions.js';
import { OfflinePartition, type OfflinePartitionOptions } from '../../../storage/offline/offline-partition.js';
import type { ReadState, Trouble } from '../../../storage/offline/offline-reader.js';

/** Whoever writes a batch is done with it by then: what is no whole batch still is none that is being written. */
const SETTLED_MS = 200;
const ALL_RECORDS = 0x7fff_ffff;
/** Checksums were compared already. */
const NO_CHECKS = { readCommitted: false, checkCrcs: false };

/** `waiting`: for what may become whole yet. */
export type PartitionState = Exclude<ReadState, 'batch'> | 'records' | 'waiting';

/** One partition in a log directory, as records that a consumer could have received. */
export class LogDirPartition {
  readonly place: PartitionPlace;
  /** What the last `records` brought. */
  records: ConsumedRecords | null = null;
  /** Of the last `unfinished` or `damaged`. */
  trouble: Trouble | null = null;
  private readonly log: OfflinePartition;
  private readonly fromOffset: number;
  private readonly disk: Disk;
  private readonly clock: Clock;
  private troubledSinceMs: number | null = null;

  constructor(disk: Disk, clock: Clock, place: PartitionPlace, options: OfflinePartitionOptions) {
    this.place = place;
    this.disk = disk;
    this.clock = clock;
    this.fromOffset = options.fromOffset;
    this.log = new OfflinePartition(disk, place.path, options);
  }

  /** Of the next record to be given out. */
  get nextOffset(): number {
    return this.log.reader.nextOffset;
  }

  /** Bytes of the batch that the records came in. */
  get sizeBytes(): number {
    return this.log.reader.sizeBytes;
  }

  /** @throws DiskError */
  next(): PartitionState {
    for (;;) {
      const state = this.log.next();
      if (state === 'damaged' || state === 'unfinished') return this.troubled(state);
      this.troubledSinceMs = null;
      if (state !== 'batch') return state;
      const opened = this.open();
      if (opened !== null) return opened;
    }
  }

  /** Goes on behind what is damaged. */
  skip(): void {
    // Behind a batch that is the one that was written, only nobody can read it, the reader stands already.
    if (this.troubledSinceMs !== null) this.log.reader.skip();
    this.troubledSinceMs = null;
  }

  close(): void {
    this.log.reader.close();
  }

  /** Null where the batch has no records for a consumer. */
  private open(): PartitionState | null {
    const { reader } = this.log;
    const { bytes, at, sizeBytes } = reader;
    const { topic, partition } = this.place;
    const from = this.fromOffset;
    const batch = bytes.subarray(at, at + sizeBytes);
    try {
      const records = new FetchedPartition(topic, partition, 0, from, batch, [], NO_CHECKS).take(ALL_RECORDS);
      if (records === null) return null;
      this.walk(records);
      this.records = records;
      return 'records';
    } catch (error) {
      if (!(error instanceof KafkaError) && !(error instanceof InvalidRecordError)) throw error;
      const { message } = (error.cause ?? error) as Error;
      const { path, position } = reader;
      this.trouble = { path, position, offset: baseOffset(bytes, at), reason: message };
      return 'damaged';
    }
  }

  /** So that nothing of a batch is printed whose records are not what they should be. */
  private walk({ cursor }: ConsumedRecords): void {
    while (cursor.next());
    cursor.rewind();
  }

  private troubled(state: 'damaged' | 'unfinished'): PartitionState {
    const nowMs = this.clock.monotonicMs();
    const { trouble } = this.log.reader;
    const isSame = this.troubledSinceMs !== null && trouble?.position === this.trouble?.position;
    if (!isSame || this.troubledSinceMs === null) this.troubledSinceMs = nowMs;
    this.trouble = trouble;
    return nowMs - this.troubledSinceMs >= SETTLED_MS || this.isAtRest() ? state : 'waiting';
  }

  private isAtRest(): boolean {
    const modifiedMs = this.disk.stat(this.trouble?.path ?? '')?.modifiedMs ?? 0;
    return this.clock.nowMs() - modifiedMs >= SETTLED_MS;
  }
}
