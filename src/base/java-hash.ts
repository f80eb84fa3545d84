/** Java's String.hashCode: over UTF-16 units, wrapping at 32 bits. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

/** As Kafka's Utils.abs: the lowest int, which has no opposite, becomes 0. */
export const javaAbs = (value: number): number => (value === -0x8000_0000 ? 0 : Math.abs(value));

/** Of a Kafka Uuid, given as its 22 characters: both halves of both of its longs over each other. */
export function uuidHash(id: string): number {
  const bytes = Buffer.from(id, 'base64url');
  return bytes.readInt32BE(0) ^ bytes.readInt32BE(4) ^ bytes.readInt32BE(8) ^ bytes.readInt32BE(12);
}

/** In the order of Kafka's Uuid: two signed longs, the more significant one first. */
export function uuidOrder(a: string, b: string): number {
  const [left, right] = [Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url')];
  for (const at of [0, 8]) {
    const [one, other] = [left.readBigInt64BE(at), right.readBigInt64BE(at)];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
