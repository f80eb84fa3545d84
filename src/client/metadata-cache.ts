import { ZERO_UUID } from '../base/bytes.js';
import { type ErrorName, errorOfCode } from '../protocol/errors.js';
import type { MetadataResponse, MetadataResponseTopic } from '../protocol/generated/metadata.js';

export interface Node {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export interface PartitionMetadata {
  readonly partition: number;
  readonly error: ErrorName | null;
  /** -1 while there is none. */
  readonly leader: number;
  /** -1 where the broker does not tell. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offline: readonly number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** ZERO_UUID where the broker does not tell. */
  readonly topicId: string;
  readonly error: ErrorName | null;
  readonly isInternal: boolean;
  /** In rising order of their numbers. */
  readonly partitions: readonly PartitionMetadata[];
  /** A set of bits; null where it was not asked for. */
  readonly authorizedOperations: number | null;
}

export const NOT_ASKED = -0x8000_0000;

/** What a client knows of the cluster. It is told, and fetches nothing itself. */
export class MetadataCache {
  clusterId: string | null = null;
  /** -1 while it is not known. */
  controllerId = -1;
  readonly nodes = new Map<number, Node>();
  readonly topics = new Map<string, TopicMetadata>();
  private readonly namesById = new Map<string, string>();

  /** Takes in an answer. With `isWhole` topics that it does not name are forgotten. */
  update(response: MetadataResponse, isWhole: boolean): void {
    this.updateNodes(response);
    if (isWhole) {
      const named = new Set(response.topics.map(({ name }) => name));
      for (const name of [...this.topics.keys()]) if (!named.has(name)) this.forgetTopic(name);
    }
    for (const topic of response.topics) this.updateTopic(topicOf(topic));
  }

  updateNodes(response: Pick<MetadataResponse, 'brokers' | 'clusterId' | 'controllerId'>): void {
    this.clusterId = response.clusterId ?? this.clusterId;
    this.controllerId = response.controllerId;
    if (response.brokers.length === 0) return;
    this.nodes.clear();
    for (const { nodeId, host, port, rack } of response.brokers)
      this.nodes.set(nodeId, { id: nodeId, host, port, rack });
  }

  forgetTopic(name: string): void {
    const topic = this.topics.get(name);
    if (topic !== undefined) this.namesById.delete(topic.topicId);
    this.topics.delete(name);
  }

  /** What a produce or fetch answer tells of a new leader (KIP-951). */
  updateLeader(topic: string, partition: number, leader: number, leaderEpoch: number): boolean {
    const known = this.topics.get(topic);
    const old = known?.partitions[partition];
    if (known === undefined || old === undefined || leader < 0 || leaderEpoch <= old.leaderEpoch) return false;
    const partitions = known.partitions.with(partition, { ...old, leader, leaderEpoch, error: null });
    this.topics.set(topic, { ...known, partitions });
    return true;
  }

  partition(topic: string, partition: number): PartitionMetadata | undefined {
    return this.topics.get(topic)?.partitions[partition];
  }

  topicId(topic: string): string {
    return this.topics.get(topic)?.topicId ?? ZERO_UUID;
  }

  topicName(topicId: string): string | undefined {
    return this.namesById.get(topicId);
  }

  /** Brokers answer from their own view, which may be old: a leader epoch never goes back within one topic id. */
  private updateTopic(topic: TopicMetadata): void {
    const old = this.topics.get(topic.name);
    const isSame = old !== undefined && old.topicId === topic.topicId;
    if (old !== undefined && !isSame) this.namesById.delete(old.topicId);
    if (topic.error === null && isSame) {
      const partitions = topic.partitions.map((partition) => {
        const before = old.partitions[partition.partition];
        return before !== undefined && partition.leaderEpoch >= 0 && before.leaderEpoch > partition.leaderEpoch
          ? before
          : partition;
      });
      this.topics.set(topic.name, { ...topic, partitions });
    } else {
      this.topics.set(topic.name, topic);
    }
    if (topic.topicId !== ZERO_UUID) this.namesById.set(topic.topicId, topic.name);
  }
}

/** Partitions are numbered from 0 without holes, and come in any order. */
export function topicOf(topic: MetadataResponseTopic): TopicMetadata {
  const partitions = topic.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    error: errorNameOf(partition.errorCode),
    leader: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    isr: partition.isrNodes,
    offline: partition.offlineReplicas,
  }));
  partitions.sort((a, b) => a.partition - b.partition);
  return {
    name: topic.name ?? '',
    topicId: topic.topicId,
    error: errorNameOf(topic.errorCode),
    isInternal: topic.isInternal,
    partitions,
    authorizedOperations: operationsOf(topic.topicAuthorizedOperations),
  };
}

export const operationsOf = (bits: number): number | null => (bits === NOT_ASKED ? null : bits);

export const errorNameOf = (code: number): ErrorName | null => (code === 0 ? null : errorOfCode(code).name);
