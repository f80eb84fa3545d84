import { javaDoubleText } from '../../../base/java-number-text.js';
import { METADATA_VERSION, METADATA_VERSIONS } from '../../../protocol/features.js';
import type { ClientQuotaRecord } from '../../../protocol/generated/client-quota-record.js';
import {
  CONFIG_BROKER,
  CONFIG_BROKER_LOGGER,
  CONFIG_CLIENT_METRICS,
  CONFIG_GROUP,
  CONFIG_TOPIC,
} from '../../../state/metadata/config-resource.js';
import type { MetadataImage, TopicState } from '../../../state/metadata/image.js';
import { KAFKA_COMMIT_ID, KAFKA_VERSION } from '../../options/jopt.js';
import { type DirectoryNode, directory, directoryOf, leaf, type MetadataNode } from './node.js';
import { aclText, brokerText, controllerText, partitionText, scramText, tokenText, zonedText } from './node-texts.js';
import { entityKey, entityName, entityOf } from './quota-names.js';

/** Up to where the records of an image go. */
export interface Provenance {
  readonly offset: number;
  readonly epoch: number;
  readonly timeMs: number;
}

/** The tree that the shell shows. */
export function rootOf(image: MetadataImage, provenance: Provenance): DirectoryNode {
  return directory({
    local: () => directory({ version: () => leaf(KAFKA_VERSION), commitId: () => leaf(KAFKA_COMMIT_ID) }),
    image: () => imageNode(image, provenance),
  });
}

function imageNode(image: MetadataImage, { offset, epoch, timeMs }: Provenance): MetadataNode {
  return directory({
    acls: () => directory({ byId: () => directoryOf(image.acls, (acl) => leaf(aclText(acl))) }),
    clientQuotas: () => quotasNode(image),
    cluster: () =>
      directory({
        brokers: () => numberedNode(image.brokers, (broker) => leaf(brokerText(broker))),
        controllers: () => numberedNode(image.controllers, (controller) => leaf(controllerText(controller))),
      }),
    configs: () => configsNode(image),
    delegationToken: () => directoryOf(image.delegationTokens, (token) => leaf(tokenText(token))),
    features: () => featuresNode(image),
    producerIds: () => directory({ nextProducerId: () => leaf(String(image.producerIds?.nextProducerId ?? -1)) }),
    provenance: () => leaf(`offset ${offset}, epoch ${epoch}, time ${zonedText(timeMs)}`),
    scram: () => scramNode(image),
    topics: () =>
      directory({
        byId: () => directoryOf(image.topicsById, topicNode),
        byName: () => directoryOf(image.topics, topicNode),
      }),
  });
}

/** Java reads `+1` and `01` as numbers too. */
function numberOf(name: string): number {
  return /^[+-]?\d{1,10}$/.test(name) ? Number(name) : Number.NaN;
}

function numberedNode<Value>(
  entries: ReadonlyMap<number, Value>,
  nodeOf: (value: Value) => MetadataNode,
): DirectoryNode {
  return {
    kind: 'directory',
    names: () => [...entries.keys()].map(String),
    child: (name) => {
      const value = entries.get(numberOf(name));
      return value === undefined ? null : nodeOf(value);
    },
  };
}

function topicNode({ name, id, partitions }: TopicState): MetadataNode {
  return {
    kind: 'directory',
    names: () => ['name', 'id', ...partitions.keys()].map(String),
    child: (asked) => {
      if (asked === 'name') return leaf(name);
      if (asked === 'id') return leaf(id);
      const partition = partitions[numberOf(asked)];
      return partition === undefined ? null : leaf(partitionText(partition));
    },
  };
}

const FINALIZED = 'finalized_';

/** A feature that is not turned on has level 0, whatever its name. */
function featuresNode(image: MetadataImage): MetadataNode {
  const others = [...image.features.keys()].filter((name) => name !== METADATA_VERSION);
  return {
    kind: 'directory',
    names: () => ['metadataVersion', ...others.map((name) => FINALIZED + name)],
    child: (name) => {
      if (name === 'metadataVersion') return leaf(metadataVersionText(image));
      if (!name.startsWith(FINALIZED)) return null;
      const feature = name.slice(FINALIZED.length);
      return leaf(String(feature === METADATA_VERSION ? 0 : image.featureLevel(feature)));
    },
  };
}

function metadataVersionText(image: MetadataImage): string {
  const level = image.features.get(METADATA_VERSION);
  if (level === undefined) return 'Optional.empty';
  return `Optional[${METADATA_VERSIONS.find((version) => version.level === level)?.name ?? level}]`;
}

const CONFIG_TYPES: readonly (readonly [name: string, type: number])[] = [
  ['GROUP', CONFIG_GROUP],
  ['CLIENT_METRICS', CONFIG_CLIENT_METRICS],
  ['BROKER_LOGGER', CONFIG_BROKER_LOGGER],
  ['BROKER', CONFIG_BROKER],
  ['TOPIC', CONFIG_TOPIC],
];

function configsNode(image: MetadataImage): MetadataNode {
  return {
    kind: 'directory',
    names: () => [...image.configs.keys()].map(configName),
    child: (asked) => {
      const type = CONFIG_TYPES.find(([name]) => asked.startsWith(name));
      if (type === undefined) return null;
      const rest = asked.slice(type[0].length);
      if (rest !== '' && !rest.startsWith(':')) return null;
      const configs = image.configsOf(type[1], rest.slice(1));
      return configs.size === 0 ? null : directoryOf(configs, leaf);
    },
  };
}

/** `TOPIC:name`; of what holds for all of a kind, the kind alone. */
function configName(key: string): string {
  const colon = key.indexOf(':');
  const type = CONFIG_TYPES.find(([, code]) => code === Number(key.slice(0, colon)))?.[0] ?? 'UNKNOWN';
  return key.length === colon + 1 ? type : type + key.slice(colon);
}

function quotasNode(image: MetadataImage): MetadataNode {
  const entities = new Map<string, { entity: ClientQuotaRecord['entity']; values: Map<string, number> }>();
  for (const { entity, key, value } of image.quotas.values()) {
    const id = entityKey(entity.map(({ entityType, entityName: name }) => [entityType, name]));
    const known = entities.get(id) ?? { entity, values: new Map<string, number>() };
    entities.set(id, known);
    known.values.set(key, value);
  }
  return {
    kind: 'directory',
    names: () => [...entities.values()].map(({ entity }) => entityName(entity)),
    child: (name) => {
      const entity = entityOf(name);
      const found = entity === null ? undefined : entities.get(entityKey(entity));
      return found === undefined ? null : directoryOf(found.values, (value) => leaf(javaDoubleText(value)));
    },
  };
}

const MECHANISMS = new Map([
  ['SCRAM-SHA-256', 1],
  ['SCRAM-SHA-512', 2],
]);

function scramNode(image: MetadataImage): MetadataNode {
  const credentials = [...image.scramCredentials.values()];
  return directoryOf(MECHANISMS, (mechanism) => {
    const ofMechanism = credentials.filter((credential) => credential.mechanism === mechanism);
    return directoryOf(new Map(ofMechanism.map((credential) => [credential.name, credential])), (credential) =>
      leaf(scramText(credential)),
    );
  });
}

/** Before anything was read. */
export const NO_PROVENANCE: Provenance = { offset: -1, epoch: -1, timeMs: -1 };
