import { OffsetSpec } from '../../../client/admin/records.js';
import type { Cluster } from '../../../client/cluster.js';
import { keyOf, type OfPartition, type TopicPartition } from '../../../client/topic-partition.js';
import { parseDurationMs } from '../../../config/iso-duration.js';
import type { Io } from '../../io.js';
import { illegalArgument, runtimeException, uncaught } from '../../tool-error.js';
import { committedOffsets, endOffsets, offsetsAt } from './offset-rows.js';
import { type GroupsOptions, groupsUsageError } from './options.js';

/** Where the options want each partition to be. @throws ToolError, KafkaError, UsageError */
export async function newOffsets(
  admin: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[],
  options: GroupsOptions,
  fromFile: readonly OfPartition<number>[] | null,
  io: Io,
): Promise<OfPartition<number>[]> {
  if (fromFile !== null) {
    const wanted = new Map(fromFile.map((one) => [keyOf(one), one.value]));
    return clamped(admin, partitions, (at) => wanted.get(keyOf(at)) as number);
  }
  const offset = options.value('to-offset');
  if (offset !== null) return clamped(admin, partitions, () => offset);
  if (options.has('to-earliest')) return placed(partitions, await offsetsAt(admin, partitions, OffsetSpec.EARLIEST));
  if (options.has('to-latest')) return placed(partitions, await endOffsets(admin, partitions));
  const shift = options.value('shift-by');
  const committed = await committedOffsets(admin, groupId);
  if (shift !== null) {
    return clamped(admin, partitions, (at) => {
      const known = committed.get(keyOf(at));
      if (known !== undefined) return known.value.offset + shift;
      throw illegalArgument(
        `Cannot shift offset for partition ${keyOf(at)} since there is no current committed offset`,
      );
    });
  }
  if (options.has('to-current')) {
    const ends = await endOffsets(admin, partitions);
    return placed(partitions, new Map([...ends].map(([key, end]) => [key, committed.get(key)?.value.offset ?? end])));
  }
  return atTime(admin, partitions, timeOf(options, io), io);
}

function timeOf(options: GroupsOptions, io: Io): number {
  const datetime = options.value('to-datetime');
  if (datetime !== null) return parseDatetime(datetime);
  const duration = options.value('by-duration');
  if (duration === null) {
    throw groupsUsageError(
      'Option [reset-offsets] requires one of the following scenarios: [to-offset], [to-datetime], [by-duration], [to-earliest], [to-latest], [shift-by], [from-file], [to-current]',
    );
  }
  const durationMs = parseDurationMs(duration);
  if (durationMs !== null) return io.host.clock.nowMs() - durationMs;
  throw uncaught('java.time.format.DateTimeParseException', 'Text cannot be parsed to a Duration');
}

/** A time without a zone is UTC. */
function parseDatetime(text: string): number {
  const [, time] = text.split('T');
  if (time === undefined) {
    throw runtimeException(
      "java.text.ParseException: Error parsing timestamp. It does not contain a 'T' according to ISO8601 format",
    );
  }
  const timeMs = Date.parse(/[Zz+-]/.test(time) ? text : `${text}Z`);
  if (Number.isNaN(timeMs)) throw runtimeException(`java.text.ParseException: Unparseable date: "${text}"`);
  return timeMs;
}

function placed(partitions: readonly TopicPartition[], offsets: ReadonlyMap<string, number>): OfPartition<number>[] {
  return partitions.map(({ topic, partition }) => {
    const value = offsets.get(keyOf({ topic, partition }));
    if (value !== undefined) return { topic, partition, value };
    throw illegalArgument(`Error getting the offset of topic '${topic}' partition '${partition}'`);
  });
}

/** Offsets that the partitions do not have are moved to their nearest end. */
async function clamped(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  wanted: (at: TopicPartition) => number,
): Promise<OfPartition<number>[]> {
  const starts = await offsetsAt(admin, partitions, OffsetSpec.EARLIEST);
  const ends = await endOffsets(admin, partitions);
  const offsets = partitions.map((at): [string, number] => {
    const key = keyOf(at);
    const least = starts.get(key) ?? 0;
    return [key, Math.max(least, Math.min(ends.get(key) ?? Number.POSITIVE_INFINITY, wanted(at)))];
  });
  return placed(partitions, new Map(offsets));
}

async function atTime(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  timeMs: number,
  io: Io,
): Promise<OfPartition<number>[]> {
  const found = await offsetsAt(admin, partitions, timeMs);
  const ends = await endOffsets(admin, partitions);
  const offsets = partitions.map((at): [string, number] => {
    const offset = found.get(keyOf(at)) ?? -1;
    if (offset >= 0) return [keyOf(at), offset];
    io.print(`\nWarn: Partition ${at.partition} from topic ${at.topic} is empty. Falling back to latest known offset.`);
    return [keyOf(at), ends.get(keyOf(at)) ?? 0];
  });
  return placed(partitions, new Map(offsets));
}
