import type { Disk } from '../base/disk.js';
import type { Clock, Logger, Timer } from '../base/host.js';
import { Writer } from '../base/writer.js';
import { writeLeaderChangeMessage } from '../protocol/generated/leader-change-message.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { encodeMetadataRecord } from '../protocol/metadata-frame.js';
import * as header from '../protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../protocol/records/batch-reader.js';
import {
  buildControlBatch,
  type ControlRecord,
  ControlRecordType,
  controlRecordType,
} from '../protocol/records/control-records.js';
import type { AtomicFile } from '../storage/atomic-file.js';
import type { Log } from '../storage/log.js';
import { decodeQuorumState, encodeQuorumState, type QuorumState } from '../storage/quorum-state.js';
import {
  encodeSnapshot,
  type QuorumVoter,
  quorumControlRecords,
  snapshotFileName,
  writeSnapshotFile,
} from '../storage/snapshot-file.js';
import type { ControllerLog } from './controller.js';
import { decodeMetadataBatches, encodeMetadataBatch, type MetadataBatch } from './metadata-batch.js';
import { snapshotFiles } from './snapshot-directory.js';

/** A snapshot of the metadata: everything below `offset`, as a file of batches. */
export interface MetadataSnapshot {
  readonly offset: number;
  readonly epoch: number;
  readonly content: Buffer;
}

export interface MetadataLogOptions {
  readonly log: Log;
  readonly quorumStateFile: AtomicFile;
  readonly disk: Disk;
  /** Of the log and its snapshots. */
  readonly directory: string;
  readonly nodeId: number;
  /** The newest one; null when there is none. */
  readonly snapshot: MetadataSnapshot | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const READ_BYTES = 1024 * 1024;
const NOBODY: QuorumState = { leaderEpoch: 0, leaderId: -1, votedId: -1, votedDirectoryId: '', voterIds: [] };

/** __cluster_metadata-0 of a quorum that has this node alone as its voter: it leads from its start on. */
export class MetadataLog implements ControllerLog {
  private readonly options: MetadataLogOptions;
  private readonly subscribers: ((batch: MetadataBatch) => void)[] = [];
  /** KRaftVersion and Voters of a dynamic quorum, as they stand in a snapshot or the log. */
  private quorumRecords: ControlRecord[] = [];
  private quorumRecordsInLog = false;
  private epoch = 0;
  private idleTimer: Timer | null = null;

  constructor(options: MetadataLogOptions) {
    this.options = options;
  }

  get endOffset(): number {
    return this.options.log.logEndOffset;
  }

  /** The oldest offset that is still in the log. */
  get startOffset(): number {
    return this.options.log.logStartOffset;
  }

  get leaderEpoch(): number {
    return this.epoch;
  }

  /** 1 where the voters stand in the log itself (KIP-853), 0 where only the configuration names them. */
  get kraftVersion(): number {
    return this.quorumRecords.length > 0 ? 1 : 0;
  }

  get isEmpty(): boolean {
    return this.endOffset === 0;
  }

  /** Is told of everything that is committed, from now on. */
  subscribe(subscriber: (batch: MetadataBatch) => void): void {
    this.subscribers.push(subscriber);
  }

  /** What is there already: the snapshot, then the log behind it. */
  async *load(): AsyncGenerator<MetadataBatch> {
    const { snapshot, log } = this.options;
    if (snapshot !== null) {
      this.beginBehind(snapshot);
      this.noteQuorumRecords(snapshot.content, false);
      const records = [...decodeMetadataBatches(snapshot.content)].flatMap((batch) => batch.records);
      yield { records, lastOffset: snapshot.offset - 1 };
    }
    let offset = Math.max(snapshot?.offset ?? 0, log.logStartOffset);
    while (offset < log.logEndOffset) {
      const read = await log.read({ offset, maxBytes: READ_BYTES, upTo: 'logEnd', minOneBatch: true });
      if (read.kind === 'failed') throw new Error(`The metadata log cannot be read: ${read.message}`);
      this.noteQuorumRecords(read.records, true);
      const before = offset;
      for (const batch of decodeMetadataBatches(read.records)) {
        offset = batch.lastOffset + 1;
        if (batch.records.length > 0) yield batch;
      }
      if (offset === before) throw new Error(`The metadata log has no whole batch at offset ${offset}`);
    }
  }

