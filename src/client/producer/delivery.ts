/** Sizes in bytes; -1 for null. */
export interface RecordSizes {
  readonly key: number;
  readonly value: number;
}

/** Some records of a batch that share one fate. A batch that was too large for the broker goes out in several parts. */
export interface DeliveredPart {
  /** Index, within the batch, of the first record of the part. */
  readonly firstIndex: number;
  readonly count: number;
  /** Offset of the first record; -1 where the broker did not tell (acks=0, or a duplicate). */
  readonly baseOffset: number;
  /** Milliseconds, where the broker set it (LogAppendTime); else -1. */
  readonly logAppendTimeMs: number;
  readonly error: Error | null;
  /** The records that are lost; none without an error. */
  readonly lost: readonly RecordSizes[];
}

/**
 * What becomes of the records of one batch. All records that went into a batch share its handle; the index of a record
 * is `count - 1` right after it was appended.
 */
export class Delivery {
  readonly topic: string;
  readonly partition: number;
  /** Records so far. */
  count = 0;
  /** In order of `firstIndex` once it is settled. */
  readonly parts: DeliveredPart[] = [];
  private callbacks: ((delivery: Delivery) => void)[] | null = null;
  private settledCount = 0;
  private expectedCount = -1;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get isSettled(): boolean {
    return this.settledCount === this.expectedCount;
  }

  /** The first error of its parts; null while it waits and when all went well. */
  get error(): Error | null {
    for (const { error } of this.parts) if (error !== null) return error;
    return null;
  }

  get failedCount(): number {
    return this.parts.reduce((sum, { error, count }) => (error === null ? sum : sum + count), 0);
  }

  /** The offset of a record by its index; -1 where it is not known. */
  offsetOf(index: number): number {
    const part = this.partOf(index);
    if (part === undefined || part.baseOffset < 0 || part.error !== null) return -1;
    return part.baseOffset + index - part.firstIndex;
  }

  partOf(index: number): DeliveredPart | undefined {
    return this.parts.find(({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count);
  }

  /** Calls back once, when all records of the batch are delivered or lost; at once if that was before. */
  onSettled(callback: (delivery: Delivery) => void): void {
    if (this.isSettled) callback(this);
    else if (this.callbacks === null) this.callbacks = [callback];
    else this.callbacks.push(callback);
  }

  /** The same as a promise, which never fails: look at `error`. */
  settled(): Promise<Delivery> {
    return new Promise((resolve) => this.onSettled(resolve));
  }

  /** No more records come. */
  seal(): void {
    this.expectedCount = this.count;
  }

  settle(part: DeliveredPart): void {
    this.parts.push(part);
    this.settledCount += part.count;
    if (!this.isSettled) return;
    this.parts.sort((a, b) => a.firstIndex - b.firstIndex);
    const callbacks = this.callbacks;
    this.callbacks = null;
    if (callbacks !== null) for (const callback of callbacks) callback(this);
  }
}
