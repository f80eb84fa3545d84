const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;
const BLOCK_BYTES = 16;

/** Of 128 bits, as four int32. */
export type KeyDigest = Int32Array;

/**
 * MurmurHash3 x86 128 of `sizeBytes` bytes from `at`. Keys are told apart by it alone: two different ones meet once in
 * 2^128 pairs. Apache Kafka takes MD5, which takes Node ten times longer and is no safer: whoever may write to a
 * compacted topic may replace any record of it anyway.
 */
export function digestKey(bytes: Uint8Array, at: number, sizeBytes: number, seed: number, into: KeyDigest): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const end = at + sizeBytes;
  let position = at;
  for (; position + BLOCK_BYTES <= end; position += BLOCK_BYTES) {
    h1 ^= mixed(word(bytes, position), C1, 15, C2);
    h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mixed(word(bytes, position + 4), C2, 16, C3);
    h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mixed(word(bytes, position + 8), C3, 17, C4);
    h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mixed(word(bytes, position + 12), C4, 18, C1);
    h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const left = end - position;
  if (left > 12) h4 ^= mixed(tail(bytes, position + 12, left - 12), C4, 18, C1);
  if (left > 8) h3 ^= mixed(tail(bytes, position + 8, left - 8), C3, 17, C4);
  if (left > 4) h2 ^= mixed(tail(bytes, position + 4, left - 4), C2, 16, C3);
  if (left > 0) h1 ^= mixed(tail(bytes, position, left), C1, 15, C2);
  h1 ^= sizeBytes;
  h2 ^= sizeBytes;
  h3 ^= sizeBytes;
  h4 ^= sizeBytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finished(h1);
  h2 = finished(h2);
  h3 = finished(h3);
  h4 = finished(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}

const rotl = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const mixed = (k: number, by: number, turn: number, then: number): number =>
  Math.imul(rotl(Math.imul(k, by), turn), then);

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** A word of which `left` bytes are there; all four when more are. */
function tail(bytes: Uint8Array, at: number, left: number): number {
  let value = 0;
  for (let n = Math.min(left, 4) - 1; n >= 0; n--) value = (value << 8) | (bytes[at + n] as number);
  return value;
}

function finished(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
