import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { errorCode } from '../../../protocol/errors.js';
import type {
  DescribedGroup,
  Subtopology as DescribedSubtopology,
  TopicInfo,
} from '../../../protocol/generated/streams-group-describe.js';
import type { GroupMachine } from '../group-machine.js';
import type { ConfiguredSubtopology, InternalTopic } from './configured-topology.js';
import type { StreamsGroup, StreamsMember } from './streams-group.js';
import { sortedList, type Tasks } from './tasks.js';
import type { Subtopology } from './topology.js';

export function describeStreamsGroup(machine: GroupMachine, groupId: string): Init<DescribedGroup> {
  const group = machine.streamsGroup(groupId);
  if (group === null) {
    const isOther = machine.group(groupId) !== null;
    const errorMessage = isOther ? `Group ${groupId} is not a streams group.` : `Group ${groupId} not found.`;
    return { groupId, errorCode: errorCode('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  return {
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.targetEpoch,
    topology: topologyOf(group),
    members: group.membersInOrder().map((member) => described(member, group.targets.get(member.memberId))),
  };
}

/** With the partition counts that were found, once all topics are there. */
function topologyOf({ soft: { configured }, topology }: StreamsGroup) {
  const isReady = configured !== null && configured.problem === null && configured.subtopologies !== null;
  const subtopologies: readonly (ConfiguredSubtopology | Subtopology)[] = isReady
    ? (configured.subtopologies ?? [])
    : (topology?.subtopologies ?? []);
  return {
    epoch: topology?.epoch ?? 0,
    subtopologies: subtopologies.map(asDescribed).sort((a, b) => (a.subtopologyId < b.subtopologyId ? -1 : 1)),
  };
}

function asDescribed(subtopology: ConfiguredSubtopology | Subtopology): DescribedSubtopology {
  const isConfigured = 'taskCount' in subtopology;
  const unique = (names: readonly string[]): string[] => (isConfigured ? [...new Set(names)] : [...names]);
  return {
    subtopologyId: subtopology.subtopologyId,
    sourceTopics: unique(subtopology.sourceTopics).sort(),
    repartitionSinkTopics: unique(subtopology.repartitionSinkTopics).sort(),
    stateChangelogTopics: sortedTopics(subtopology.stateChangelogTopics),
    repartitionSourceTopics: sortedTopics(subtopology.repartitionSourceTopics),
  };
}

const sortedTopics = (topics: readonly InternalTopic[]): TopicInfo[] =>
  topics
    .map(({ name, partitions, replicationFactor, topicConfigs }) => ({
      name,
      partitions,
      replicationFactor,
      topicConfigs: [...topicConfigs],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

function described(member: StreamsMember, target: Tasks | undefined) {
  const { memberId, memberEpoch, instanceId, rackId, clientId, clientHost } = member;
  const { topologyEpoch, processId, userEndpoint, clientTags, assigned } = member;
  return {
    memberId,
    memberEpoch,
    instanceId,
    rackId,
    clientId,
    clientHost,
    topologyEpoch,
    processId,
    userEndpoint: userEndpoint === null ? null : { ...userEndpoint },
    clientTags: inHashOrder(clientTags, ({ key }) => javaHash(key)),
    assignment: assignmentOf(assigned),
    targetAssignment: target === undefined ? {} : assignmentOf(target),
  };
}

const assignmentOf = ({ active, standby, warmup }: Tasks) => ({
  activeTasks: sortedList(active),
  standbyTasks: sortedList(standby),
  warmupTasks: sortedList(warmup),
});
