import type { AccessControlEntryRecord } from '../../protocol/generated/access-control-entry-record.js';
import type { BrokerRegistrationChangeRecord } from '../../protocol/generated/broker-registration-change-record.js';
import type { ClientQuotaRecord } from '../../protocol/generated/client-quota-record.js';
import type { ConfigRecord } from '../../protocol/generated/config-record.js';
import type { DelegationTokenRecord } from '../../protocol/generated/delegation-token-record.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { PartitionChangeRecord } from '../../protocol/generated/partition-change-record.js';
import type { PartitionRecord } from '../../protocol/generated/partition-record.js';
import type { ProducerIdsRecord } from '../../protocol/generated/producer-ids-record.js';
import type { RegisterBrokerRecord } from '../../protocol/generated/register-broker-record.js';
import type { RegisterControllerRecord } from '../../protocol/generated/register-controller-record.js';
import type { UserScramCredentialRecord } from '../../protocol/generated/user-scram-credential-record.js';
import { CONFIG_TOPIC, configKey, resourceNames } from './config-resource.js';
import type { MetadataDelta } from './delta.js';
import { isDirectoryId } from './directory-id.js';
import { changePartition, type PartitionState, partitionOf } from './partition-state.js';
import { quotaKey } from './quota-key.js';

export interface TopicState {
  readonly name: string;
  readonly id: string;
  /** By partition number, without gaps. */
  readonly partitions: PartitionState[];
}

export interface BrokerState {
  readonly id: number;
  readonly epoch: number;
  readonly incarnationId: string;
  readonly endpoints: RegisterBrokerRecord['endPoints'];
  readonly features: RegisterBrokerRecord['features'];
  readonly rack: string | null;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  readonly logDirs: readonly string[];
  readonly cordonedLogDirs: readonly string[];
}

/** Records that cannot follow from what came before them: the log or the snapshot is broken. */
export class BrokenMetadataError extends Error {
  override readonly name = 'BrokenMetadataError';
}

/**
 * The cluster's metadata: the fold of all records of __cluster_metadata. Everything of a batch is replayed in one go,
 * so a reader between batches always sees a consistent state.
 */
export class MetadataImage {
  readonly features = new Map<string, number>();
  readonly brokers = new Map<number, BrokerState>();
  readonly controllers = new Map<number, RegisterControllerRecord>();
  readonly topics = new Map<string, TopicState>();
  readonly topicsById = new Map<string, TopicState>();
  /** Keys and values of each resource that has any, by `configKey`. */
  readonly configs = new Map<string, Map<string, string>>();
  readonly quotas = new Map<string, ClientQuotaRecord>();
  readonly acls = new Map<string, AccessControlEntryRecord>();
  readonly scramCredentials = new Map<string, UserScramCredentialRecord>();
  readonly delegationTokens = new Map<string, DelegationTokenRecord>();
  producerIds: ProducerIdsRecord | null = null;
  /** Offset of the last record of the log that is in it, -1 at first. */
  version = -1;
  /** The version that brought the newest topic. */
  versionOfNewTopics = -1;

  topic(name: string): TopicState | undefined {
    return this.topics.get(name);
  }

  partition(topicName: string, partition: number): PartitionState | undefined {
    return this.topics.get(topicName)?.partitions[partition];
  }

  configsOf(resourceType: number, resourceName: string): ReadonlyMap<string, string> {
    return this.configs.get(configKey(resourceType, resourceName)) ?? NO_CONFIGS;
  }

  /** Resources of a kind that have configs of their own. */
  namesWithConfigs(resourceType: number): string[] {
    return resourceNames(this.configs.keys(), resourceType);
  }

  /** Whether the broker is up: registered and not fenced. */
  isActive(brokerId: number): boolean {
    const broker = this.brokers.get(brokerId);
    return broker !== undefined && !broker.fenced;
  }

  /** Whether the broker is up, and the directory of its that a replica is in has not failed. */
  isServed(brokerId: number, directory: string | undefined): boolean {
    const broker = this.brokers.get(brokerId);
    if (broker === undefined || broker.fenced) return false;
    return directory === undefined || !isDirectoryId(directory) || broker.logDirs.includes(directory);
  }

  featureLevel(name: string): number {
    return this.features.get(name) ?? 0;
  }

