/** Java's String.hashCode: over UTF-16 units, wrapping at 32 bits. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

/** As Kafka's Utils.abs: the lowest int, which has no opposite, becomes 0. */
export const javaAbs = (value: number): number => (value === -0x8000_0000 ? 0 : Math.abs(value));
