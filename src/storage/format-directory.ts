import type { Host } from '../base/host.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { encodeMetadataRecord } from '../protocol/metadata-frame.js';
import { type MetaProperties, writeMetaProperties } from './meta-properties.js';
import {
  BOOTSTRAP_FILE,
  encodeSnapshot,
  type QuorumVoter,
  snapshotFileName,
  writeSnapshotFile,
} from './snapshot-file.js';

/** A quorum whose voters are kept in its log. */
export interface Quorum {
  readonly kraftVersion: number;
  readonly voters: readonly QuorumVoter[];
}

export interface DirectoryContent {
  readonly directory: string;
  readonly properties: MetaProperties;
  /** What the cluster begins with. */
  readonly records: readonly MetadataRecord[];
  /** Where the directory is to hold the metadata log of such a quorum. */
  readonly quorum: Quorum | null;
}

/** Writes what a formatted directory holds; meta.properties last, since it is what makes it formatted. */
export function formatDirectory(host: Host, { directory, properties, records, quorum }: DirectoryContent): void {
  const { disk, clock } = host;
  const nowMs = clock.nowMs();
  disk.makeDirectory(directory);
  const values = records.map(encodeMetadataRecord);
  const bootstrap = { records: values, lastContainedLogMs: 0, leaderEpoch: 0, quorum: null, nowMs };
  writeSnapshotFile(disk, directory, BOOTSTRAP_FILE, encodeSnapshot(bootstrap));
  if (quorum !== null) {
    const metadataDirectory = `${directory}/__cluster_metadata-0`;
    disk.makeDirectory(metadataDirectory);
    const first = { records: [], lastContainedLogMs: nowMs, leaderEpoch: 0, quorum, nowMs };
    writeSnapshotFile(disk, metadataDirectory, snapshotFileName(0, 0), encodeSnapshot(first));
  }
  writeMetaProperties(disk, directory, properties, nowMs);
}
