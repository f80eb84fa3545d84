/** Shows that a transaction was verified with its coordinator; void once its marker came. */
export type VerificationGuard = symbol;

/** A producer whose transaction is being verified, and what waits for that. */
export interface Verification {
  readonly guard: VerificationGuard;
  readonly startedMs: number;
  /** Each transaction has an epoch of its own (transaction.version 2). */
  readonly supportsEpochBump: boolean;
  epoch: number;
  /** Of the batches that wait: the first to be appended must not be behind it. */
  lowestSequence: number;
}

/** The producers whose transactions on a partition are being verified (KIP-890), by producer id. */
export class TransactionVerifications {
  private readonly byProducer = new Map<number, Verification>();

  get(producerId: number): Verification | undefined {
    return this.byProducer.get(producerId);
  }

  /** Joins the verification that is under way for the producer, or begins one. */
  start(
    producerId: number,
    sequence: number,
    epoch: number,
    supportsEpochBump: boolean,
    nowMs: number,
  ): VerificationGuard {
    const known = this.byProducer.get(producerId);
    if (known === undefined) {
      const guard = Symbol(`verification of producer ${producerId}`);
      this.byProducer.set(producerId, { guard, startedMs: nowMs, supportsEpochBump, epoch, lowestSequence: sequence });
      return guard;
    }
    if (epoch > known.epoch) {
      known.epoch = epoch;
      known.lowestSequence = sequence;
    } else if (epoch === known.epoch && sequence < known.lowestSequence) {
      known.lowestSequence = sequence;
    }
    return known.guard;
  }

  /**
   * A transactional batch was appended: the transaction has begun, or ended while it was being verified. A marker
   * that already bears the epoch being verified ended the transaction before that one.
   */
  end(producerId: number, epoch: number, isMarker: boolean): void {
    const known = this.byProducer.get(producerId);
    if (known === undefined) return;
    const isOfNext = known.supportsEpochBump && isMarker && epoch === known.epoch;
    if (!isOfNext) this.byProducer.delete(producerId);
  }

  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, { startedMs }] of this.byProducer) {
      if (nowMs - startedMs >= expirationMs) this.byProducer.delete(producerId);
    }
  }

  clear(): void {
    this.byProducer.clear();
  }
}
