import type { RecordView } from './record-view.js';
import type { SimulatedProcess } from './simulated-process.js';

/** Who reads which partition: never two that are members of the group at once, as they themselves see it. */
export class Ownership {
  private readonly owners = new Map<string, Set<SimulatedProcess>>();
  private readonly records: RecordView;

  constructor(records: RecordView) {
    this.records = records;
  }

  /** @throws when what the process came to own is another member's still */
  changed(process: SimulatedProcess, before: ReadonlySet<string>): void {
    for (const key of before) if (!process.owned.has(key)) this.owners.get(key)?.delete(process);
    for (const key of process.owned) {
      if (before.has(key)) continue;
      const owners = this.owners.get(key) ?? new Set();
      for (const other of owners) {
        const why = this.conflict(process, other);
        if (why !== null) throw new Error(`${process.name} and ${other.name} both own ${key}: ${why}`);
      }
      owners.add(process);
      this.owners.set(key, owners);
    }
  }

  private conflict(a: SimulatedProcess, b: SimulatedProcess): string | null {
    const { epochs } = this.records;
    const [ofA, ofB] = [epochs.get(a.identity.memberId), epochs.get(b.identity.memberId)];
    if (ofA !== undefined && ofB !== undefined) {
      // A static member that takes its place back by the classic protocol may end a consumer group halfway: members
      // that have not caught up are told only with their next heartbeat.
      const misses = ({ plan, ownedSince, identity }: SimulatedProcess, epoch: number): boolean =>
        plan.protocol === 'classic' && ownedSince.life !== this.records.life && identity.generation !== epoch;
      return misses(a, ofA) || misses(b, ofB) ? null : `members in epochs ${ofA} and ${ofB}`;
    }
    if (a.plan.protocol === 'consumer' || b.plan.protocol === 'consumer') return null;
    const [x, y] = [a.ownedSince, b.ownedSince];
    if (x.life !== y.life) return null;
    const isIn = (
      { identity }: SimulatedProcess,
      { life, generation }: { life: number; generation: number },
    ): boolean => this.records.wasIn(identity.memberId, life, generation);
    // Of two processes with the same static place the first does not know yet that it is out.
    if (x.generation === y.generation) return isIn(a, x) && isIn(b, x) ? `both since generation ${x.generation}` : null;
    const [older, newer] = x.generation < y.generation ? [a, y] : [b, x];
    // A static member keeps its place when it misses a rebalance: it is told only with its next heartbeat.
    const mayMiss = older.plan.instanceId !== null && older.identity.generation !== newer.generation;
    if (mayMiss || !isIn(older, newer)) return null;
    return `${older.name} is in generation ${newer.generation} too, and has not let go yet`;
  }
}
