import type { Random } from '../../../base/host.js';
import { KafkaError } from '../../../protocol/errors.js';

/** A broker that replicas may be put on. */
export interface UsableBroker {
  readonly id: number;
  /** Null where racks do not count, or it has none. */
  readonly rack: string | null;
}

/**
 * Chooses brokers for the partitions of a topic as Kafka's controller does: racks take turns to begin, and within one
 * its brokers, so that leaders and replicas are spread evenly over both. After as many partitions as there are brokers
 * the order is shuffled, so that the same sets do not come again.
 *
 * @throws KafkaError INVALID_REPLICATION_FACTOR when there are too few brokers.
 */
export function placeStriped(
  partitionCount: number,
  replicationFactor: number,
  brokers: readonly UsableBroker[],
  random: Pick<Random, 'fraction'>,
): number[][] {
  if (replicationFactor <= 0) {
    throw tooFew(`Invalid replication factor ${replicationFactor}: the replication factor must be positive.`);
  }
  if (brokers.length === 0) {
    throw tooFew('All brokers are currently fenced, or have all their log directories cordoned.');
  }
  if (replicationFactor > brokers.length) {
    throw tooFew(
      `The target replication factor of ${replicationFactor} cannot be reached because only ${brokers.length} broker(s) are registered or some brokers have all their log directories cordoned.`,
    );
  }
  const racks = new RackList(brokers, (bound) => Math.floor(random.fraction() * bound));
  return Array.from({ length: partitionCount }, () => racks.place(replicationFactor));
}

const tooFew = (message: string): KafkaError => new KafkaError('INVALID_REPLICATION_FACTOR', message);

/** A number from 0 up to, and without, a bound. */
type Draw = (bound: number) => number;

/** The brokers of a rack, which begin one further with each partition. */
class Rack {
  private readonly brokers: number[];
  private epoch = 0;
  private index = 0;
  private offset: number;

  constructor(brokers: readonly number[], draw: Draw) {
    this.brokers = [...brokers].sort((a, b) => a - b);
    this.offset = draw(brokers.length);
  }

  shuffle(draw: Draw): void {
    shuffle(this.brokers, draw);
  }

  /** Null when each broker was given for this partition. */
  next(epoch: number): number | null {
    const { length } = this.brokers;
    if (this.epoch !== epoch) {
      this.epoch = epoch;
      this.index = 0;
      this.offset = (this.offset + 1) % length;
    }
    if (this.index >= length) return null;
    const broker = this.brokers[(this.index + this.offset) % length] as number;
    this.index++;
    return broker;
  }
}

class RackList {
  private readonly racks: Rack[];
  private readonly brokerCount: number;
  private readonly draw: Draw;
  private epoch = 0;
  private offset: number;

  constructor(brokers: readonly UsableBroker[], draw: Draw) {
    const names = [...new Set(brokers.map(({ rack }) => rack))].sort(compareRacks);
    this.racks = names.map((name) => {
      const ids = brokers.filter(({ rack }) => rack === name).map(({ id }) => id);
      return new Rack(ids, draw);
    });
    this.brokerCount = brokers.length;
    this.draw = draw;
    this.offset = draw(this.racks.length);
  }

  place(replicationFactor: number): number[] {
    if (this.epoch === this.brokerCount && this.brokerCount > 1) {
      shuffle(this.racks, this.draw);
      for (const rack of this.racks) rack.shuffle(this.draw);
      this.epoch = 0;
    }
    if (this.offset === this.racks.length) this.offset = 0;
    const placed: number[] = [];
    for (let at = this.offset; placed.length < replicationFactor; at = (at + 1) % this.racks.length) {
      const broker = this.racks[at]?.next(this.epoch) ?? null;
      if (broker !== null) placed.push(broker);
    }
    this.epoch++;
    this.offset++;
    return placed;
  }
}

/** Brokers without a rack come first. */
function compareRacks(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function shuffle(items: unknown[], draw: Draw): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
}
