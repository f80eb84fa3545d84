import { javaHash } from '../../../base/java-hash.js';

const SMALL = 4;
const BITS = 5;

/**
 * The order in which Scala's immutable maps and sets give out strings: up to four as they came, more of them by the
 * bits of their hashes, five at a time, those that stand alone at a level before those that share a branch.
 */
export function inScalaOrder(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts)];
  if (distinct.length <= SMALL) return distinct;
  return branch(
    distinct.map((text) => ({ text, hash: improved(javaHash(text)) })),
    0,
  );
}

interface Hashed {
  readonly text: string;
  readonly hash: number;
}

function branch(items: readonly Hashed[], shift: number): string[] {
  if (shift > 30) return items.map(({ text }) => text);
  const slots: Hashed[][] = Array.from({ length: 1 << BITS }, () => []);
  for (const item of items) slots[(item.hash >>> shift) & ((1 << BITS) - 1)]?.push(item);
  const alone = slots.filter((slot) => slot.length === 1).map(([item]) => (item as Hashed).text);
  return [...alone, ...slots.filter((slot) => slot.length > 1).flatMap((slot) => branch(slot, shift + BITS))];
}

function improved(code: number): number {
  let hash = (code + ~(code << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}
