import { ZERO_UUID } from '../base/bytes.js';
import type { MetadataLog } from './metadata-log.js';
import type { Registration } from './registration.js';

/** The quorum of the metadata, as its one voter knows it. */
export interface QuorumFacts {
  readonly leaderEpoch: number;
  readonly endOffset: number;
  /** 1 where the voters stand in the log itself (KIP-853). */
  readonly kraftVersion: number;
  /** Zero in a static quorum. */
  readonly voterDirectoryId: string;
  /** Of the listener on which voters reach each other. */
  readonly listenerName: string;
  /** Raises the kraft.version from 0 to 1. */
  keepVoters(): void;
}

/** They are always those of now. */
export function quorumFacts(metadataLog: MetadataLog, registration: Registration, listenerName: string): QuorumFacts {
  return {
    listenerName,
    keepVoters: () => {
      metadataLog.keepVoters(registration.voter());
    },
    get kraftVersion() {
      return metadataLog.kraftVersion;
    },
    get leaderEpoch() {
      return metadataLog.leaderEpoch;
    },
    get endOffset() {
      return metadataLog.endOffset;
    },
    get voterDirectoryId() {
      return metadataLog.kraftVersion === 0 ? ZERO_UUID : registration.metadataDirectoryId;
    },
  };
}
