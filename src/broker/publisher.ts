import type { Clock, Logger, Timer } from '../base/host.js';
import type { BrokerConfig } from '../config/broker-config.js';
import type { DirectoryOfReplica } from '../state/controller/assign-directories.js';
import { CONFIG_BROKER, CONFIG_TOPIC, configKey } from '../state/metadata/config-resource.js';
import type { MetadataDelta } from '../state/metadata/delta.js';
import type { MetadataImage, TopicState } from '../state/metadata/image.js';
import type { PartitionState } from '../state/metadata/partition-state.js';
import { parentPath } from '../storage/file-names.js';
import type { LogDirs } from '../storage/log-dirs.js';
import { cleanerSettings } from './cleaner-settings.js';
import { isInternalTopic } from './internal-topics.js';
import { Partition } from './partition.js';
import type { Partitions } from './partitions.js';
import { rulesOf, SettingsOfTopics } from './topic-settings.js';
import { UnopenedPartitions } from './unopened-partitions.js';

export interface PublisherOptions {
  readonly config: BrokerConfig;
  readonly dirs: LogDirs;
  /** Directory ids by path of the log directory. */
  readonly directoryIds: ReadonlyMap<string, string>;
  readonly partitions: Partitions;
  readonly clock: Clock;
  readonly logger: Logger;
  image(): MetadataImage;
  onLeader(partition: Partition): void;
  onResign(partition: Partition): void;
  onTopicsDeleted(topics: readonly TopicState[]): void;
  /** Replicas whose directory the controller does not know yet. */
  onPlaced(replicas: readonly DirectoryOfReplica[]): void;
}

/** So many logs are made at once for one change of the metadata. */
const OPENED_AT_ONCE = 100;
/** Of those that are made later so many at a time, with all else that waits between them. */
const OPENED_TOGETHER = 20;
/** Before the first of them: a sync of the metadata would have to wait until all that was made by then is on the disk. */
const OPENED_AFTER_MS = 100;

/** Makes this broker's logs what the metadata says: created, configured, led, given up, deleted. */
export class Publisher {
  private readonly options: PublisherOptions;
  private readonly unopened = new UnopenedPartitions();
  private opening: Timer | null = null;

  constructor(options: PublisherOptions) {
    this.options = options;
    options.partitions.onMissing = (topic, index) => {
      if (this.unopened.take(topic, index)) this.openLate([{ topic, index }]);
    };
  }

  /** Logs that are not made yet are made at the next start. */
  close(): void {
    this.unopened.clear();
    this.opening?.cancel();
    this.opening = null;
  }

  /** At start: everything, and logs that belong nowhere are set aside. */
  publishAll(image: MetadataImage): void {
    const { dirs } = this.options;
    for (const log of [...dirs.logs]) {
      const topic = image.topics.get(log.topic);
      const isPlaced = topic?.partitions[log.partition]?.replicas.includes(this.nodeId) === true;
      if (!isPlaced || (log.topicId !== null && log.topicId !== topic.id)) dirs.setAside(log.topic, log.partition);
    }
    const settings = new SettingsOfTopics(this.options.config, image);
    dirs.configureCleaner(cleanerSettings(settings.node));
    const placed: DirectoryOfReplica[] = [];
    for (const topic of image.topics.values()) placed.push(...this.publishTopic(topic, settings));
    if (placed.length > 0) this.options.onPlaced(placed);
  }

  publish(delta: MetadataDelta, image: MetadataImage): void {
    this.deleteTopics([...delta.deletedTopics.values()], image);
    const settings = new SettingsOfTopics(this.options.config, image);
    const placed: DirectoryOfReplica[] = [];
    let left = OPENED_AT_ONCE;
    const isForLater = (topic: string, index: number): boolean => {
      if (isInternalTopic(topic) || this.options.partitions.isOpen(topic, index) || left-- > 0) return false;
      this.unopened.add(topic, index);
      return true;
    };
    for (const id of delta.changedTopics) {
      const topic = image.topicsById.get(id);
      if (topic !== undefined) placed.push(...this.publishTopic(topic, settings, isForLater));
    }
    this.configure(delta, settings);
    if (placed.length > 0) this.options.onPlaced(placed);
    this.openOthersLater(OPENED_AFTER_MS);
  }

