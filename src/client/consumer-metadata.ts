import type { Cluster } from './cluster.js';
import { MetadataRefresh } from './metadata-refresh.js';
import { topicsError } from './topic-errors.js';

export interface ConsumerMetadataOptions {
  /** Topics to keep up with; null for all of the cluster. */
  topics(): readonly string[] | null;
  /** Those of which it is an error that they are of no use. */
  neededTopics(): readonly string[];
  readonly allowAutoTopicCreation: boolean;
  /** The cluster's metadata is new. */
  onUpdate?(): void;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

/** Keeps the metadata of a consumer's topics fresh. What goes wrong with it is kept, until `poll` comes to throw it. */
export class ConsumerMetadata {
  private readonly cluster: Cluster;
  private readonly options: ConsumerMetadataOptions;
  private readonly refresh: MetadataRefresh;
  private error: Error | null = null;

  constructor(cluster: Cluster, options: ConsumerMetadataOptions) {
    this.cluster = cluster;
    this.options = options;
    this.refresh = new MetadataRefresh(cluster, {
      topics: () => options.topics(),
      allowAutoTopicCreation: options.allowAutoTopicCreation,
      onUpdate: () => this.updated(),
      onError: (error) => {
        this.error = error;
        options.onProgress();
      },
    });
  }

  /** Has metadata fetched soon. */
  wish(): void {
    this.refresh.wish();
  }

  /** Throws what went wrong since the last call, and has metadata fetched again. @throws KafkaError; BootstrapError */
  throwError(): void {
    if (this.error === null) return;
    const { error } = this;
    this.error = null;
    this.refresh.wish();
    throw error;
  }

  /** The name of a topic by its id; undefined while it is not known, and then it is looked up. */
  topicName(topicId: string): string | undefined {
    const name = this.cluster.metadata.topicName(topicId);
    if (name === undefined) this.refresh.wish();
    return name;
  }

  close(): void {
    this.refresh.close();
  }

  private updated(): void {
    this.options.onUpdate?.();
    const needed = this.options.neededTopics();
    const refusedFor = (error: string): string[] =>
      needed.filter((topic) => this.cluster.metadata.topics.get(topic)?.error === error);
    this.error =
      topicsError(refusedFor('INVALID_TOPIC_EXCEPTION'), refusedFor('TOPIC_AUTHORIZATION_FAILED')) ?? this.error;
    this.options.onProgress();
  }
}
