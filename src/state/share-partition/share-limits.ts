/** What holds for a share group: its own settings, else the broker's. */
export interface ShareLimits {
  /** share.delivery.count.limit */
  readonly maxDeliveryCount: number;
  /** share.partition.max.record.locks */
  readonly maxRecordLocks: number;
  /** share.record.lock.duration.ms */
  readonly lockDurationMs: number;
  /** share.renew.acknowledge.enable (KIP-1222) */
  readonly mayRenew: boolean;
}
