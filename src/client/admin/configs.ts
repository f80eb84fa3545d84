/** Configurations of topics, brokers, groups and client metrics. */
import { KafkaError } from '../../protocol/errors.js';
import { describeConfigsApi } from '../../protocol/generated/describe-configs.js';
import { incrementalAlterConfigsApi } from '../../protocol/generated/incremental-alter-configs.js';
import { listConfigResourcesApi } from '../../protocol/generated/list-config-resources.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions, Target } from '../cluster.js';
import type { Result } from '../fan-out.js';

/** Numbers of the protocol. */
export const ConfigResourceType = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 } as const;
export type ConfigResourceType = (typeof ConfigResourceType)[keyof typeof ConfigResourceType];

/** Where a value comes from, by the numbers of the protocol. */
export const CONFIG_SOURCES = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
] as const;
export type ConfigSource = (typeof CONFIG_SOURCES)[number];

const CONFIG_TYPES = ['UNKNOWN', 'BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD'];

export interface ConfigResource {
  readonly type: ConfigResourceType;
  /** Empty for the default of all brokers. */
  readonly name: string;
}

export interface ConfigEntry {
  readonly name: string;
  /** Null where it is not set or must not be seen. */
  readonly value: string | null;
  readonly source: ConfigSource;
  readonly isSensitive: boolean;
  readonly isReadOnly: boolean;
  readonly type: string;
  readonly documentation: string | null;
  readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: ConfigSource }[];
}

export interface DescribedConfigs {
  readonly resource: ConfigResource;
  readonly entries: Result<readonly ConfigEntry[]>;
}

export interface DescribeConfigsOptions extends RetryOptions {
  readonly includeSynonyms?: boolean;
  readonly includeDocumentation?: boolean;
  /** Names that are wanted; all when left out. */
  readonly keys?: readonly string[];
}

/** In the order in which resources are given. */
export async function describeConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  options: DescribeConfigsOptions = {},
): Promise<DescribedConfigs[]> {
  const results = new Map<string, Result<readonly ConfigEntry[]>>();
  const askEach = [...byTarget(cluster, resources)].map(async ([target, ofTarget]) => {
    const response = await cluster.call(
      target,
      describeConfigsApi,
      {
        resources: ofTarget.map(({ type, name }) => ({
          resourceType: type,
          resourceName: name,
          configurationKeys: options.keys ?? null,
        })),
        includeSynonyms: options.includeSynonyms ?? false,
        includeDocumentation: options.includeDocumentation ?? false,
      },
      options,
    );
    for (const { errorCode, errorMessage, resourceType, resourceName, configs } of response.results) {
      const entries = configs.map((config) => ({
        name: config.name,
        value: config.value,
        source: CONFIG_SOURCES[config.configSource] ?? 'UNKNOWN',
        isSensitive: config.isSensitive,
        isReadOnly: config.readOnly,
        type: CONFIG_TYPES[config.configType] ?? 'UNKNOWN',
        documentation: config.documentation,
        synonyms: config.synonyms.map(({ name, value, source }) => {
          return { name, value, source: CONFIG_SOURCES[source] ?? 'UNKNOWN' };
        }),
      }));
      results.set(`${resourceType} ${resourceName}`, kafkaErrorOf(errorCode, errorMessage) ?? entries);
    }
  });
  await Promise.all(askEach);
  return resources.map((resource) => ({ resource, entries: results.get(textOf(resource)) ?? noAnswer(resource) }));
}

export type ConfigOperation = 'SET' | 'DELETE' | 'APPEND' | 'SUBTRACT';
const OPERATIONS: Record<ConfigOperation, number> = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 };

export interface ConfigChange {
  readonly name: string;
  readonly operation: ConfigOperation;
  /** Null for DELETE. */
  readonly value: string | null;
}

export interface ConfigChanges {
  readonly resource: ConfigResource;
  readonly changes: readonly ConfigChange[];
}

/** In the order in which resources are given. */
export async function incrementalAlterConfigs(
  cluster: Cluster,
  changes: readonly ConfigChanges[],
  options: RetryOptions & { readonly validateOnly?: boolean } = {},
): Promise<{ readonly resource: ConfigResource; readonly result: Result<true> }[]> {
  const results = new Map<string, Result<true>>();
  const changesOf = new Map(changes.map((change) => [textOf(change.resource), change.changes]));
  const resources = changes.map(({ resource }) => resource);
  const askEach = [...byTarget(cluster, resources)].map(async ([target, ofTarget]) => {
    const response = await cluster.call(
      target,
      incrementalAlterConfigsApi,
      {
        resources: ofTarget.map((resource) => ({
          resourceType: resource.type,
          resourceName: resource.name,
          configs: (changesOf.get(textOf(resource)) ?? []).map(({ name, operation, value }) => {
            return { name, configOperation: OPERATIONS[operation], value };
          }),
        })),
        validateOnly: options.validateOnly ?? false,
      },
      {
        ...options,
        errorOf: ({ responses }) => (responses.some(isNotController) ? new KafkaError('NOT_CONTROLLER') : null),
      },
    );
    for (const { errorCode, errorMessage, resourceType, resourceName } of response.responses) {
      results.set(`${resourceType} ${resourceName}`, kafkaErrorOf(errorCode, errorMessage) ?? true);
    }
  });
  await Promise.all(askEach);
  return resources.map((resource) => ({ resource, result: results.get(textOf(resource)) ?? noAnswer(resource) }));
}

/** Resources that have a configuration of their own. No types: all. */
export async function listConfigResources(
  cluster: Cluster,
  types: readonly ConfigResourceType[] = [],
  options: RetryOptions = {},
): Promise<ConfigResource[]> {
  const response = await cluster.call(
    'any',
    listConfigResourcesApi,
    { resourceTypes: types },
    { ...options, errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
  );
  return response.configResources.map(({ resourceName, resourceType }) => ({
    type: resourceType as ConfigResourceType,
    name: resourceName,
  }));
}

/** A broker's own configuration and its loggers are known to that broker alone; all else to any. */
function byTarget(cluster: Cluster, resources: readonly ConfigResource[]): Map<Target, ConfigResource[]> {
  const rest: Target = 'any';
  const targets = new Map<string, { target: Target; resources: ConfigResource[] }>();
  for (const resource of resources) {
    const target =
      isOfNode(resource) && !cluster.settings.bootstrapControllers ? { node: Number(resource.name) } : rest;
    const name = target === rest ? '' : resource.name;
    const known = targets.get(name);
    if (known === undefined) targets.set(name, { target, resources: [resource] });
    else known.resources.push(resource);
  }
  return new Map([...targets.values()].map(({ target, resources }) => [target, resources]));
}

const isOfNode = ({ type, name }: ConfigResource): boolean =>
  (type === ConfigResourceType.BROKER || type === ConfigResourceType.BROKER_LOGGER) && /^[+-]?\d+$/.test(name);

const textOf = ({ type, name }: ConfigResource): string => `${type} ${name}`;

const isNotController = ({ errorCode }: { readonly errorCode: number }): boolean =>
  kafkaErrorOf(errorCode)?.error === 'NOT_CONTROLLER';

const noAnswer = ({ name }: ConfigResource): KafkaError =>
  new KafkaError('UNKNOWN_SERVER_ERROR', `The broker response did not contain a result for config resource ${name}`);
