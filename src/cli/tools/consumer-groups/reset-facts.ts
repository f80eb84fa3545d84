import { listOffsets, OffsetSpec } from '../../../client/admin/records.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { committedOffsets } from './offset-rows.js';
import { type Fact, needsFact, type PartitionFacts, type Reset } from './reset-plan.js';

/** Asks the brokers for what a reset has to know of its partitions, and for no more. @throws KafkaError */
export async function factsOf(
  admin: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[],
  reset: Reset,
): Promise<PartitionFacts[]> {
  const timeMs = reset.to === 'time' ? reset.timeMs : 0;
  const ask = (fact: Fact, timestamp: number) =>
    needsFact(reset, fact) ? offsetsAt(admin, partitions, timestamp) : NOTHING;
  const [starts, ends, atTimes, committed] = await Promise.all([
    ask('start', OffsetSpec.EARLIEST),
    ask('end', OffsetSpec.LATEST),
    ask('atTime', timeMs),
    needsFact(reset, 'committed') ? committedBy(admin, groupId) : NOTHING,
  ]);
  return partitions.map(({ topic, partition }) => {
    const key = keyOf({ topic, partition });
    const of = (facts: ReadonlyMap<string, number>): number | null => facts.get(key) ?? null;
    return { topic, partition, start: of(starts), end: of(ends), atTime: of(atTimes), committed: of(committed) };
  });
}

const NOTHING: ReadonlyMap<string, number> = new Map();

async function offsetsAt(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<ReadonlyMap<string, number>> {
  const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestamp }));
  const offsets = new Map<string, number>();
  for (const { topic, partition, value } of await listOffsets(admin, queries)) {
    if (isError(value)) throw value;
    offsets.set(keyOf({ topic, partition }), value.offset);
  }
  return offsets;
}

async function committedBy(admin: Cluster, groupId: string): Promise<ReadonlyMap<string, number>> {
  const committed = await committedOffsets(admin, groupId);
  return new Map([...committed].map(([key, { value }]) => [key, value.offset]));
}
