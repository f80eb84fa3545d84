import type { ClientHost, ClientSettings } from '../../../client/client-config.js';
import { asError, kafkaErrorOf } from '../../../client/client-errors.js';
import type { BrokerConnection } from '../../../client/connection.js';
import { hostPortText } from '../../../config/host-port.js';
import { type MetadataResponse, metadataApi } from '../../../protocol/generated/metadata.js';
import { checkAddress } from './address-checks.js';
import type { Findings } from './findings.js';

const MOST_NAMED = 5;

/** Asks a broker for the whole cluster; null when it does not tell. */
export async function checkCluster(connection: BrokerConnection, findings: Findings): Promise<MetadataResponse | null> {
  try {
    const metadata = await connection.send(metadataApi, { topics: null, allowAutoTopicCreation: false });
    const { clusterId, brokers } = metadata;
    const counted = `${brokers.length} ${brokers.length === 1 ? 'broker' : 'brokers'}`;
    findings.ok('cluster', clusterId, `${counted}: ${brokers.map(({ nodeId }) => nodeId).join(', ')}`);
    return metadata;
  } catch (error) {
    const advice = 'Look at the log of the broker: it takes connections, and does not tell of its cluster.';
    findings.failed('cluster', connection.address, asError(error).message, advice);
    return null;
  }
}

/** Connects to every broker by the address that it tells clients to use. */
export async function checkAdvertised(
  { brokers, clusterId }: MetadataResponse,
  settings: ClientSettings,
  host: ClientHost,
  timeoutMs: number,
  findings: Findings,
): Promise<void> {
  for (const { nodeId, host: name, port } of brokers) {
    const where = hostPortText(name, port);
    const address = { host: name, port, origin: { broker: nodeId } };
    const connection = await checkAddress(address, settings, host, timeoutMs, findings);
    if (connection === null) {
      const advice = `Set advertised.listeners of broker ${nodeId} to an address that this machine can reach.`;
      findings.failed('advertised', where, `broker ${nodeId} tells clients to connect there, and they cannot`, advice);
      continue;
    }
    await checkSameCluster(connection, nodeId, clusterId, findings);
    connection.close();
  }
}

async function checkSameCluster(
  connection: BrokerConnection,
  nodeId: number,
  clusterId: string | null,
  findings: Findings,
): Promise<void> {
  const where = connection.address;
  try {
    const theirs = await connection.send(metadataApi, { topics: [], allowAutoTopicCreation: false });
    if (theirs.clusterId === clusterId) findings.ok('advertised', where, `broker ${nodeId} is reached there`);
    else {
      const detail = `broker ${nodeId} should be there, but a broker of cluster ${theirs.clusterId} answers`;
      findings.failed('advertised', where, detail, `Correct advertised.listeners of broker ${nodeId}.`);
    }
  } catch (error) {
    const advice = `Look at the log of broker ${nodeId}.`;
    findings.failed('advertised', where, asError(error).message, advice);
  }
}

export function checkController({ controllerId, brokers }: MetadataResponse, findings: Findings): void {
  if (brokers.some(({ nodeId }) => nodeId === controllerId)) {
    // Brokers of KRaft name one of themselves, which passes on what is for the controller.
    findings.ok('controller', null, `changes go through broker ${controllerId}`);
    return;
  }
  const advice = 'Look at the logs of the controllers: without an active one nothing can be created or changed.';
  findings.failed('controller', null, 'no controller is known', advice);
}

export function checkPartitions({ topics }: MetadataResponse, findings: Findings): void {
  const offline: string[] = [];
  const lagging: string[] = [];
  const unreadable: string[] = [];
  let count = 0;
  for (const { name, errorCode, partitions } of topics) {
    if (kafkaErrorOf(errorCode) !== null) unreadable.push(name ?? '');
    for (const { partitionIndex, leaderId, replicaNodes, isrNodes } of partitions) {
      count++;
      if (leaderId < 0) offline.push(`${name}-${partitionIndex}`);
      else if (isrNodes.length < replicaNodes.length) lagging.push(`${name}-${partitionIndex}`);
    }
  }
  if (offline.length > 0) {
    const advice = 'Start the brokers that hold their replicas, or look there for a log directory that failed.';
    findings.failed('partitions', null, `${counted(offline, 'has', 'have')} no leader`, advice);
  }
  if (lagging.length > 0) {
    const advice = 'Look whether a broker is down or slow: another failure may lose records.';
    findings.warning('partitions', null, `${counted(lagging, 'has', 'have')} replicas out of sync`, advice);
  }
  if (unreadable.length > 0) {
    findings.warning('partitions', null, `not told: ${some(unreadable)}`, 'Try again: the cluster is changing them.');
  }
  if (offline.length + lagging.length + unreadable.length > 0) return;
  findings.ok('partitions', null, `${count} partitions of ${topics.length} topics, all with a leader and in sync`);
}

const counted = (names: readonly string[], one: string, many: string): string =>
  `${names.length} ${names.length === 1 ? `partition (${some(names)}) ${one}` : `partitions (${some(names)}) ${many}`}`;

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
