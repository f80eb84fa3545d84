/** The cluster itself: its brokers, their versions, its features. */
import { KafkaError } from '../../protocol/errors.js';
import { type ApiVersion, apiVersionsApi } from '../../protocol/generated/api-versions.js';
import { describeClusterApi } from '../../protocol/generated/describe-cluster.js';
import { unregisterBrokerApi } from '../../protocol/generated/unregister-broker.js';
import { updateFeaturesApi } from '../../protocol/generated/update-features.js';
import { asError, kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions, Target } from '../cluster.js';
import type { Result } from '../fan-out.js';
import { toNodes } from '../fan-out.js';
import { type Node, operationsOf } from '../metadata-cache.js';

const SOFTWARE = { clientSoftwareName: 'kafkalite', clientSoftwareVersion: '4.3.1' };

export interface DescribedNode extends Node {
  readonly isFenced: boolean;
}

export interface DescribedCluster {
  readonly clusterId: string;
  readonly controllerId: number;
  readonly nodes: readonly DescribedNode[];
  readonly authorizedOperations: number | null;
}

export interface DescribeClusterOptions extends RetryOptions {
  readonly includeAuthorizedOperations?: boolean;
  readonly includeFencedBrokers?: boolean;
}

export async function describeCluster(
  cluster: Cluster,
  options: DescribeClusterOptions = {},
): Promise<DescribedCluster> {
  const response = await cluster.call(
    'any',
    describeClusterApi,
    {
      includeClusterAuthorizedOperations: options.includeAuthorizedOperations ?? false,
      ...(cluster.settings.bootstrapControllers ? { endpointType: 2 } : {}),
      ...(options.includeFencedBrokers ? { includeFencedBrokers: true } : {}),
    },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
  const { clusterId, controllerId, brokers } = response;
  const nodes = brokers.map(({ brokerId, host, port, rack, isFenced }) => ({
    id: brokerId,
    host,
    port,
    rack,
    isFenced,
  }));
  return { clusterId, controllerId, nodes, authorizedOperations: operationsOf(response.clusterAuthorizedOperations) };
}

export interface NodeVersions {
  readonly node: Node;
  readonly versions: readonly ApiVersion[] | Error;
}

/** What each broker of the cluster says that it speaks, or why it could not be asked. */
export async function apiVersionsOfNodes(cluster: Cluster, options: RetryOptions = {}): Promise<NodeVersions[]> {
  const nodes = await cluster.retry('Metadata', () => cluster.allNodes(), options);
  const answers = await toNodes(
    cluster,
    nodes.map(({ id }) => id),
    (node) => cluster.call({ node }, apiVersionsApi, SOFTWARE, options),
  );
  return nodes.map((node) => {
    const answer = answers.get(node.id) ?? new KafkaError('BROKER_NOT_AVAILABLE');
    return { node, versions: answer instanceof Error ? asError(answer) : answer.apiKeys };
  });
}

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

export interface DescribedFeatures {
  /** Levels in force, by feature. */
  readonly finalized: ReadonlyMap<string, VersionRange>;
  /** Null while the broker has none. */
  readonly finalizedEpoch: number | null;
  readonly supported: ReadonlyMap<string, VersionRange>;
}

/** @param node the broker to ask; any when left out. */
export async function describeFeatures(
  cluster: Cluster,
  options: RetryOptions & { readonly node?: number } = {},
): Promise<DescribedFeatures> {
  const target = options.node === undefined ? anyOrActive(cluster) : { node: options.node };
  const response = await cluster.call(target, apiVersionsApi, SOFTWARE, {
    ...options,
    errorOf: ({ errorCode }) => kafkaErrorOf(errorCode),
  });
  const finalized = response.finalizedFeatures.map(
    ({ name, minVersionLevel, maxVersionLevel }) => [name, { min: minVersionLevel, max: maxVersionLevel }] as const,
  );
  const supported = response.supportedFeatures.map(
    ({ name, minVersion, maxVersion }) => [name, { min: minVersion, max: maxVersion }] as const,
  );
  const epoch = response.finalizedFeaturesEpoch;
  return {
    finalized: new Map(finalized),
    finalizedEpoch: epoch < 0 ? null : epoch,
    supported: new Map(supported),
  };
}

/** Of controllers only the active one knows for sure what is in force. */
const anyOrActive = ({ settings }: Cluster): Target => (settings.bootstrapControllers ? 'controller' : 'any');

export type UpgradeType = 'UPGRADE' | 'SAFE_DOWNGRADE' | 'UNSAFE_DOWNGRADE';
const UPGRADE_TYPES: Record<UpgradeType, number> = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 };

export interface FeatureUpdate {
  readonly feature: string;
  /** 0 takes the feature away. */
  readonly maxVersionLevel: number;
  readonly upgradeType: UpgradeType;
}

/** Results by feature. An error of the whole update is that of each. */
export async function updateFeatures(
  cluster: Cluster,
  updates: readonly FeatureUpdate[],
  options: RetryOptions & { readonly validateOnly?: boolean } = {},
): Promise<Map<string, Result<true>>> {
  const response = await cluster.call(
    'controller',
    updateFeaturesApi,
    {
      timeoutMs: options.timeoutMs ?? cluster.settings.requestTimeoutMs,
      featureUpdates: updates.map(({ feature, maxVersionLevel, upgradeType }) => {
        return { feature, maxVersionLevel, upgradeType: UPGRADE_TYPES[upgradeType] };
      }),
      validateOnly: options.validateOnly ?? false,
    },
    {
      ...options,
      errorOf: ({ errorCode }) =>
        kafkaErrorOf(errorCode)?.error === 'NOT_CONTROLLER' ? kafkaErrorOf(errorCode) : null,
    },
  );
  const whole = kafkaErrorOf(response.errorCode, response.errorMessage);
  const named = new Map(
    response.results.map((result) => [result.feature, kafkaErrorOf(result.errorCode, result.errorMessage)]),
  );
  return new Map(updates.map(({ feature }) => [feature, named.get(feature) ?? whole ?? true]));
}

export async function unregisterBroker(cluster: Cluster, brokerId: number, options: RetryOptions = {}): Promise<void> {
  await cluster.call(
    'controller',
    unregisterBrokerApi,
    { brokerId },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
}
