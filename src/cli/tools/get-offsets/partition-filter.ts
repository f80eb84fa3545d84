import { isInternalTopic, topicPattern } from '../../format/topic-pattern.js';
import { runtimeException, ToolError } from '../../tool-error.js';

/** Which partitions are asked for. */
export interface PartitionFilter {
  /** Whether some partition of the topic may be wanted. */
  mayMatch(topic: string): boolean;
  matches(topic: string, partition: number): boolean;
}

interface Rule {
  readonly matchesTopic: (topic: string) => boolean;
  readonly matchesPartition: (partition: number) => boolean;
}

/** @throws ToolError with Kafka's message */
export function partitionFilter(
  rules: string | null,
  topic: string | null,
  partitions: string | null,
  excludesInternal: boolean,
): PartitionFilter {
  const parsed = rules === null ? [ruleOfOptions(topic, partitions)] : rules.split(',').map(parseRule);
  const isHidden = (name: string): boolean => excludesInternal && isInternalTopic(name);
  return {
    mayMatch: (name) => !isHidden(name) && parsed.some(({ matchesTopic }) => matchesTopic(name)),
    matches: (name, partition) =>
      !isHidden(name) &&
      parsed.some(({ matchesTopic, matchesPartition }) => matchesTopic(name) && matchesPartition(partition)),
  };
}

const always = (): boolean => true;

function ruleOfOptions(topic: string | null, partitions: string | null): Rule {
  const matchesTopic = topic === null ? always : topicPattern(topic);
  if (partitions === null || partitions === '') return { matchesTopic, matchesPartition: always };
  const numbers = new Set(
    partitions.split(',').map((part) => {
      if (/^[+-]?\d+$/.test(part)) return Number(part);
      throw new ToolError(
        `--partitions expects a comma separated list of numeric partition ids, but received: ${partitions}`,
      );
    }),
  );
  return { matchesTopic, matchesPartition: (partition) => numbers.has(partition) };
}

const RULE = /^([^:,]*)(?::(?:(\d*)|(\d*)-(\d*)))?$/;

function parseRule(text: string): Rule {
  const match = RULE.exec(text);
  if (match === null) {
    throw runtimeException(`org.apache.kafka.tools.TerseException: Invalid rule specification: ${text}`);
  }
  const [, topic = '', only = '', from, to] = match;
  const matchesTopic = topic === '' ? always : topicPattern(topic);
  if (only !== '') return { matchesTopic, matchesPartition: (partition) => partition === Number(only) };
  const least = from ? Number(from) : 0;
  const end = to ? Number(to) : Number.POSITIVE_INFINITY;
  return { matchesTopic, matchesPartition: (partition) => partition >= least && partition < end };
}