  /**
   * Begins a new epoch, as the one voter that there is. Where the log holds the voters, and holds this one with other
   * addresses, it is told the new ones.
   */
  async lead(voter: QuorumVoter | null = null): Promise<void> {
    const { log, nodeId, clock, logger } = this.options;
    const dynamic = this.quorumRecords.length > 0;
    const { snapshot } = this.options;
    this.epoch = Math.max(this.readQuorumState().leaderEpoch, log.latestEpoch ?? 0, snapshot?.epoch ?? 0) + 1;
    await this.options.quorumStateFile.save(
      encodeQuorumState({
        ...NOBODY,
        leaderEpoch: this.epoch,
        leaderId: nodeId,
        voterIds: dynamic ? null : [nodeId],
        votedDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA',
      }),
    );
    if (dynamic && voter !== null) this.noteOwnVoter(quorumControlRecords(1, [voter]));
    const records = [leaderChange(nodeId), ...(this.quorumRecordsInLog ? [] : this.quorumRecords)];
    this.quorumRecordsInLog = true;
    this.write(buildControlBatch(records, clock.nowMs(), { baseOffset: this.endOffset, leaderEpoch: this.epoch }));
    logger.info(`Completed transition to Leader of epoch ${this.epoch}`);
  }

  /** @throws MetadataLogError */
  append(records: readonly MetadataRecord[]): number {
    const baseOffset = this.endOffset;
    const appendedMs = this.options.clock.nowMs();
    const bytes = encodeMetadataBatch(records, baseOffset, this.epoch, appendedMs);
    this.write(bytes);
    const batch = { records, lastOffset: baseOffset + records.length - 1, sizeBytes: bytes.length, appendedMs };
    for (const subscriber of this.subscribers) subscriber(batch);
    return baseOffset;
  }

  /** @throws MetadataLogError when the disk failed */
  async flushed(): Promise<void> {
    const { log } = this.options;
    await log.flush();
    if (log.status === 'failed') throw new MetadataLogError('The metadata log cannot be synced: its disk failed');
  }

  /**
   * Makes the quorum one whose voters stand in the log (KIP-853): from now on, and after the next start.
   *
   * @throws MetadataLogError
   */
  keepVoters(voter: QuorumVoter): void {
    const records = quorumControlRecords(1, [voter]);
    const nowMs = this.options.clock.nowMs();
    this.write(buildControlBatch(records, nowMs, { baseOffset: this.endOffset, leaderEpoch: this.epoch }));
    this.quorumRecords = records;
    this.quorumRecordsInLog = true;
  }

  /** Shows followers and observers that the leader is there, even when nothing changes; 0 turns it off. */
  keepAlive(idleIntervalMs: number): void {
    if (idleIntervalMs <= 0) return;
    this.idleTimer = this.options.clock.setTimer(idleIntervalMs, () => {
      try {
        this.append([{ type: 'NoOpRecord', version: 0, value: {} }]);
      } catch (error) {
        this.options.logger.error('Cannot write to the metadata log', error);
      }
      this.keepAlive(idleIntervalMs);
    });
  }

  /** @param offset the first one that `records` do not contain; all before it is in this epoch's log */
  writeSnapshot(offset: number, records: Iterable<MetadataRecord>, lastContainedLogMs: number): void {
    const { disk, directory, clock, logger } = this.options;
    const content = encodeSnapshot({
      records: encoded(records),
      lastContainedLogMs,
      leaderEpoch: this.epoch,
      quorum: null,
      quorumRecords: this.quorumRecords,
      nowMs: clock.nowMs(),
    });
    const name = snapshotFileName(offset, this.epoch);
    writeSnapshotFile(disk, directory, name, content);
    logger.info(`Created new snapshot ${name} of ${content.length} bytes`);
  }

