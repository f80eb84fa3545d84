import { describeTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, type Result } from '../../../client/fan-out.js';
import type { TopicPartition } from '../../../client/topic-partition.js';
import { uncaught } from '../../tool-error.js';

/** A topic that --topic names, with its partitions or those that were named. */
export interface TopicScope {
  readonly topic: string;
  readonly partitions: Result<readonly TopicPartition[]>;
  /** How many the topic has. */
  readonly count: number;
}

/** Reads `topic` and `topic:0,1,2`. @throws ToolError */
export async function topicScopes(admin: Cluster, texts: readonly string[]): Promise<TopicScope[]> {
  const parsed = texts.map((text) => {
    const colon = text.indexOf(':');
    if (colon < 0) return { topic: text, numbers: null };
    return {
      topic: text.slice(0, colon),
      numbers: text
        .slice(colon + 1)
        .split(',')
        .map(partitionNumber),
    };
  });
  const described = await describeTopics(
    admin,
    parsed.map(({ topic }) => topic),
  );
  return parsed.map(({ topic, numbers }) => {
    const found = described.get(topic);
    if (found === undefined || isError(found)) return { topic, partitions: found ?? [], count: 0 };
    const all = numbers ?? found.partitions.map(({ partition }) => partition);
    const partitions = all.map((partition) => ({ topic, partition }));
    return { topic, partitions, count: found.partitions.length };
  });
}

function partitionNumber(text: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw uncaught('java.lang.NumberFormatException', `For input string: "${text}"`);
}
