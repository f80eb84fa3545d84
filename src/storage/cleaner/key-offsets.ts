import { digestKey, type KeyDigest } from './key-digest.js';

const DIGEST_INTS = 4;
const OFFSET_BYTES = 8;
/** Of a slot: a digest and an offset. */
export const SLOT_BYTES = DIGEST_INTS * 4 + OFFSET_BYTES;
const FIRST_SLOTS = 1 << 12;
const EMPTY = -1;

/**
 * The newest offset of each key of the part of a log that is cleaned. A key is known by its digest: the memory of a key
 * is the same whatever its length. It grows up to a limit, and takes no more keys then.
 */
export class KeyOffsets {
  /** All offsets up to here were looked at; -1 at first. */
  latestOffset = -1;
  size = 0;
  private readonly maxSlots: number;
  private readonly loadFactor: number;
  private slots: number;
  private digests: Int32Array;
  private offsets: Float64Array;
  private readonly digest: KeyDigest = new Int32Array(DIGEST_INTS);
  private readonly seed: number;

  /** @param seed any int32. @param maxBytes at least one slot's. @param loadFactor how full it may get, above 0 and at most 1 */
  constructor(maxBytes: number, loadFactor: number, seed = 0) {
    this.seed = seed;
    this.maxSlots = Math.max(2, Math.floor(maxBytes / SLOT_BYTES));
    this.loadFactor = loadFactor;
    this.slots = Math.min(FIRST_SLOTS, this.maxSlots);
    this.digests = new Int32Array(this.slots * DIGEST_INTS);
    this.offsets = new Float64Array(this.slots).fill(EMPTY);
  }

  /** The most keys that it takes: one slot stays empty, so that every search ends. */
  get capacity(): number {
    return Math.min(Math.floor(this.maxSlots * this.loadFactor), this.maxSlots - 1);
  }

  /** How full the memory that it may take is, 0 to 1. */
  get utilization(): number {
    return this.size / this.maxSlots;
  }

  /**
   * Offsets of a key come in rising order.
   *
   * @param at where the key begins in `bytes`
   * @returns false when the key is new and there is no room for it
   */
  put(bytes: Uint8Array, at: number, sizeBytes: number, offset: number): boolean {
    const { digest } = this;
    digestKey(bytes, at, sizeBytes, this.seed, digest);
    let slot = this.find(digest);
    if (this.offsets[slot] === EMPTY) {
      if (this.size >= this.capacity) return false;
      if (this.size + 1 > this.slots * this.loadFactor || this.size + 1 >= this.slots) {
        this.grow();
        slot = this.find(digest);
      }
      this.digests.set(digest, slot * DIGEST_INTS);
      this.size++;
    }
    this.offsets[slot] = offset;
    return true;
  }

  /** -1 for a key that is not there. */
  get(bytes: Uint8Array, at: number, sizeBytes: number): number {
    digestKey(bytes, at, sizeBytes, this.seed, this.digest);
    return this.offsets[this.find(this.digest)] as number;
  }

  /** The slot of a digest, or the empty one where it belongs. */
  private find(digest: Int32Array): number {
    const { digests, offsets, slots } = this;
    const a = digest[0] as number;
    const b = digest[1];
    const c = digest[2];
    const d = digest[3];
    let slot = a >>> 0;
    for (slot %= slots; ; slot = slot + 1 === slots ? 0 : slot + 1) {
      if (offsets[slot] === EMPTY) return slot;
      const at = slot * DIGEST_INTS;
      if (digests[at] === a && digests[at + 1] === b && digests[at + 2] === c && digests[at + 3] === d) return slot;
    }
  }

  private grow(): void {
    const { digests, offsets } = this;
    this.slots = Math.min(this.slots * 2, this.maxSlots);
    this.digests = new Int32Array(this.slots * DIGEST_INTS);
    this.offsets = new Float64Array(this.slots).fill(EMPTY);
    for (let slot = 0; slot < offsets.length; slot++) {
      const offset = offsets[slot] as number;
      if (offset === EMPTY) continue;
      const digest = digests.subarray(slot * DIGEST_INTS, (slot + 1) * DIGEST_INTS);
      const free = this.find(digest);
      this.digests.set(digest, free * DIGEST_INTS);
      this.offsets[free] = offset;
    }
  }
}
