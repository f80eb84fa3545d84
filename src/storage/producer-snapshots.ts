import type { Disk } from '../base/disk.js';
import type { Logger } from '../base/host.js';
import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import { DELETED_SUFFIX, joinPath, offsetDigits, PRODUCER_SNAPSHOT_SUFFIX, parseOffsetName } from './file-names.js';
import { decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.js';
import type { ProducerEntry, ProducerState } from './producer-state.js';

/** The `.snapshot` files of a partition directory: the producer state just below the offset in their name. */
export class ProducerSnapshots {
  private readonly disk: Disk;
  private readonly logger: Logger;
  private directory: string;
  /** Ascending. */
  private offsets: number[];
  /** At or below this offset a new snapshot says nothing new. */
  private lastOffset = 0;
  private readonly unsynced = new Set<number>();

  /** @param names what lies in the directory */
  constructor(disk: Disk, logger: Logger, directory: string, names: readonly string[]) {
    this.disk = disk;
    this.logger = logger;
    this.directory = directory;
    this.offsets = names
      .map((name) => parseOffsetName(name))
      .flatMap((parsed) => (parsed?.suffix === PRODUCER_SNAPSHOT_SUFFIX ? [parsed.offset] : []))
      .sort((left, right) => left - right);
  }

  get latest(): number | null {
    return this.offsets.at(-1) ?? null;
  }

  pathOf(offset: number): string {
    return joinPath(this.directory, offsetDigits(offset) + PRODUCER_SNAPSHOT_SUFFIX);
  }

  /**
   * Writes the state down, if it went on since the last time. The new file is to be synced, see {@link takeUnsynced}.
   */
  take(state: ProducerState): void {
    const offset = state.endOffset;
    if (offset <= this.lastOffset) return;
    const path = this.pathOf(offset);
    this.disk.writeWhole(path, encodeProducerSnapshot(state.producers));
    this.lastOffset = offset;
    this.unsynced.add(offset);
    if (!this.offsets.includes(offset)) {
      this.offsets.push(offset);
      this.offsets.sort((left, right) => left - right);
    }
  }

  get hasUnsynced(): boolean {
    return this.unsynced.size > 0;
  }

  /** The files that are not synced; from now on that is the caller's business. */
  takeUnsynced(): string[] {
    const paths = [...this.unsynced]
      .filter((offset) => this.offsets.includes(offset))
      .map((offset) => this.pathOf(offset));
    this.unsynced.clear();
    return paths;
  }

  /** The newest snapshot that can be read; those that cannot go. At `startOffset` and empty when there is none. */
  loadLatest(startOffset: number): { offset: number; entries: ProducerEntry[] } {
    for (let offset = this.latest; offset !== null; offset = this.latest) {
      try {
        const entries = decodeProducerSnapshot(this.disk.readWhole(this.pathOf(offset)));
        this.lastOffset = offset;
        return { offset, entries };
      } catch (cause) {
        if (!(cause instanceof MalformedBytesError)) throw cause;
        this.logger.warn(`Failed to load producer snapshot from '${this.pathOf(offset)}': ${cause.message}`);
        this.remove(offset);
      }
    }
    this.lastOffset = startOffset;
    return { offset: startOffset, entries: [] };
  }

  remove(offset: number): void {
    if (!this.offsets.includes(offset)) return;
    this.offsets = this.offsets.filter((other) => other !== offset);
    this.disk.remove(this.pathOf(offset));
  }

  /** Renames one to `*.deleted`. @returns the path to remove later; null when there is no such snapshot */
  markDeleted(offset: number): string | null {
    if (!this.offsets.includes(offset)) return null;
    this.offsets = this.offsets.filter((other) => other !== offset);
    const path = this.pathOf(offset);
    this.disk.rename(path, path + DELETED_SUFFIX);
    return path + DELETED_SUFFIX;
  }

  /** Removes those that the log's bounds left behind. */
  removeOutside(logStartOffset: number, logEndOffset: number): void {
    for (const offset of this.offsets) {
      if (offset > logEndOffset || offset <= logStartOffset) this.remove(offset);
    }
  }

  removeAll(): void {
    for (const offset of this.offsets) this.remove(offset);
    this.lastOffset = 0;
  }

  /** Removes those that belong to no segment, but for one above the last: that is the one of a clean stop. */
  removeStray(baseOffsets: readonly number[]): void {
    const last = baseOffsets.at(-1) ?? 0;
    const bases = new Set(baseOffsets);
    const stray = this.offsets.filter((offset) => !bases.has(offset));
    const newest = stray.at(-1);
    for (const offset of stray) {
      if (offset !== newest || offset <= last) this.remove(offset);
    }
  }

  movedTo(directory: string): void {
    this.directory = directory;
  }
}
