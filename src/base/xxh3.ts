/** XXH3 with 64 bits and no seed (the specification of xxHash), for what is hashed seldom: all in bigints. */
export function xxh3(bytes: Buffer): bigint {
  const { length } = bytes;
  if (length === 0) return xxh64Avalanche(secret64(56) ^ secret64(64));
  if (length <= 3) return upTo3(bytes);
  if (length <= 8) return upTo8(bytes);
  if (length <= 16) return upTo16(bytes);
  if (length <= 128) return upTo128(bytes);
  if (length <= 240) return upTo240(bytes);
  return longer(bytes);
}

/** The secret of the specification. */
const SECRET = Buffer.from(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674' +
    'f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343f' +
    'f9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d3165526' +
    '29d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  'hex',
);
const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;
const MASK_32 = 0xffff_ffffn;

const STRIPE_BYTES = 64;
const LANES = 8;
const LANE_BYTES = 8;
const STRIPES_OF_A_BLOCK = (SECRET.length - STRIPE_BYTES) / LANE_BYTES;
const LAST_STRIPE_SECRET_AT = SECRET.length - STRIPE_BYTES - 7;
const MERGE_SECRET_AT = 11;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const secret64 = (at: number): bigint => SECRET.readBigUInt64LE(at);
const secret32 = (at: number): bigint => BigInt(SECRET.readUInt32LE(at));

function xxh64Avalanche(hash: bigint): bigint {
  const first = u64((hash ^ (hash >> 33n)) * PRIME64_2);
  const second = u64((first ^ (first >> 29n)) * PRIME64_3);
  return second ^ (second >> 32n);
}

function avalanche(hash: bigint): bigint {
  const mixed = u64((hash ^ (hash >> 37n)) * PRIME_MX1);
  return mixed ^ (mixed >> 32n);
}

/** The two halves of the product of 128 bits, folded into one. */
function foldedProduct(a: bigint, b: bigint): bigint {
  const product = a * b;
  return u64(product) ^ (product >> 64n);
}

const rotated = (value: bigint, by: bigint): bigint => u64(value << by) | (value >> (64n - by));

function swapped(value: bigint): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.readBigUInt64BE();
}

function upTo3(bytes: Buffer): bigint {
  const { length } = bytes;
  const first = bytes[0] as number;
  const middle = bytes[length >> 1] as number;
  const last = bytes[length - 1] as number;
  const combined = ((first << 16) | (middle << 24) | last | (length << 8)) >>> 0;
  return xxh64Avalanche(BigInt(combined) ^ (secret32(0) ^ secret32(4)));
}

function upTo8(bytes: Buffer): bigint {
  const { length } = bytes;
  const first = BigInt(bytes.readUInt32LE(0));
  const last = BigInt(bytes.readUInt32LE(length - 4));
  const keyed = (last + (first << 32n)) ^ (secret64(8) ^ secret64(16));
  const mixed = u64((keyed ^ rotated(keyed, 49n) ^ rotated(keyed, 24n)) * PRIME_MX2);
  const again = u64((mixed ^ ((mixed >> 35n) + BigInt(length))) * PRIME_MX2);
  return again ^ (again >> 28n);
}

function upTo16(bytes: Buffer): bigint {
  const { length } = bytes;
  const low = bytes.readBigUInt64LE(0) ^ (secret64(24) ^ secret64(32));
  const high = bytes.readBigUInt64LE(length - 8) ^ (secret64(40) ^ secret64(48));
  return avalanche(u64(BigInt(length) + swapped(low) + high + foldedProduct(low, high)));
}

const mix16 = (bytes: Buffer, at: number, secretAt: number): bigint =>
  foldedProduct(bytes.readBigUInt64LE(at) ^ secret64(secretAt), bytes.readBigUInt64LE(at + 8) ^ secret64(secretAt + 8));

function upTo128(bytes: Buffer): bigint {
  const { length } = bytes;
  let hash = u64(BigInt(length) * PRIME64_1);
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    hash += mix16(bytes, 16 * pair, 32 * pair) + mix16(bytes, length - 16 * (pair + 1), 32 * pair + 16);
  }
  return avalanche(u64(hash));
}

function upTo240(bytes: Buffer): bigint {
  const { length } = bytes;
  let hash = u64(BigInt(length) * PRIME64_1);
  const rounds = length >> 4;
  for (let round = 0; round < 8; round++) hash += mix16(bytes, 16 * round, 16 * round);
  hash = avalanche(u64(hash));
  for (let round = 8; round < rounds; round++) hash += mix16(bytes, 16 * round, 16 * (round - 8) + 3);
  hash += mix16(bytes, length - 16, 136 - 17);
  return avalanche(u64(hash));
}

function longer(bytes: Buffer): bigint {
  const { length } = bytes;
  const lanes = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
  const lastStripeAt = length - STRIPE_BYTES;
  // The last stripe is taken up to the end, even where it overlaps the one before it.
  for (let at = 0, stripe = 0; at < lastStripeAt; at += STRIPE_BYTES, stripe++) {
    const ofBlock = stripe % STRIPES_OF_A_BLOCK;
    accumulate(lanes, bytes, at, ofBlock * LANE_BYTES);
    if (ofBlock === STRIPES_OF_A_BLOCK - 1) scramble(lanes);
  }
  accumulate(lanes, bytes, lastStripeAt, LAST_STRIPE_SECRET_AT);
  let hash = u64(BigInt(length) * PRIME64_1);
  for (let pair = 0; pair < LANES; pair += 2) {
    const keyed = (lane: number): bigint => (lanes[lane] as bigint) ^ secret64(MERGE_SECRET_AT + LANE_BYTES * lane);
    hash += foldedProduct(keyed(pair), keyed(pair + 1));
  }
  return avalanche(u64(hash));
}

function accumulate(lanes: bigint[], bytes: Buffer, at: number, secretAt: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    const value = bytes.readBigUInt64LE(at + LANE_BYTES * lane);
    const keyed = value ^ secret64(secretAt + LANE_BYTES * lane);
    lanes[lane ^ 1] = u64((lanes[lane ^ 1] as bigint) + value);
    lanes[lane] = u64((lanes[lane] as bigint) + (keyed & MASK_32) * (keyed >> 32n));
  }
}

function scramble(lanes: bigint[]): void {
  for (const [lane, value] of lanes.entries()) {
    lanes[lane] = u64(
      (value ^ (value >> 47n) ^ secret64(SECRET.length - STRIPE_BYTES + LANE_BYTES * lane)) * PRIME32_1,
    );
  }
}
