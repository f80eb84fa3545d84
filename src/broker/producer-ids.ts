import { KafkaError } from '../protocol/errors.js';

/** A block of ids that the controller gave to this broker. */
export interface ProducerIdBlock {
  readonly first: number;
  readonly count: number;
}

/** Hands out producer ids of blocks that the controller gives; no id is ever given twice in a cluster. */
export class ProducerIds {
  private readonly allocate: () => Promise<ProducerIdBlock>;
  private nextId = 0;
  private endId = 0;
  private pending: Promise<void> | null = null;

  constructor(allocate: () => Promise<ProducerIdBlock>) {
    this.allocate = allocate;
  }

  /** @throws KafkaError COORDINATOR_LOAD_IN_PROGRESS when the controller gives no block. */
  async next(): Promise<number> {
    while (this.nextId >= this.endId) {
      this.pending ??= this.fetchBlock();
      await this.pending;
    }
    return this.nextId++;
  }

  private async fetchBlock(): Promise<void> {
    try {
      const { first, count } = await this.allocate();
      this.nextId = first;
      this.endId = first + count;
    } catch (error) {
      throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', `No block of producer ids: ${(error as Error).message}`);
    } finally {
      this.pending = null;
    }
  }
}
