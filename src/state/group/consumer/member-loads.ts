/**
 * The readers of a topic by how many partitions they have, of all topics. Two ranges close in on each other: the
 * members with the least, which are filled up level by level from below, and those with the most, which are taken off
 * level by level from above.
 */
export class MemberLoads {
  private readonly loads: readonly number[];
  private ordered: number[] = [];
  private leastEnd = 0;
  private leastLoad = -1;
  private atLeast = 0;
  private mostStart = 0;
  private mostEnd = 0;
  private mostLoad = 1;
  private atMost = -1;

  /** @param loads by index of the member; changes with every partition that is given or taken */
  constructor(loads: readonly number[]) {
    this.loads = loads;
  }

  /** @returns how far the readers are from each other */
  start(readers: readonly number[]): number {
    this.ordered = [...readers].sort((a, b) => this.load(a) - this.load(b) || a - b);
    const { length } = this.ordered;
    const lowest = this.loadAt(0);
    const highest = this.loadAt(length - 1);
    this.leastEnd = 0;
    this.leastLoad = lowest - 1;
    this.atLeast = 0;
    this.mostStart = length;
    this.mostEnd = length;
    this.mostLoad = highest + 1;
    this.atMost = length - 1;
    return highest - lowest;
  }

  /** Who is to get a partition next. */
  nextLeast(): number {
    if (this.atLeast >= this.leastEnd) {
      this.leastLoad += 1;
      while (this.leastEnd < this.ordered.length && this.loadAt(this.leastEnd) === this.leastLoad) this.leastEnd += 1;
      this.atLeast = 0;
    }
    return this.at(this.atLeast++);
  }

  /** Who is to give a partition next; null when nobody is left. */
  nextMost(): number | null {
    if (this.atMost < this.mostStart) {
      const isEmpty = this.mostEnd <= this.mostStart && this.mostStart > 0;
      this.mostLoad = isEmpty ? this.loadAt(this.mostStart - 1) : this.mostLoad - 1;
      while (this.mostStart > 0 && this.loadAt(this.mostStart - 1) === this.mostLoad) this.mostStart -= 1;
      this.atMost = this.mostEnd - 1;
    }
    return this.atMost < 0 ? null : this.at(this.atMost--);
  }

  /** The last answer of `nextMost` has nothing to give. */
  excludeMost(): void {
    const excluded = this.atMost + 1;
    const member = this.at(excluded);
    this.ordered[excluded] = this.at(this.mostEnd - 1);
    this.ordered[this.mostEnd - 1] = member;
    this.mostEnd -= 1;
  }

  get isBalanced(): boolean {
    return this.mostLoad - this.leastLoad <= 1;
  }

  private at(index: number): number {
    return this.ordered[index] ?? 0;
  }

  private load(member: number): number {
    return this.loads[member] ?? 0;
  }

  private loadAt(index: number): number {
    return this.load(this.at(index));
  }
}
