import { deleteGroupOffsets } from '../../../client/admin/group-offsets.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, type Result } from '../../../client/fan-out.js';
import { comparePartitions, keyOf, type OfPartition, type TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { javaText } from '../../format/java-error.js';
import { type Report, tableOf } from '../../format/report.js';
import { OptionError } from '../../options/option-set.js';
import type { GroupsOptions } from './options.js';
import { type LineColumn, lines } from './output.js';
import type { OffsetDeletionRow } from './rows.js';
import { parseTopicScopes, partitionsOfTopics } from './topic-scopes.js';

/** What became of the offsets of a group, by partition; -1 stands for a topic whose partitions are not known. */
export interface OffsetDeletion {
  readonly groupId: string;
  readonly results: readonly OfPartition<Result<true>>[];
  /** The first thing that went wrong with a partition that was asked for; null where nothing did. */
  readonly error: KafkaError | null;
}

/** --delete-offsets. @throws KafkaError, OptionError, UsageError */
export async function deleteOffsets(admin: Cluster, options: GroupsOptions): Promise<OffsetDeletion> {
  const groupId = onlyGroup(options);
  const scopes = parseTopicScopes(options.values('topic'));
  const whole = scopes.filter(({ partitions }) => partitions === null).map(({ topic }) => topic);
  const found = await partitionsOfTopics(admin, whole);
  const asked: TopicPartition[] = [];
  const unknown: OfPartition<Result<true>>[] = [];
  for (const { topic, partitions } of scopes) {
    const all = partitions?.map((partition) => ({ topic, partition })) ?? found.get(topic) ?? [];
    if (isError(all)) unknown.push({ topic, partition: -1, value: all });
    else asked.push(...all);
  }
  const distinct = [...new Map(asked.map((at) => [keyOf(at), at])).values()];
  const { results, error } = await deleteAsked(admin, groupId, distinct);
  return { groupId, results: [...results, ...unknown].sort(comparePartitions), error };
}

/** @throws OptionError */
export function onlyGroup(options: GroupsOptions): string {
  const groups = options.values('group');
  if (groups.length === 1) return groups[0] as string;
  throw new OptionError('Found multiple arguments for option group, but you asked for only one');
}

async function deleteAsked(
  admin: Cluster,
  groupId: string,
  asked: readonly TopicPartition[],
): Promise<{ results: OfPartition<Result<true>>[]; error: KafkaError | null }> {
  try {
    const results = await deleteGroupOffsets(admin, groupId, asked);
    return { results, error: results.map(({ value }) => value).find(isError) ?? null };
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return { results: asked.map((at) => ({ ...at, value: error })), error };
  }
}

export function offsetDeletionReport(deletion: OffsetDeletion): Report {
  const { groupId, results } = deletion;
  const rows = results.map(({ topic, partition, value }): OffsetDeletionRow => {
    const error = isError(value) ? value.message : null;
    return { group: groupId, topic, partition: partition < 0 ? null : partition, isDeleted: error === null, error };
  });
  return {
    rows,
    plain: () => `${heading(deletion)}\n${lines(LAYOUT, results)}`,
    tables: () => [
      tableOf<OffsetDeletionRow>(
        rows,
        [
          { heading: 'Topic', cell: ({ topic }) => topic },
          { heading: 'Partition', cell: ({ partition }) => partition },
          {
            heading: 'Offset',
            cell: ({ error }) => error ?? 'deleted',
            tone: ({ isDeleted }) => (isDeleted ? 'good' : 'bad'),
          },
        ],
        `Group ${groupId}`,
      ),
    ],
    whenEmpty: 'There is no offset to delete.',
  };
}

const LAYOUT: readonly LineColumn<OfPartition<Result<true>>>[] = [
  { heading: 'TOPIC', width: 15, cell: ({ topic }) => topic },
  { heading: 'PARTITION', width: 10, cell: ({ partition }) => (partition < 0 ? null : partition) },
  {
    heading: 'STATUS',
    width: 15,
    cell: ({ value }) => (isError(value) ? `Error: ${javaText(value)}` : 'Successful'),
  },
];

/** Errors that are told of as they are, and those that the rows below explain. */
const OF_GROUP: ReadonlySet<string> = new Set([
  'INVALID_GROUP_ID',
  'GROUP_ID_NOT_FOUND',
  'GROUP_AUTHORIZATION_FAILED',
  'NON_EMPTY_GROUP',
]);
const OF_PARTITION: ReadonlySet<string> = new Set([
  'GROUP_SUBSCRIBED_TO_TOPIC',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

function heading({ groupId, error }: OffsetDeletion): string {
  if (error === null) return `Request succeeded for deleting offsets from group ${groupId}.`;
  if (OF_GROUP.has(error.error)) return `\nError: ${error.message}`;
  if (OF_PARTITION.has(error.error)) {
    return '\nError: Encountered some partition-level error, see the follow-up details.';
  }
  return `\nError: Encountered some unknown error: ${error.error}`;
}

/** What is said of a cluster that nobody could ask. */
export function unaskedDeletion(options: GroupsOptions, timedOut: (call: string) => KafkaError): OffsetDeletion {
  const results = parseTopicScopes(options.values('topic')).flatMap(({ topic, partitions }) => {
    if (partitions === null) return [{ topic, partition: -1, value: timedOut('listNodes') }];
    const error = timedOut('offsetDelete(api=FIND_COORDINATOR)');
    return partitions.map((partition) => ({ topic, partition, value: error }));
  });
  const error = timedOut('offsetDelete(api=FIND_COORDINATOR)');
  return { groupId: onlyGroup(options), results: results.sort(comparePartitions), error };
}
