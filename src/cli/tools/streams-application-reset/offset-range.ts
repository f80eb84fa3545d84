import { keyOf } from '../../../client/topic-partition.js';
import { missingPartition } from './failures.js';
import type { PlannedOffset } from './reset-plan-file.js';

/** By partition. */
export type Offsets = ReadonlyMap<string, number>;

/**
 * The same offsets, with those that a partition does not have at the nearer end. Kafka tells also of offsets that are
 * at an end, and so does this.
 *
 * @throws ToolError for a partition whose ends are not known
 */
export function withinRange(
  wanted: readonly PlannedOffset[],
  starts: Offsets,
  ends: Offsets,
  tell: (message: string) => void,
): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { at, offset } of wanted) {
    const key = keyOf(at);
    const start = starts.get(key);
    const end = ends.get(key);
    if (start === undefined || end === undefined) {
      throw missingPartition(`${key} is in the file, but its topic is not among the input topics`);
    }
    if (offset >= end) {
      tell(`New offset (${javaLong(offset)}) is higher than latest offset. Value will be set to ${end}`);
      taken.set(key, end);
    } else if (offset <= start) {
      tell(`New offset (${javaLong(offset)}) is lower than earliest offset. Value will be set to ${start}`);
      taken.set(key, start);
    } else taken.set(key, offset);
  }
  return taken;
}

const javaLong = (value: number): string => (value === Number.POSITIVE_INFINITY ? '9223372036854775807' : `${value}`);
