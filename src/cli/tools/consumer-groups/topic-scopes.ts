import { describeTopics } from '../../../client/admin/describe-topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, type Result } from '../../../client/fan-out.js';
import type { TopicPartition } from '../../../client/topic-partition.js';
import { groupsUsageError } from './options.js';

/** A topic that --topic names, with the partitions that it names, or null for all. */
export interface TopicScope {
  readonly topic: string;
  readonly partitions: readonly number[] | null;
}

/** Reads `topic` and `topic:0,1,2`. @throws UsageError */
export function parseTopicScopes(texts: readonly string[]): TopicScope[] {
  return texts.map((text) => {
    const [topic = '', numbers, ...more] = text.split(':');
    if (numbers === undefined) return { topic, partitions: null };
    if (numbers === '' || more.length > 0) {
      throw groupsUsageError(`Invalid topic arg '${text}', expected topic name and partitions`);
    }
    return {
      topic,
      partitions: numbers
        .replace(/,+$/, '')
        .split(',')
        .map((number) => partitionNumber(number, text)),
    };
  });
}

function partitionNumber(number: string, text: string): number {
  if (/^[+-]?\d+$/.test(number) && Math.abs(Number(number)) <= 0x7fff_ffff) return Number(number);
  throw groupsUsageError(`Invalid partition '${number}' specified in topic arg '${text}''`);
}

/** All partitions of topics, or why they cannot be told. @throws KafkaError */
export async function partitionsOfTopics(
  admin: Cluster,
  topics: readonly string[],
): Promise<Map<string, Result<TopicPartition[]>>> {
  const described = await describeTopics(admin, topics);
  return new Map(
    [...described].map(([topic, found]) => {
      return [topic, isError(found) ? found : found.partitions.map(({ partition }) => ({ topic, partition }))];
    }),
  );
}
