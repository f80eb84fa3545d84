/** Requests that name partitions topic by topic, of which some are refused before the others are done. */

interface TopicPart<Partition> {
  readonly name: string;
  /** Where a version asks by id. */
  readonly topicId?: string;
  readonly partitions: readonly Partition[];
}

/** The partitions that `isKnown` says yes to, and the others; topics that have none of a kind are left out. */
export function splitPartitions<Topic extends TopicPart<{ readonly partitionIndex: number }>>(
  topics: readonly Topic[],
  isKnown: (topic: Topic, partitionIndex: number) => boolean,
): { known: Topic[]; unknown: Topic[] } {
  const having = (wanted: boolean): Topic[] =>
    topics
      .map((topic) => ({
        ...topic,
        partitions: topic.partitions.filter(({ partitionIndex }) => isKnown(topic, partitionIndex) === wanted),
      }))
      .filter(({ partitions }) => partitions.length > 0);
  return { known: having(true), unknown: having(false) };
}

/** All partitions of the topics with one error. */
export const refusedPartitions = (
  topics: readonly TopicPart<{ readonly partitionIndex: number }>[],
  errorCode: number,
) =>
  topics.map(({ name, topicId, partitions }) => ({
    name,
    ...(topicId === undefined ? {} : { topicId }),
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }));

interface TopicAnswer<Partition> {
  readonly name?: string;
  readonly topicId?: string;
  readonly partitions?: readonly Partition[];
}

/** A topic that has partitions of both kinds is answered once. */
export function joinTopics<Partition, Answer extends TopicAnswer<Partition>>(answers: readonly Answer[]): Answer[] {
  const byTopic = new Map<string, Answer>();
  for (const answer of answers) {
    const key = `${answer.name} ${answer.topicId}`;
    const partitions = [...(byTopic.get(key)?.partitions ?? []), ...(answer.partitions ?? [])];
    byTopic.set(key, { ...answer, partitions });
  }
  return [...byTopic.values()];
}
