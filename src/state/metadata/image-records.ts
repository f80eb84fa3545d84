import { METADATA_VERSION, metadataVersionHas, versionAt } from '../../protocol/features.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { BrokerState, MetadataImage } from './image.js';
import { configRecord, partitionRecord } from './new-records.js';

/** The records that make an image out of nothing, as a snapshot of the metadata holds them. */
export function* recordsOf(image: MetadataImage): Generator<MetadataRecord> {
  const metadataVersion = image.featureLevel(METADATA_VERSION);
  yield* featureRecords(image);
  for (const broker of image.brokers.values()) yield brokerRecord(broker, metadataVersion);
  for (const value of image.controllers.values()) yield { type: 'RegisterControllerRecord', version: 0, value };
  for (const topic of image.topics.values()) {
    yield { type: 'TopicRecord', version: 0, value: { name: topic.name, topicId: topic.id } };
    for (const [index, state] of topic.partitions.entries()) yield partitionRecord(topic.id, index, state);
  }
  for (const [key, configs] of image.configs) {
    const colon = key.indexOf(':');
    for (const [name, value] of configs) {
      yield configRecord(Number(key.slice(0, colon)), key.slice(colon + 1), name, value);
    }
  }
  for (const value of image.quotas.values()) yield { type: 'ClientQuotaRecord', version: 0, value };
  if (image.producerIds !== null) yield { type: 'ProducerIdsRecord', version: 0, value: image.producerIds };
  for (const value of image.acls.values()) yield { type: 'AccessControlEntryRecord', version: 0, value };
  for (const value of image.scramCredentials.values()) yield { type: 'UserScramCredentialRecord', version: 0, value };
  for (const value of image.delegationTokens.values()) yield { type: 'DelegationTokenRecord', version: 0, value };
}

/** metadata.version first: it says how to read the rest. */
function* featureRecords(image: MetadataImage): Generator<MetadataRecord> {
  const others = [...image.features.keys()].filter((name) => name !== METADATA_VERSION);
  for (const name of image.features.has(METADATA_VERSION) ? [METADATA_VERSION, ...others] : others) {
    yield { type: 'FeatureLevelRecord', version: 0, value: { name, featureLevel: image.featureLevel(name) } };
  }
}

function brokerRecord(broker: BrokerState, metadataVersion: number): MetadataRecord {
  const {
    id,
    epoch,
    endpoints,
    logDirs,
    cordonedLogDirs,
    incarnationId,
    features,
    rack,
    fenced,
    inControlledShutdown,
  } = broker;
  return {
    type: 'RegisterBrokerRecord',
    version: versionAt(metadataVersion, 'registerBrokerRecord'),
    value: {
      brokerId: id,
      isMigratingZkBroker: false,
      incarnationId,
      brokerEpoch: epoch,
      endPoints: endpoints,
      features,
      rack,
      fenced,
      inControlledShutdown,
      logDirs: [...logDirs],
      cordonedLogDirs: metadataVersionHas(metadataVersion, 'cordonedLogDirs') ? [...cordonedLogDirs] : null,
    },
  };
}
