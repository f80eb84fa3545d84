import type { Disk } from '../base/disk.js';
import { Writer } from '../base/writer.js';
import { writeKRaftVersionRecord } from '../protocol/generated/k-raft-version-record.js';
import { writeSnapshotFooterRecord } from '../protocol/generated/snapshot-footer-record.js';
import { writeSnapshotHeaderRecord } from '../protocol/generated/snapshot-header-record.js';
import { writeVotersRecord } from '../protocol/generated/voters-record.js';
import { BatchBuilder } from '../protocol/records/batch-builder.js';
import { buildControlBatch, type ControlRecord, ControlRecordType } from '../protocol/records/control-records.js';

/** A node that votes in a quorum whose voters are kept in its log (KIP-853). */
export interface QuorumVoter {
  readonly nodeId: number;
  readonly directoryId: string;
  readonly endpoints: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}

/** A state of the metadata as records, with what frames it. */
export interface SnapshotContent {
  /** Values of metadata records, frames included. */
  readonly records: Iterable<Buffer>;
  /** Append time of the last batch that the state contains. */
  readonly lastContainedLogMs: number;
  /** Epoch of the last record that it contains. */
  readonly leaderEpoch: number;
  /** Where kraft.version is above 0. */
  readonly quorum: { readonly kraftVersion: number; readonly voters: readonly QuorumVoter[] } | null;
  /** The quorum's own records as they stand in its log, in place of `quorum`. */
  readonly quorumRecords?: readonly ControlRecord[];
  readonly nowMs: number;
}

/** A reader takes a batch in one piece. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const SUPPORTED_KRAFT_VERSIONS = { minSupportedVersion: 0, maxSupportedVersion: 1 };

/**
 * A snapshot as `OFFSET-EPOCH.checkpoint` and `bootstrap.checkpoint` hold it: a control batch with the header, the
 * records, and a control batch with the footer. Offsets count from 0 within the file.
 */
export function encodeSnapshot(content: SnapshotContent): Buffer {
  const { leaderEpoch, nowMs } = content;
  const head = headRecords(content);
  const batches = [buildControlBatch(head, nowMs, { baseOffset: 0, leaderEpoch })];
  let baseOffset = head.length;
  let builder = new BatchBuilder();
  const finishBatch = (): void => {
    if (builder.count === 0) return;
    const { count } = builder;
    batches.push(builder.build({ baseOffset, leaderEpoch }));
    baseOffset += count;
    builder = new BatchBuilder();
  };
  for (const value of content.records) {
    if (builder.sizeBytes + value.length > MAX_BATCH_BYTES) finishBatch();
    builder.append(nowMs, null, value);
  }
  finishBatch();
  const footer = {
    type: ControlRecordType.snapshotFooter,
    value: encoded((writer) => writeSnapshotFooterRecord(writer, 0, {})),
  };
  batches.push(buildControlBatch([footer], nowMs, { baseOffset, leaderEpoch }));
  return Buffer.concat(batches);
}

function headRecords({ lastContainedLogMs, quorum, quorumRecords = [] }: SnapshotContent): ControlRecord[] {
  const header = { lastContainedLogTimestamp: lastContainedLogMs };
  const records: ControlRecord[] = [
    {
      type: ControlRecordType.snapshotHeader,
      value: encoded((writer) => writeSnapshotHeaderRecord(writer, 0, header)),
    },
  ];
  return [...records, ...(quorum === null ? quorumRecords : quorumControlRecords(quorum.kraftVersion, quorum.voters))];
}

/** What a quorum whose voters are kept in its log says of itself there. */
export function quorumControlRecords(kraftVersion: number, quorumVoters: readonly QuorumVoter[]): ControlRecord[] {
  const voters = quorumVoters.map(({ nodeId, directoryId, endpoints }) => ({
    voterId: nodeId,
    voterDirectoryId: directoryId,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    kRaftVersionFeature: SUPPORTED_KRAFT_VERSIONS,
  }));
  return [
    {
      type: ControlRecordType.kraftVersion,
      value: encoded((writer) => writeKRaftVersionRecord(writer, 0, { kRaftVersion: kraftVersion })),
    },
    {
      type: ControlRecordType.kraftVoters,
      value: encoded((writer) => writeVotersRecord(writer, 0, { voters })),
    },
  ];
}

function encoded(write: (writer: Writer) => void): Buffer {
  const writer = new Writer();
  write(writer);
  return writer.toBuffer();
}

export const BOOTSTRAP_FILE = 'bootstrap.checkpoint';

/** `offset`: the first one that the snapshot does not contain. */
export function snapshotFileName(offset: number, epoch: number): string {
  return `${String(offset).padStart(20, '0')}-${String(epoch).padStart(10, '0')}.checkpoint`;
}

/** Writes a snapshot so that it is there whole or not at all, also after a power cut. */
export function writeSnapshotFile(disk: Disk, directory: string, name: string, content: Buffer): void {
  const path = `${directory}/${name}`;
  const part = `${path}.part`;
  disk.writeWhole(part, content);
  disk.syncNow(part);
  disk.rename(part, path);
  disk.syncNow(directory);
}
