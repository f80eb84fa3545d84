import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';

const LOAD_FACTOR = 0.75;
const FEWEST_SLOTS = 2;
/** 2^64 over the golden ratio, as a signed long: Fibonacci hashing. */
const GOLDEN = -7046029254386353131n;

/**
 * The order in which Apache Kafka's assignors meet the members of a group. The group has them in a TimelineHashMap of
 * its own making; the assignor gets a HashMap that is filled from that, and with who joins just now at the end.
 * @param memberIds in the order in which they joined
 * @param joining those of them that have no record yet
 * @param mostMembers that the group ever had since it was loaded: its table does not shrink
 */
export function inMemberOrder(
  memberIds: readonly string[],
  joining: ReadonlySet<string>,
  mostMembers: number,
): string[] {
  const present = inTimelineOrder(
    memberIds.filter((id) => !joining.has(id)),
    mostMembers,
  );
  const all = [...present, ...memberIds.filter((id) => joining.has(id))];
  return inHashOrder(all, javaHash);
}

/** By slots; within one, those that came last are first. */
export function inTimelineOrder(keys: readonly string[], mostKeys: number): string[] {
  let slots = FEWEST_SLOTS;
  // Room is made before a key is looked for, though it may be there.
  while ((mostKeys + 1) * LOAD_FACTOR > slots) slots *= 2;
  const shift = 64n - BigInt(Math.log2(slots));
  return keys
    .map((key, index) => ({ key, index, slot: Number(BigInt.asUintN(64, BigInt(javaHash(key)) * GOLDEN) >> shift) }))
    .sort((a, b) => a.slot - b.slot || b.index - a.index)
    .map(({ key }) => key);
}
