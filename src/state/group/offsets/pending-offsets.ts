import type { CommittedOffset } from './offsets.js';

export interface PendingOffset {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed: CommittedOffset;
}

const keyOf = (group: string, topic: string, partition: number): string => JSON.stringify([group, topic, partition]);

/** Offsets that were committed in transactions that have not ended (KIP-98), by producer. */
export class PendingOffsets {
  private readonly byProducer = new Map<number, Map<string, PendingOffset>>();

  /** A producer's later commit of a partition takes the place of its earlier one. */
  put(producerId: number, offset: PendingOffset): void {
    const offsets = this.byProducer.get(producerId) ?? new Map<string, PendingOffset>();
    offsets.set(keyOf(offset.group, offset.topic, offset.partition), offset);
    this.byProducer.set(producerId, offsets);
  }

  /** Forgets all of a producer. @returns what it had */
  take(producerId: number): PendingOffset[] {
    const offsets = this.byProducer.get(producerId);
    this.byProducer.delete(producerId);
    return offsets === undefined ? [] : [...offsets.values()];
  }

  has(group: string, topic: string, partition: number): boolean {
    if (this.byProducer.size === 0) return false;
    const key = keyOf(group, topic, partition);
    return [...this.byProducer.values()].some((offsets) => offsets.has(key));
  }

  remove(group: string, topic: string, partition: number): void {
    const key = keyOf(group, topic, partition);
    for (const [producerId, offsets] of this.byProducer) {
      if (offsets.delete(key) && offsets.size === 0) this.byProducer.delete(producerId);
    }
  }

  /** One for each partition that a group has such offsets of. */
  ofGroup(group: string): PendingOffset[] {
    const found = new Map<string, PendingOffset>();
    for (const offsets of this.byProducer.values()) {
      for (const [key, offset] of offsets) if (offset.group === group) found.set(key, offset);
    }
    return [...found.values()];
  }
}
