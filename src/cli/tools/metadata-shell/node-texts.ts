/** What Kafka 4.3.1 says of the things in an image, each on one line. */

import { ZERO_UUID } from '../../../base/bytes.js';
import {
  ACL_OPERATIONS,
  ACL_PATTERN_TYPES,
  ACL_PERMISSIONS,
  ACL_RESOURCE_TYPES,
  aclName,
} from '../../../protocol/acl-codes.js';
import type { AccessControlEntryRecord } from '../../../protocol/generated/access-control-entry-record.js';
import type { DelegationTokenRecord } from '../../../protocol/generated/delegation-token-record.js';
import type { RegisterControllerRecord } from '../../../protocol/generated/register-controller-record.js';
import type { UserScramCredentialRecord } from '../../../protocol/generated/user-scram-credential-record.js';
import type { BrokerState } from '../../../state/metadata/image.js';
import { type PartitionState, RECOVERED } from '../../../state/metadata/partition-state.js';

const listText = (items: readonly (string | number)[]): string => `[${items.join(', ')}]`;

export function partitionText(partition: PartitionState): string {
  const { replicas, directories } = partition;
  // Where no directory is known there is one id of none a replica.
  const known = directories.some((id) => id !== ZERO_UUID) ? directories : replicas.map(() => ZERO_UUID);
  return `PartitionRegistration(${[
    `replicas=${listText(replicas)}`,
    `directories=${listText(known)}`,
    `isr=${listText(partition.isr)}`,
    `removingReplicas=${listText(partition.removingReplicas)}`,
    `addingReplicas=${listText(partition.addingReplicas)}`,
    `elr=${listText(partition.eligibleLeaderReplicas)}`,
    `lastKnownElr=${listText(partition.lastKnownElr)}`,
    `leader=${partition.leader}`,
    `leaderRecoveryState=${partition.leaderRecoveryState === RECOVERED ? 'RECOVERED' : 'RECOVERING'}`,
    `leaderEpoch=${partition.leaderEpoch}`,
    `partitionEpoch=${partition.partitionEpoch}`,
  ].join(', ')})`;
}

export function brokerText(broker: BrokerState): string {
  return `BrokerRegistration(${[
    `id=${broker.id}`,
    `epoch=${broker.epoch}`,
    `incarnationId=${broker.incarnationId}`,
    `listeners=[${endpointsText(broker.endpoints)}]`,
    `supportedFeatures={${featuresText(broker.features)}}`,
    `rack=${broker.rack === null ? 'Optional.empty' : `Optional[${broker.rack}]`}`,
    `fenced=${broker.fenced}`,
    `inControlledShutdown=${broker.inControlledShutdown}`,
    'isMigratingZkBroker=false',
    `directories=${listText(inIdOrder(broker.logDirs))}`,
    `cordonedDirectories=${listText(inIdOrder(broker.cordonedLogDirs))}`,
  ].join(', ')})`;
}

export function controllerText(controller: RegisterControllerRecord): string {
  return `ControllerRegistration(${[
    `id=${controller.controllerId}`,
    `incarnationId=${controller.incarnationId}`,
    `zkMigrationReady=${controller.zkMigrationReady}`,
    `listeners=[${endpointsText(controller.endPoints)}]`,
    `supportedFeatures={${featuresText(controller.features)}}`,
  ].join(', ')})`;
}

const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

function endpointsText(endpoints: BrokerState['endpoints']): string {
  return [...endpoints]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, securityProtocol, host, port }) => {
      const protocol = SECURITY_PROTOCOLS[securityProtocol] ?? securityProtocol;
      return `Endpoint(listenerName='${name}', securityProtocol=${protocol}, host='${host}', port=${port})`;
    })
    .join(', ');
}

const ANY_LATER = 0x7fff;

function featuresText(features: BrokerState['features']): string {
  return [...features]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, minSupportedVersion: least, maxSupportedVersion: most }) => {
      if (least === most) return `${name}: ${least}`;
      return `${name}: ${most === ANY_LATER ? `${least}+` : `${least}-${most}`}`;
    })
    .join(', ');
}

/** Java compares ids as two signed numbers. */
function inIdOrder(ids: readonly string[]): string[] {
  const halves = (id: string): [bigint, bigint] => {
    const bytes = Buffer.from(id, 'base64url');
    return [bytes.readBigInt64BE(0), bytes.readBigInt64BE(8)];
  };
  return [...ids].sort((a, b) => {
    const [[high, low], [otherHigh, otherLow]] = [halves(a), halves(b)];
    if (high !== otherHigh) return high < otherHigh ? -1 : 1;
    return low < otherLow ? -1 : low > otherLow ? 1 : 0;
  });
}

export function aclText(acl: AccessControlEntryRecord): string {
  return `StandardAcl[${[
    `resourceType=${aclName(ACL_RESOURCE_TYPES, acl.resourceType)}`,
    `resourceName=${acl.resourceName}`,
    `patternType=${aclName(ACL_PATTERN_TYPES, acl.patternType)}`,
    `principal=${acl.principal}`,
    `host=${acl.host}`,
    `operation=${aclName(ACL_OPERATIONS, acl.operation)}`,
    `permissionType=${aclName(ACL_PERMISSIONS, acl.permissionType)}`,
  ].join(', ')}]`;
}

export function scramText({ salt, storedKey, serverKey, iterations }: UserScramCredentialRecord): string {
  const hex = (bytes: Buffer): string => bytes.toString('hex');
  return `ScramCredentialData(salt=${hex(salt)}, storedKey=${hex(storedKey)}, serverKey=${hex(serverKey)}, iterations=${iterations})`;
}

/** The brackets are as Kafka has them. */
export function tokenText(token: DelegationTokenRecord): string {
  const requester = token.requester === '' ? token.owner : token.requester;
  return (
    `DelegationTokenDatatokenId=${token.tokenId}(owner=${token.owner}(tokenRequester=${requester}` +
    `(renewers=${token.renewers.join(' ')}, issueTimestamp=${token.issueTimestamp}, maxTimestamp=${token.maxTimestamp})` +
    `, expiryTimestamp=${token.expirationTimestamp}`
  );
}

/** `2026-01-31T23:59:59.12Z[UTC]`: a fraction of a second as short as it can be. */
export function zonedText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().replace(/\.?0*Z$/, '')}Z[UTC]`;
}
