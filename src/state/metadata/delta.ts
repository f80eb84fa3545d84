import type { TopicState } from './image.js';

/** What a stretch of records changed, by name: those who act on the image look only at these. */
export class MetadataDelta {
  /** Topics that are new or have a changed or new partition, by id. */
  readonly changedTopics = new Set<string>();
  /** As they were when they were deleted, by id. */
  readonly deletedTopics = new Map<string, TopicState>();
  readonly changedBrokers = new Set<number>();
  /** Config resources, as `configKey` names them. */
  readonly changedConfigs = new Set<string>();
  featuresChanged = false;
  hasNewTopics = false;

  get isEmpty(): boolean {
    return (
      this.changedTopics.size === 0 &&
      this.deletedTopics.size === 0 &&
      this.changedBrokers.size === 0 &&
      this.changedConfigs.size === 0 &&
      !this.featuresChanged
    );
  }
}
