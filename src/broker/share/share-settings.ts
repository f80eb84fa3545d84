import type { BrokerConfig } from '../../config/broker-config.js';
import { parseDurationMs } from '../../config/iso-duration.js';
import { CONFIG_GROUP } from '../../state/metadata/config-resource.js';
import type { MetadataImage } from '../../state/metadata/image.js';
import type { ShareLimits } from '../../state/share-partition/share-limits.js';

/** Where a group begins with a partition of which nothing is kept; by a duration before now in milliseconds. */
export type ShareOffsetReset = 'earliest' | 'latest' | { readonly beforeMs: number };

interface Bounded {
  readonly own: number;
  readonly min: number;
  readonly max: number;
}

/** What share groups take from their own settings, bounded and filled up by those of the broker. */
export class ShareSettings {
  private readonly image: MetadataImage;
  private readonly deliveryCount: Bounded;
  private readonly recordLocks: Bounded;
  private readonly lockDuration: Bounded;
  /** group.share.max.share.sessions */
  readonly maxSessions: number;

  constructor(config: BrokerConfig, image: MetadataImage) {
    this.image = image;
    this.deliveryCount = {
      own: config.get('group.share.delivery.count.limit'),
      min: config.get('group.share.min.delivery.count.limit'),
      max: config.get('group.share.max.delivery.count.limit'),
    };
    this.recordLocks = {
      own: config.get('group.share.partition.max.record.locks'),
      min: config.get('group.share.min.partition.max.record.locks'),
      max: config.get('group.share.max.partition.max.record.locks'),
    };
    this.lockDuration = {
      own: config.get('group.share.record.lock.duration.ms'),
      min: config.get('group.share.min.record.lock.duration.ms'),
      max: config.get('group.share.max.record.lock.duration.ms'),
    };
    this.maxSessions = config.get('group.share.max.share.sessions');
  }

  limits(groupId: string): ShareLimits {
    return {
      maxDeliveryCount: this.bounded(groupId, 'share.delivery.count.limit', this.deliveryCount),
      maxRecordLocks: this.bounded(groupId, 'share.partition.max.record.locks', this.recordLocks),
      lockDurationMs: this.lockDurationMs(groupId),
      mayRenew: this.of(groupId, 'share.renew.acknowledge.enable') !== 'false',
    };
  }

  lockDurationMs(groupId: string): number {
    return this.bounded(groupId, 'share.record.lock.duration.ms', this.lockDuration);
  }

  isReadCommitted(groupId: string): boolean {
    return this.of(groupId, 'share.isolation.level') === 'read_committed';
  }

  offsetReset(groupId: string): ShareOffsetReset {
    const value = (this.of(groupId, 'share.auto.offset.reset') ?? 'latest').toLowerCase();
    if (value === 'earliest' || value === 'latest') return value;
    return { beforeMs: parseDurationMs(value.slice('by_duration:'.length)) ?? 0 };
  }

  private of(groupId: string, key: string): string | undefined {
    return this.image.configsOf(CONFIG_GROUP, groupId).get(key);
  }

  private bounded(groupId: string, key: string, { own, min, max }: Bounded): number {
    const value = this.of(groupId, key);
    return value === undefined ? own : Math.min(max, Math.max(min, Number(value)));
  }
}
