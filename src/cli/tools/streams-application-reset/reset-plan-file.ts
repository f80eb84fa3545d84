import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { uncaught } from '../../tool-error.js';
import { parseFailure } from './failures.js';

export interface PlannedOffset {
  readonly at: TopicPartition;
  readonly offset: number;
}

const MOST = { int: 0x7fff_ffffn, long: 0x7fff_ffff_ffff_ffffn };

/**
 * Reads lines `TOPIC,PARTITION,OFFSET`; the last of a partition counts.
 *
 * @throws ToolError
 */
export function parsePlanFile(text: string): PlannedOffset[] {
  if (text === '') throw parseFailure('Error parsing reset plan CSV file. It is empty,');
  const planned = new Map<string, PlannedOffset>();
  for (const line of javaSplit(text, '\n')) {
    const cells = javaSplit(line, ',');
    if (cells.length !== 3) {
      throw parseFailure('Reset plan CSV file is not following the format `TOPIC,PARTITION,OFFSET`.');
    }
    const [topic, partition, offset] = cells as [string, string, string];
    const at = { topic, partition: whole(partition, 'int') };
    planned.set(keyOf(at), { at, offset: whole(offset, 'long') });
  }
  return [...planned.values()];
}

/** Java's String.split: empty parts at the end are none, but a text without the separator is itself. */
function javaSplit(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text];
  const parts = text.split(separator);
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

/** Long.MAX_VALUE is Infinity, as everywhere. */
function whole(text: string, type: 'int' | 'long'): number {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : null;
  if (value === null || value > MOST[type] || value < -MOST[type] - 1n) {
    const told = `'${text}' is no ${type === 'int' ? 'partition' : 'offset'}`;
    throw uncaught('java.lang.NumberFormatException', told, `For input string: "${text}"`);
  }
  return value === MOST.long ? Number.POSITIVE_INFINITY : Number(value);
}
