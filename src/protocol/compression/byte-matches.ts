/** What the block formats of LZ4 and Snappy have in common. */

/** Below this a loop copies faster than a call does. */
export const COPY_CALL_BYTES = 32;

/** Copies what lies `distance` bytes back; the copy may run into its own output, as runs do. */
export function copyMatch(target: Buffer, out: number, distance: number, length: number): number {
  const end = out + length;
  let from = out - distance;
  if (length >= COPY_CALL_BYTES && distance >= length) target.copyWithin(out, from, from + length);
  else if (length >= COPY_CALL_BYTES && distance === 1) target.fill(target[from] as number, out, end);
  else while (out < end) target[out++] = target[from++] as number;
  return end;
}

/** Four bytes as one number, to compare and to hash. */
export const wordAt = (bytes: Buffer, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);