  private openOthersLater(afterMs: number): void {
    if (this.opening !== null || this.unopened.isEmpty) return;
    this.opening = this.options.clock.setTimer(afterMs, () => {
      this.opening = null;
      const next = Array.from({ length: OPENED_TOGETHER }, () => this.unopened.takeFirst());
      this.openLate(next.filter((at) => at !== null));
      this.openOthersLater(0);
    });
  }

  /** As the metadata has them by now. */
  private openLate(late: readonly { readonly topic: string; readonly index: number }[]): void {
    const image = this.options.image();
    const settings = new SettingsOfTopics(this.options.config, image);
    const placed = late.flatMap(({ topic: name, index }) => {
      const topic = image.topics.get(name);
      const state = topic?.partitions[index];
      return topic === undefined || state === undefined ? [] : this.publishReplica(topic, index, state, settings);
    });
    if (placed.length > 0) this.options.onPlaced(placed);
  }

  private get nodeId(): number {
    return this.options.config.nodeId;
  }

  private publishTopic(
    topic: TopicState,
    settings: SettingsOfTopics,
    isForLater: (topic: string, index: number) => boolean = () => false,
  ): DirectoryOfReplica[] {
    return topic.partitions.flatMap((state, index) =>
      !state.replicas.includes(this.nodeId) || isForLater(topic.name, index)
        ? []
        : this.publishReplica(topic, index, state, settings),
    );
  }

  /** @returns where it is, if the controller does not know that */
  private publishReplica(
    topic: TopicState,
    index: number,
    state: PartitionState,
    settings: SettingsOfTopics,
  ): DirectoryOfReplica[] {
    const replica = state.replicas.indexOf(this.nodeId);
    if (replica < 0) return [];
    const directoryId = this.publishPartition(topic, index, state, settings);
    if (directoryId === null || this.isOurs(state.directories[replica])) return [];
    return [{ topicId: topic.id, partition: index, directoryId }];
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
    settings: SettingsOfTopics,
  ): string | null {
    const partition = this.options.partitions.get(topic.name, index) ?? this.open(topic, index, state, settings);
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

  private open(topic: TopicState, index: number, state: PartitionState, settings: SettingsOfTopics): Partition | null {
    const { dirs, partitions, logger } = this.options;
    const path = this.pathOf(state);
    if (dirs.directories.some((directory) => directory.path === path && !directory.isOnline)) return null;
    const config = settings.of(topic.name);
    try {
      const log = dirs.create(topic.name, index, topic.id, config, path);
      log.setTopicId(topic.id);
      const partition = new Partition({
        topic: topic.name,
        topicId: topic.id,
        index,
        log,
        rules: rulesOf(config),
        onAppend: (appended, sizeBytes) => partitions.wake(appended, sizeBytes),
      });
      partition.minInsyncReplicas = config.minInsyncReplicas;
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
      this.unopened.forgetTopic(topic.name);
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

  private configure(delta: MetadataDelta, settings: SettingsOfTopics): void {
    const all =
      delta.changedConfigs.has(configKey(CONFIG_BROKER, '')) ||
      delta.changedConfigs.has(configKey(CONFIG_BROKER, String(this.nodeId)));
    if (all) this.options.dirs.configureCleaner(cleanerSettings(settings.node));
    for (const partition of this.options.partitions.all()) {
      if (!all && !delta.changedConfigs.has(configKey(CONFIG_TOPIC, partition.topic))) continue;
      const config = settings.of(partition.topic);
      partition.log.configure(config);
      partition.rules = rulesOf(config);
      partition.minInsyncReplicas = config.minInsyncReplicas;
    }
  }
}
