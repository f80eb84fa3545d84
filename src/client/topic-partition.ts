export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a call says of one partition. */
export interface OfPartition<T> extends TopicPartition {
  readonly value: T;
}

/** `topic-3`, as Kafka writes it: the key of a partition in maps. */
export const partitionKey = (topic: string, partition: number): string => `${topic}-${partition}`;

export const keyOf = ({ topic, partition }: TopicPartition): string => partitionKey(topic, partition);

/** By topic and then by number, both in rising order. */
export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition;
}

/** Items by the topic that `topicOf` tells, in the order in which topics first come. */
export function byTopic<T extends { readonly topic: string }>(items: Iterable<T>): Map<string, T[]> {
  const topics = new Map<string, T[]>();
  for (const item of items) {
    const known = topics.get(item.topic);
    if (known === undefined) topics.set(item.topic, [item]);
    else known.push(item);
  }
  return topics;
}
