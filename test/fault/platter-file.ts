import type { SeededRandom } from '../support/seeded-random.js';

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly sizeBytes: number };

/** How much of what was not synced a power cut leaves of a file or directory. */
export type Survival = 'nothing' | 'everything' | 'some';

/**
 * The content of a file: as the page cache has it, as the platter is known to have it, and the changes between the
 * two in their order. A change of the size below what it was is a barrier, as in a journal: nothing that was
 * written behind it is on the platter when it is not.
 */
export class PlatterFile {
  readonly kind = 'file';
  modifiedMs: number;
  private cached: Buffer = Buffer.alloc(0);
  private stored: Buffer = Buffer.alloc(0);
  private changes: Change[] = [];
  private storedChanges = 0;

  constructor(modifiedMs: number, content: Buffer = Buffer.alloc(0)) {
    this.modifiedMs = modifiedMs;
    this.cached = content;
    this.stored = content;
  }

  get content(): Buffer {
    return this.cached;
  }

  /** Changes so far; to be handed to {@link synced}. */
  get changeCount(): number {
    return this.storedChanges + this.changes.length;
  }

  write(position: number, bytes: Buffer): void {
    this.change({ kind: 'write', position, bytes: Buffer.from(bytes) });
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes !== this.cached.length) this.change({ kind: 'truncate', sizeBytes });
  }

  private change(change: Change): void {
    this.cached = changed(this.cached, change);
    this.changes.push(change);
  }

  /** The first `count` changes are on the platter. */
  synced(count: number): void {
    const news = this.changes.splice(0, Math.max(0, count - this.storedChanges));
    this.storedChanges += news.length;
    for (const change of news) this.stored = changed(this.stored, change);
  }

  /** What the file holds after the power was cut. */
  afterCut(survival: Survival, random: SeededRandom): Buffer {
    if (survival === 'nothing' || this.changes.length === 0) return this.stored;
    return survival === 'everything' ? this.cached : this.torn(random);
  }

  private torn(random: SeededRandom): Buffer {
    const { versions, cuts } = this.versionsUpTo(this.survivingChanges(random));
    const lastCut = cuts.findLastIndex((sizeBytes) => sizeBytes !== null);
    const sizeBytes = (versions[lastOf(Math.max(lastCut, 0), versions.length, random)] as Buffer).length;
    const torn = Buffer.alloc(sizeBytes);
    for (let at = 0; at < sizeBytes; at += SECTOR_BYTES) {
      // Few disks tear a sector, but not all sectors are of that size.
      const isTorn = sizeBytes > SECTOR_BYTES && random.below(8) === 0;
      const middle = at + (isTorn ? random.below(SECTOR_BYTES) : SECTOR_BYTES);
      this.copySector(torn, at, middle, versions, cuts, random);
      this.copySector(torn, middle, at + SECTOR_BYTES, versions, cuts, random);
    }
    return torn;
  }

  /** How many of the changes may have reached the platter: up to one of the barriers. */
  private survivingChanges(random: SeededRandom): number {
    const barriers: number[] = [];
    let sizeBytes = this.stored.length;
    for (const [index, change] of this.changes.entries()) {
      if (change.kind === 'write') sizeBytes = Math.max(sizeBytes, change.position + change.bytes.length);
      else {
        if (change.sizeBytes < sizeBytes) barriers.push(index);
        sizeBytes = change.sizeBytes;
      }
    }
    barriers.push(this.changes.length);
    return barriers[random.below(barriers.length)] as number;
  }

  /** The file after none, one, two, ... changes; and for each where that change cut it. */
  private versionsUpTo(count: number): { versions: Buffer[]; cuts: (number | null)[] } {
    const versions = [this.stored];
    const cuts: (number | null)[] = [null];
    for (const change of this.changes.slice(0, count)) {
      const before = versions.at(-1) as Buffer;
      versions.push(changed(before, change));
      cuts.push(change.kind === 'truncate' && change.sizeBytes < before.length ? change.sizeBytes : null);
    }
    return { versions, cuts };
  }

  /** Takes bytes of any version; what a later change cut away is zeros, and so is what was not there yet. */
  private copySector(
    torn: Buffer,
    from: number,
    to: number,
    versions: readonly Buffer[],
    cuts: readonly (number | null)[],
    random: SeededRandom,
  ): void {
    if (from >= to) return;
    const version = lastOf(0, versions.length, random);
    let end = to;
    for (const sizeBytes of cuts.slice(version + 1)) end = Math.min(end, sizeBytes ?? end);
    const source = versions[version] as Buffer;
    if (Math.min(end, source.length) > from) source.copy(torn, from, from, end);
  }
}

/** The last one half of the time, or any other from `first` on. */
const lastOf = (first: number, end: number, random: SeededRandom): number =>
  random.below(2) === 0 ? end - 1 : first + random.below(end - first);

function changed(content: Buffer, change: Change): Buffer {
  const sizeBytes =
    change.kind === 'truncate' ? change.sizeBytes : Math.max(content.length, change.position + change.bytes.length);
  const next = Buffer.alloc(sizeBytes);
  content.copy(next, 0, 0, Math.min(content.length, sizeBytes));
  if (change.kind === 'write') change.bytes.copy(next, change.position);
  return next;
}
