import { DiskError } from '../../../base/disk.js';
import type { TopicPartition } from '../../../client/topic-partition.js';
import { keyOf } from '../../../client/topic-partition.js';
import type { Io } from '../../io.js';
import { uncaught } from '../../tool-error.js';
import { csvCells, unreadable } from './csv.js';
import { groupsUsageError } from './options.js';

export interface PlannedOffset extends TopicPartition {
  readonly offset: number;
}

/** What a file says of each group, by partition; the last line of a partition counts. */
export type ResetFile = ReadonlyMap<string, ReadonlyMap<string, PlannedOffset>>;

/** @throws ToolError that says why the file cannot be read */
export function readResetFile(io: Io, path: string): string {
  try {
    return io.host.disk.readWhole(path).toString();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const javaMessage = `java.io.IOException: Unable to read file ${path}`;
    throw uncaught('java.lang.RuntimeException', `Cannot read ${path}: ${error.message}`, javaMessage);
  }
}

/**
 * Reads the lines that --export writes: `topic,partition,offset` where one group is asked for and the first line is
 * such a line, and else `group,topic,partition,offset`. Numbers that are missing are 0, as in Kafka.
 *
 * @param onlyGroup null where several groups are asked for
 * @throws ToolError, UsageError
 */
export function parseResetFile(text: string, onlyGroup: string | null): ResetFile {
  const lines = text.split('\n');
  while (lines.length > 1 && lines.at(-1) === '') lines.pop();
  if (text !== '' && lines[0] === '' && lines.length === 1) return new Map();
  const group = onlyGroup !== null && isWithoutGroup(lines[0] as string) ? onlyGroup : null;
  const file = new Map<string, Map<string, PlannedOffset>>();
  for (const line of lines) {
    const parsed = parseLine(line, group);
    if (parsed.offset < 0) throw groupsUsageError('Invalid negative offset');
    const ofGroup = file.get(parsed.group) ?? new Map<string, PlannedOffset>();
    file.set(parsed.group, ofGroup);
    ofGroup.set(keyOf(parsed), { topic: parsed.topic, partition: parsed.partition, offset: parsed.offset });
  }
  return file;
}

function isWithoutGroup(line: string): boolean {
  try {
    parseLine(line, '');
    return true;
  } catch {
    return false;
  }
}

/** @param group of a line that does not name it */
function parseLine(line: string, group: string | null): PlannedOffset & { readonly group: string } {
  if (line === '') {
    const javaClass = 'com.fasterxml.jackson.databind.exc.MismatchedInputException';
    throw unreadable(javaClass, 'No content to map due to end-of-input');
  }
  const cells = csvCells(line.replace(/\r+$/, ''));
  const count = group === null ? 4 : 3;
  const extra = cells[count];
  if (extra !== undefined && (extra !== '' || cells.length > count + 1)) {
    const message = `Too many entries: expected at most ${count} (value #${count} (${extra.length} chars) "${extra}")`;
    throw unreadable('com.fasterxml.jackson.dataformat.csv.CsvReadException', message);
  }
  const [named = '', topic = '', partition = '', offset = ''] = group === null ? cells : [group, ...cells];
  return { group: named, topic, partition: whole(partition, 'int'), offset: whole(offset, 'long') };
}

const MOST = { int: 0x7fff_ffffn, long: 0x7fff_ffff_ffff_ffffn };

/** A text that is empty or `null` is 0. Long.MAX_VALUE is Infinity, as everywhere. */
function whole(text: string, type: 'int' | 'long'): number {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null') return 0;
  if (!/^[+-]?\d+$/.test(trimmed)) {
    throw unreadable(
      'com.fasterxml.jackson.databind.exc.InvalidFormatException',
      `Cannot deserialize value of type \`${type}\` from String "${trimmed}": not a valid \`${type}\` value`,
    );
  }
  const value = BigInt(trimmed.replace('+', ''));
  const most = MOST[type];
  if (value >= -most - 1n && value <= most) return value === MOST.long ? Number.POSITIVE_INFINITY : Number(value);
  const isLong = value >= -MOST.long - 1n && value <= MOST.long;
  const range = type === 'int' && isLong ? '' : ` (${-most - 1n} - ${most})`;
  const message = `Numeric value (${trimmed}) out of range of ${type}${range}`;
  throw unreadable('com.fasterxml.jackson.databind.JsonMappingException', message);
}
