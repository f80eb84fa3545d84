/** What a quorum of one voter says to those who would change its voters (KIP-853). */
import { ZERO_UUID } from '../base/bytes.js';
import { KafkaError } from '../protocol/errors.js';
import type { BrokerServices } from './services.js';

interface Voter {
  readonly voterId: number;
  readonly voterDirectoryId: string;
}

/** The answer to a request that can only be refused. @param refuse throws the KafkaError to be told */
export function refusal(refuse: () => never) {
  try {
    refuse();
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return { errorCode: error.code, errorMessage: error.message };
  }
}

/** @throws KafkaError INCONSISTENT_CLUSTER_ID */
export function checkCluster(wanted: string | null, { clusterId }: BrokerServices): void {
  if (wanted === null || wanted === clusterId) return;
  const text = `The given id "${wanted}" doesn't match the cluster id "${clusterId}"`;
  throw new KafkaError('INCONSISTENT_CLUSTER_ID', text);
}

/** @throws KafkaError INVALID_REQUEST */
export function checkVoter({ voterId, voterDirectoryId }: Voter, what: string): void {
  if (voterId >= 0 && voterDirectoryId !== ZERO_UUID) return;
  throw new KafkaError('INVALID_REQUEST', `${what} voter request didn't include a valid voter`);
}

/** @throws KafkaError UNSUPPORTED_VERSION while only the configuration names the voters */
export function checkDynamic({ quorum }: BrokerServices, what: string): void {
  if (quorum.kraftVersion > 0) return;
  const text = `Cluster doesn't support ${what} voter because the kraft.version feature is 0`;
  throw new KafkaError('UNSUPPORTED_VERSION', text);
}

export const voterText = ({ voterId, voterDirectoryId }: Voter): string =>
  `ReplicaKey(id=${voterId}, directoryId=${voterDirectoryId})`;

export const votersText = ({ nodeId, quorum }: BrokerServices): string =>
  `[${voterText({ voterId: nodeId, voterDirectoryId: quorum.voterDirectoryId })}]`;
