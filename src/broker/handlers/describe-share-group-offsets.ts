import { ZERO_UUID } from '../../base/bytes.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode, errorNamed } from '../../protocol/errors.js';
import {
  type DescribeShareGroupOffsetsRequestGroup,
  type DescribeShareGroupOffsetsResponseGroup,
  type DescribeShareGroupOffsetsResponsePartition,
  describeShareGroupOffsetsApi,
} from '../../protocol/generated/describe-share-group-offsets.js';
import { initializedPartitions } from '../../state/group/share/state-progress.js';
import { callAnyGroup } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';
import type { BrokerServices } from '../services.js';
import { hasShareGroups, inAnswerOrder } from '../share-group-states.js';

const UNKNOWN = -1;
/** ListOffsets' word for the end. */
const LATEST = -1;

export const describeShareGroupOffsets = handler({
  api: describeShareGroupOffsetsApi,
  handle: async (request, context) => ({
    groups: await Promise.all(request.groups.map((group) => describeGroup(group, context))),
  }),
});

async function describeGroup(
  { groupId, topics }: DescribeShareGroupOffsetsRequestGroup,
  context: RequestContext,
): Promise<Init<DescribeShareGroupOffsetsResponseGroup>> {
  const { services } = context;
  if (!hasShareGroups(services)) return { groupId, errorCode: errorCode('UNSUPPORTED_VERSION') };
  const wanted = topics === null ? await allOf(groupId, context) : topics;
  if (typeof wanted === 'string') return refusedGroup(groupId, wanted);
  const { image } = services.metadata;
  const known = wanted.flatMap(({ topicName, partitions }): [string, readonly number[]][] => {
    const topic = image.topics.get(topicName);
    return topic === undefined ? [] : [[topic.id, partitions]];
  });
  // Apache Kafka's share persister does not take such questions, and says no more than that.
  if (known.some(([, partitions]) => partitions.length === 0 || partitions.some((index) => index < 0))) {
    return refusedGroup(groupId, 'UNKNOWN_SERVER_ERROR');
  }
  const unknown = wanted.filter(({ topicName }) => !image.topics.has(topicName));
  const described = inAnswerOrder(known).map(async ([topicId, partitions]) => {
    const topicName = image.topicsById.get(topicId)?.name ?? '';
    const all = partitions.map((partition) => describePartition({ groupId, topicId, partition }, topicName, services));
    return { topicName, topicId, partitions: await Promise.all(all) };
  });
  const refused = unknown.map(({ topicName, partitions }) => ({
    topicName,
    topicId: ZERO_UUID,
    partitions: partitions.map((partitionIndex) => ({ partitionIndex, startOffset: UNKNOWN })),
  }));
  return { groupId, topics: [...(await Promise.all(described)), ...refused] };
}

const refusedGroup = (groupId: string, error: ErrorName) => ({
  groupId,
  errorCode: errorCode(error),
  errorMessage: errorNamed(error).message,
});

/** All partitions that the group has a state of; none of a group that is not there or not a share group. */
function allOf(
  groupId: string,
  context: RequestContext,
): Promise<{ topicName: string; partitions: readonly number[] }[] | ErrorName> {
  const { image } = context.services.metadata;
  return callAnyGroup<{ topicName: string; partitions: readonly number[] }[] | ErrorName>(
    context,
    groupId,
    (machine, call) => {
      const initialized = initializedPartitions(machine.shareGroup(groupId)?.progress);
      const topics = [...initialized].flatMap(([topicId, partitions]) => {
        const topicName = image.topicsById.get(topicId)?.name;
        return topicName === undefined ? [] : { topicName, partitions };
      });
      return { records: [], replies: [{ call, response: topics }], timers: [] };
    },
    (error) => error,
  );
}

async function describePartition(
  key: { groupId: string; topicId: string; partition: number },
  topicName: string,
  { sharePersister, partitions, metadata }: BrokerServices,
): Promise<Init<DescribeShareGroupOffsetsResponsePartition>> {
  const { partition: partitionIndex } = key;
  const leaderEpoch = metadata.image.partition(topicName, partitionIndex)?.leaderEpoch ?? UNKNOWN;
  const summary = await sharePersister.readSummary(key, leaderEpoch);
  // Whatever the share coordinator says against it is no error here: there is just nothing to be told.
  if ('error' in summary) return { partitionIndex, startOffset: UNKNOWN, leaderEpoch: 0, lag: UNKNOWN };
  const { startOffset, deliveryCompleteCount } = summary;
  if (startOffset === UNKNOWN || deliveryCompleteCount === UNKNOWN) {
    return { partitionIndex, startOffset, leaderEpoch: summary.leaderEpoch, lag: UNKNOWN };
  }
  const leader = partitions.leader(topicName, partitionIndex);
  const end = typeof leader === 'string' ? leader : leader.log.offsetForTimestamp(LATEST, 'highWatermark');
  if (typeof end === 'string') {
    return { partitionIndex, errorCode: errorCode(end), errorMessage: errorNamed(end).message };
  }
  const lag = (end?.offset ?? 0) - startOffset - deliveryCompleteCount;
  return { partitionIndex, startOffset, leaderEpoch: summary.leaderEpoch, lag };
}
