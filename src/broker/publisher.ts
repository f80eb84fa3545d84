import type { Logger } from '../base/host.js';
import type { BrokerConfig } from '../config/broker-config.js';
import type { DirectoryOfReplica } from '../state/controller/assign-directories.js';
import { CONFIG_BROKER, CONFIG_TOPIC, configKey } from '../state/metadata/config-resource.js';
import type { MetadataDelta } from '../state/metadata/delta.js';
import type { MetadataImage, TopicState } from '../state/metadata/image.js';
import type { PartitionState } from '../state/metadata/partition-state.js';
import { parentPath } from '../storage/file-names.js';
import type { LogDirs } from '../storage/log-dirs.js';
import { cleanerSettings } from './cleaner-settings.js';
import { Partition } from './partition.js';
import type { Partitions } from './partitions.js';
import { effectiveConfig, rulesOf, topicSettings } from './topic-settings.js';

export interface PublisherOptions {
  readonly config: BrokerConfig;
  readonly dirs: LogDirs;
  /** Directory ids by path of the log directory. */
  readonly directoryIds: ReadonlyMap<string, string>;
  readonly partitions: Partitions;
  readonly logger: Logger;
  onLeader(partition: Partition): void;
  onResign(partition: Partition): void;
  onTopicsDeleted(topics: readonly TopicState[]): void;
  /** Replicas whose directory the controller does not know yet. */
  onPlaced(replicas: readonly DirectoryOfReplica[]): void;
}

/** Makes this broker's logs what the metadata says: created, configured, led, given up, deleted. */
export class Publisher {
  private readonly options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.options = options;
  }

  /** At start: everything, and logs that belong nowhere are set aside. */
  publishAll(image: MetadataImage): void {
    const { dirs } = this.options;
    for (const log of [...dirs.logs]) {
      const topic = image.topics.get(log.topic);
      const isPlaced = topic?.partitions[log.partition]?.replicas.includes(this.nodeId) === true;
      if (!isPlaced || (log.topicId !== null && log.topicId !== topic.id)) dirs.setAside(log.topic, log.partition);
    }
    const effective = effectiveConfig(this.options.config, image);
    dirs.configureCleaner(cleanerSettings(effective));
    const placed: DirectoryOfReplica[] = [];
    for (const topic of image.topics.values()) placed.push(...this.publishTopic(topic, image, effective));
    if (placed.length > 0) this.options.onPlaced(placed);
  }

  publish(delta: MetadataDelta, image: MetadataImage): void {
    this.deleteTopics([...delta.deletedTopics.values()], image);
    const effective = effectiveConfig(this.options.config, image);
    const placed: DirectoryOfReplica[] = [];
    for (const id of delta.changedTopics) {
      const topic = image.topicsById.get(id);
      if (topic !== undefined) placed.push(...this.publishTopic(topic, image, effective));
    }
    this.configure(delta, image, effective);
    if (placed.length > 0) this.options.onPlaced(placed);
  }

  private get nodeId(): number {
    return this.options.config.nodeId;
  }

  private publishTopic(topic: TopicState, image: MetadataImage, effective: BrokerConfig): DirectoryOfReplica[] {
    const placed: DirectoryOfReplica[] = [];
    for (const [index, state] of topic.partitions.entries()) {
      const replica = state.replicas.indexOf(this.nodeId);
      if (replica < 0) continue;
      const directoryId = this.publishPartition(topic, index, state, image, effective);
      if (directoryId !== null && !this.isOurs(state.directories[replica])) {
        placed.push({ topicId: topic.id, partition: index, directoryId });
      }
    }
    return placed;
  }

  private isOurs(directoryId: string | undefined): boolean {
    return [...this.options.directoryIds.values()].some((id) => id === directoryId);
  }

  /** A log directory failed: what lies in it is served no longer. */
  onDirectoryFailed(path: string): void {
    const { partitions } = this.options;
    for (const partition of [...partitions.all()]) {
      if (parentPath(partition.log.directory) !== path) continue;
      if (partition.isLeader) {
        partition.resign();
        this.options.onResign(partition);
      }
      partitions.remove(partition);
    }
  }

  /** @returns the id of the directory that the replica is in; null when its directory is broken */
  private publishPartition(
    topic: TopicState,
    index: number,
    state: PartitionState,
    image: MetadataImage,
    effective: BrokerConfig,
  ): string | null {
    const partition =
      this.options.partitions.get(topic.name, index) ?? this.open(topic, index, state, image, effective);
    if (partition === null) return null;
    if (state.leader === this.nodeId) {
      const before = partition.leaderEpoch;
      partition.becomeLeader(state.leaderEpoch);
      if (before !== state.leaderEpoch) this.options.onLeader(partition);
    } else if (partition.isLeader) {
      partition.resign();
      this.options.onResign(partition);
      this.options.partitions.wakeAll(partition);
    }
    return this.options.directoryIds.get(parentPath(partition.log.directory)) ?? null;
  }

  private open(
    topic: TopicState,
    index: number,
    state: PartitionState,
    image: MetadataImage,
    effective: BrokerConfig,
  ): Partition | null {
    const { dirs, partitions, logger } = this.options;
    const path = this.pathOf(state);
    if (dirs.directories.some((directory) => directory.path === path && !directory.isOnline)) return null;
    const settings = topicSettings(topic.name, effective, image);
    try {
      const log = dirs.create(topic.name, index, topic.id, settings, path);
      log.setTopicId(topic.id);
      const partition = new Partition({
        topic: topic.name,
        topicId: topic.id,
        index,
        log,
        rules: rulesOf(settings),
        onAppend: (appended, sizeBytes) => partitions.wake(appended, sizeBytes),
      });
      partition.minInsyncReplicas = settings.minInsyncReplicas;
      partitions.add(partition);
      return partition;
    } catch (error) {
      logger.error(`Cannot open the log of ${topic.name}-${index}`, error);
      return null;
    }
  }

  /** The path of the directory that the controller chose, if it did. */
  private pathOf(state: PartitionState): string | undefined {
    const wanted = state.directories[state.replicas.indexOf(this.nodeId)];
    return [...this.options.directoryIds].find(([, id]) => id === wanted)?.[0];
  }

  private deleteTopics(topics: readonly TopicState[], image: MetadataImage): void {
    if (topics.length === 0) return;
    const { partitions, dirs } = this.options;
    for (const topic of topics) {
      for (const index of topic.partitions.keys()) {
        const partition = partitions.get(topic.name, index);
        if (partition === undefined || partition.topicId !== topic.id) continue;
        if (partition.isLeader) {
          partition.resign();
          this.options.onResign(partition);
        }
        partitions.remove(partition);
        dirs.remove(topic.name, index);
      }
    }
    this.options.onTopicsDeleted(topics.filter((topic) => !image.topicsById.has(topic.id)));
  }

  private configure(delta: MetadataDelta, image: MetadataImage, effective: BrokerConfig): void {
    const all =
      delta.changedConfigs.has(configKey(CONFIG_BROKER, '')) ||
      delta.changedConfigs.has(configKey(CONFIG_BROKER, String(this.nodeId)));
    if (all) this.options.dirs.configureCleaner(cleanerSettings(effective));
    for (const partition of this.options.partitions.all()) {
      if (!all && !delta.changedConfigs.has(configKey(CONFIG_TOPIC, partition.topic))) continue;
      const settings = topicSettings(partition.topic, effective, image);
      partition.log.configure(settings);
      partition.rules = rulesOf(settings);
      partition.minInsyncReplicas = settings.minInsyncReplicas;
    }
  }
}