  replay(record: MetadataRecord, delta: MetadataDelta): void {
    switch (record.type) {
      case 'FeatureLevelRecord':
        if (record.value.featureLevel === 0) this.features.delete(record.value.name);
        else this.features.set(record.value.name, record.value.featureLevel);
        delta.featuresChanged = true;
        return;
      case 'RegisterBrokerRecord':
        this.registerBroker(record.value);
        delta.changedBrokers.add(record.value.brokerId);
        return;
      case 'UnregisterBrokerRecord':
        this.brokers.delete(record.value.brokerId);
        delta.changedBrokers.add(record.value.brokerId);
        return;
      case 'BrokerRegistrationChangeRecord':
        this.changeBroker(record.value);
        delta.changedBrokers.add(record.value.brokerId);
        return;
      case 'FenceBrokerRecord':
      case 'UnfenceBrokerRecord':
        this.updateBroker(record.value.id, record.value.epoch, { fenced: record.type === 'FenceBrokerRecord' });
        delta.changedBrokers.add(record.value.id);
        return;
      case 'RegisterControllerRecord':
        this.controllers.set(record.value.controllerId, record.value);
        return;
      case 'TopicRecord': {
        const topic: TopicState = { name: record.value.name, id: record.value.topicId, partitions: [] };
        this.topics.set(topic.name, topic);
        this.topicsById.set(topic.id, topic);
        delta.changedTopics.add(topic.id);
        delta.hasNewTopics = true;
        return;
      }
      case 'PartitionRecord':
        this.addPartition(record.value);
        delta.changedTopics.add(record.value.topicId);
        return;
      case 'PartitionChangeRecord':
        this.changePartition(record.value);
        delta.changedTopics.add(record.value.topicId);
        return;
      case 'RemoveTopicRecord':
        this.removeTopic(record.value.topicId, delta);
        return;
      case 'ClearElrRecord':
        this.clearElr(record.value.topicName, delta);
        return;
      case 'ConfigRecord':
        this.setConfig(record.value);
        delta.changedConfigs.add(configKey(record.value.resourceType, record.value.resourceName));
        return;
      case 'ProducerIdsRecord':
        this.producerIds = record.value;
        return;
      case 'ClientQuotaRecord':
        this.setQuota(record.value);
        return;
      case 'AccessControlEntryRecord':
        this.acls.set(record.value.id, record.value);
        return;
      case 'RemoveAccessControlEntryRecord':
        this.acls.delete(record.value.id);
        return;
      case 'UserScramCredentialRecord':
        this.scramCredentials.set(scramKey(record.value), record.value);
        return;
      case 'RemoveUserScramCredentialRecord':
        this.scramCredentials.delete(scramKey(record.value));
        return;
      case 'DelegationTokenRecord':
        this.delegationTokens.set(record.value.tokenId, record.value);
        return;
      case 'RemoveDelegationTokenRecord':
        this.delegationTokens.delete(record.value.tokenId);
        return;
      case 'NoOpRecord':
      case 'ZkMigrationStateRecord':
      // Transactions are taken apart before records get here.
      case 'BeginTransactionRecord':
      case 'EndTransactionRecord':
      case 'AbortTransactionRecord':
        return;
      default:
        record satisfies never;
    }
  }

  private registerBroker(record: RegisterBrokerRecord): void {
    this.brokers.set(record.brokerId, {
      id: record.brokerId,
      epoch: record.brokerEpoch,
      incarnationId: record.incarnationId,
      endpoints: record.endPoints,
      features: record.features,
      rack: record.rack,
      fenced: record.fenced,
      inControlledShutdown: record.inControlledShutdown,
      logDirs: record.logDirs,
      cordonedLogDirs: record.cordonedLogDirs ?? [],
    });
  }

  private changeBroker(record: BrokerRegistrationChangeRecord): void {
    const changes: { -readonly [Key in keyof BrokerState]?: BrokerState[Key] } = {};
    if (record.fenced !== 0) changes.fenced = record.fenced === 1;
    if (record.inControlledShutdown === 1) changes.inControlledShutdown = true;
    if (record.logDirs.length > 0) changes.logDirs = record.logDirs;
    if (record.cordonedLogDirs !== null) changes.cordonedLogDirs = record.cordonedLogDirs;
    this.updateBroker(record.brokerId, record.brokerEpoch, changes);
  }

  private updateBroker(id: number, epoch: number, changes: Partial<BrokerState>): void {
    const broker = this.brokers.get(id);
    if (broker === undefined) throw new BrokenMetadataError(`a change for broker ${id}, which is not registered`);
    if (broker.epoch !== epoch) {
      throw new BrokenMetadataError(`a change for broker ${id} of epoch ${epoch}, which has epoch ${broker.epoch}`);
    }
    this.brokers.set(id, { ...broker, ...changes });
  }

  private topicById(id: string): TopicState {
    const topic = this.topicsById.get(id);
    if (topic === undefined) throw new BrokenMetadataError(`a record for topic id ${id}, which does not exist`);
    return topic;
  }

  private addPartition(record: PartitionRecord): void {
    this.topicById(record.topicId).partitions[record.partitionId] = partitionOf(record);
  }

  private changePartition(record: PartitionChangeRecord): void {
    const topic = this.topicById(record.topicId);
    const old = topic.partitions[record.partitionId];
    if (old === undefined) {
      throw new BrokenMetadataError(`a change for ${topic.name}-${record.partitionId}, which does not exist`);
    }
    topic.partitions[record.partitionId] = changePartition(old, record);
  }

  private removeTopic(id: string, delta: MetadataDelta): void {
    const topic = this.topicById(id);
    this.topics.delete(topic.name);
    this.topicsById.delete(id);
    this.configs.delete(configKey(CONFIG_TOPIC, topic.name));
    delta.changedTopics.delete(id);
    delta.deletedTopics.set(id, topic);
  }

  private clearElr(topicName: string, delta: MetadataDelta): void {
    for (const topic of topicName === '' ? this.topics.values() : [this.topics.get(topicName)]) {
      if (topic === undefined) throw new BrokenMetadataError(`a record for topic ${topicName}, which does not exist`);
      for (const [partition, state] of topic.partitions.entries()) {
        if (state.eligibleLeaderReplicas.length === 0 && state.lastKnownElr.length === 0) continue;
        topic.partitions[partition] = { ...state, eligibleLeaderReplicas: [], lastKnownElr: [] };
        delta.changedTopics.add(topic.id);
      }
    }
  }

  private setConfig(record: ConfigRecord): void {
    const key = configKey(record.resourceType, record.resourceName);
    const configs = this.configs.get(key) ?? new Map<string, string>();
    if (record.value === null) configs.delete(record.name);
    else configs.set(record.name, record.value);
    if (configs.size === 0) this.configs.delete(key);
    else this.configs.set(key, configs);
  }

  private setQuota(record: ClientQuotaRecord): void {
    const key = quotaKey(record.entity, record.key);
    if (record.remove) this.quotas.delete(key);
    else this.quotas.set(key, record);
  }
}

const NO_CONFIGS: ReadonlyMap<string, string> = new Map();

/** Names a credential in the image. */
export const scramKey = (record: { name: string; mechanism: number }): string => `${record.mechanism}:${record.name}`;