  /**
   * Removes the oldest snapshots while all that is there is too much, or they are too old, and the log before the oldest
   * that is left; the newest always stays. A limit below 0 is none.
   */
  dropOldSnapshots(maxBytes: number, maxAgeMs: number): void {
    const { disk, directory, log, clock } = this.options;
    const snapshots = snapshotFiles(disk, directory).flatMap((snapshot) => {
      const facts = disk.stat(`${directory}/${snapshot.name}`);
      return facts === null ? [] : [{ ...snapshot, sizeBytes: facts.sizeBytes, writtenMs: facts.modifiedMs }];
    });
    let sizeBytes = log.sizeBytes + snapshots.reduce((sum, snapshot) => sum + snapshot.sizeBytes, 0);
    for (let [oldest, next] = snapshots; oldest !== undefined && next !== undefined; [oldest, next] = snapshots) {
      const isOld = maxAgeMs >= 0 && clock.nowMs() - oldest.writtenMs > maxAgeMs;
      if (!isOld && (maxBytes < 0 || sizeBytes <= maxBytes)) break;
      const path = `${directory}/${oldest.name}`;
      disk.rename(path, `${path}.deleted`);
      disk.remove(`${path}.deleted`);
      snapshots.shift();
      const before = log.sizeBytes;
      log.advanceLogStart(next.offset);
      log.dropUnretained();
      sizeBytes += log.sizeBytes - before - oldest.sizeBytes;
    }
  }

  async close(): Promise<void> {
    this.idleTimer?.cancel();
    await this.options.log.close();
  }

  /** Lets go of everything without writing anything more. */
  abandon(): void {
    this.idleTimer?.cancel();
    this.options.log.abandon();
  }

  private write(batch: Buffer): void {
    const result = this.options.log.appendRaw(batch);
    if (result.kind === 'failed') throw new MetadataLogError(`Cannot write to the metadata log: ${result.message}`);
    this.options.log.updateHighWatermark(this.endOffset);
  }

  /**
   * A snapshot is synced when it is written, the log only before an answer: after a power cut a snapshot may hold more.
   * The log goes on behind it then, as nothing below may be written anew.
   */
  private beginBehind({ offset, epoch }: MetadataSnapshot): void {
    const { log, logger } = this.options;
    const logEpoch = log.latestEpoch ?? 0;
    if (epoch < logEpoch || (epoch === logEpoch && offset <= log.logEndOffset)) return;
    logger.warn(
      `The metadata log ends at offset ${log.logEndOffset}, before its newest snapshot, and goes on at ${offset}`,
    );
    log.truncateFullyTo(offset);
  }

  private readQuorumState(): QuorumState {
    const { quorumStateFile } = this.options;
    const text = quorumStateFile.read();
    return text === null ? NOBODY : decodeQuorumState(text, quorumStateFile.path);
  }

  private noteOwnVoter(records: ControlRecord[]): void {
    const isSame = records.every(({ type, value }) =>
      this.quorumRecords.some((known) => known.type === type && known.value.equals(value)),
    );
    if (isSame) return;
    this.quorumRecords = records;
    this.quorumRecordsInLog = false;
  }

  private noteQuorumRecords(bytes: Buffer, inLog: boolean): void {
    for (const at of batchStarts(bytes)) {
      if (!header.isControl(header.attributes(bytes, at))) continue;
      const found = readRecords(bytes, at)
        .map(({ key, value }) => ({ type: controlRecordType(key), value: value as Buffer }))
        .filter(({ type }) => type === ControlRecordType.kraftVersion || type === ControlRecordType.kraftVoters);
      if (found.length === 0) continue;
      const types = found.map(({ type }) => type);
      const kept = this.quorumRecords.filter(({ type }) => !types.includes(type));
      this.quorumRecords = [...kept, ...(found as ControlRecord[])];
      this.quorumRecordsInLog ||= inLog;
    }
  }
}

function* encoded(records: Iterable<MetadataRecord>): Generator<Buffer> {
  for (const record of records) yield encodeMetadataRecord(record);
}

export class MetadataLogError extends Error {
  override readonly name = 'MetadataLogError';
}

function leaderChange(nodeId: number): ControlRecord {
  const writer = new Writer();
  const voters = [{ voterId: nodeId }];
  writeLeaderChangeMessage(writer, 0, { version: 0, leaderId: nodeId, voters, grantingVoters: voters });
  return { type: ControlRecordType.leaderChange, value: writer.toBuffer() };
}
