/** What has become of a record that a share group has in flight (KIP-932). The numbers are those of the kept state. */
export const AVAILABLE = 0;
export const ACQUIRED = 1;
export const ACKNOWLEDGED = 2;
export const ARCHIVED = 4;

export type RecordState = typeof AVAILABLE | typeof ACQUIRED | typeof ACKNOWLEDGED | typeof ARCHIVED;

/** It is never delivered again. */
export const isDone = (state: RecordState): boolean => state === ACKNOWLEDGED || state === ARCHIVED;

/** What it is while nobody has it: available, unless it was delivered as often as it may be. */
export const releasedState = (deliveryCount: number, maxDeliveryCount: number): RecordState =>
  deliveryCount >= maxDeliveryCount ? ARCHIVED : AVAILABLE;
