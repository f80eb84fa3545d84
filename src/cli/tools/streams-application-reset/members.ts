import { inHashOrder } from '../../../base/java-hash-order.js';
import {
  type ConsumerGroup,
  type ConsumerGroupMember,
  describeConsumerGroups,
} from '../../../client/admin/describe-groups.js';
import { type MemberToRemove, removeMembers } from '../../../client/admin/groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import type { KafkaError } from '../../../protocol/errors.js';
import { javaText } from '../../format/java-error.js';
import { partitionHash } from '../../format/partition-hash.js';
import { uncaught } from '../../tool-error.js';

const DESCRIBE_TIMEOUT_MS = 10_000;
/** Members may go by themselves between the look and their removal. */
const RETRIES = 3;

/**
 * Sees to it that nobody is in the group.
 *
 * @param force whether members are removed; else they are an error
 * @throws ToolError, KafkaError
 */
export async function emptyGroup(
  admin: Cluster,
  groupId: string,
  force: boolean,
  tell: (message: string) => void,
): Promise<void> {
  for (let retry = 0; ; retry++) {
    const members = await membersOf(admin, groupId);
    if (members.length === 0) return;
    if (!force) throw stillActive(groupId, members);
    tell(`Force deleting all active members in the group: ${groupId}`);
    const failed = await removed(admin, groupId, members);
    if (failed === null) return;
    if (failed.error.error !== 'UNKNOWN_MEMBER_ID' || retry === RETRIES) throw removalFailure(failed);
  }
}

/** A group that is not there, or is none of consumers, has none. */
async function membersOf(admin: Cluster, groupId: string): Promise<ConsumerGroup['members']> {
  const group = (await describeConsumerGroups(admin, [groupId], { timeoutMs: DESCRIBE_TIMEOUT_MS })).get(groupId);
  if (group === undefined) return [];
  if (!isError(group)) return group.members;
  if (group.error === 'GROUP_ID_NOT_FOUND') return [];
  throw uncaught('java.util.concurrent.ExecutionException', group.message, javaText(group));
}

interface Removal {
  readonly member: ConsumerGroupMember;
  readonly error: KafkaError;
}

async function removed(
  admin: Cluster,
  groupId: string,
  members: readonly ConsumerGroupMember[],
): Promise<Removal | null> {
  const wanted = members.map(
    ({ groupInstanceId, memberId }): MemberToRemove => (groupInstanceId === null ? { memberId } : { groupInstanceId }),
  );
  const results = await removeMembers(admin, groupId, wanted, { reason: 'member was removed by an admin' });
  const at = results.findIndex(isError);
  return at < 0 ? null : { member: members[at] as ConsumerGroupMember, error: results[at] as KafkaError };
}

function removalFailure({ member, error }: Removal): Error {
  const message = `Encounter exception when trying to remove: ${member.groupInstanceId ?? member.memberId}`;
  return uncaught(
    'java.util.concurrent.ExecutionException',
    `${message}: ${error.message}`,
    `org.apache.kafka.common.KafkaException: ${message}`,
  );
}

function stillActive(groupId: string, members: readonly ConsumerGroupMember[]): Error {
  return uncaught(
    'java.lang.IllegalStateException',
    `Consumer group '${groupId}' is still active and has following members: [${members.map(memberText).join(', ')}]. Make sure to stop all running application instances before running the reset tool. You can use option '--force' to remove active members from the group.`,
  );
}

function memberText(member: ConsumerGroupMember): string {
  const target = member.targetAssignment;
  const texts = [
    `memberId=${member.memberId}`,
    `groupInstanceId=${member.groupInstanceId}`,
    `rackId=${member.rackId}`,
    `clientId=${member.clientId}`,
    `host=${member.clientHost}`,
    `assignment=${assignmentText(member.assignment)}`,
    `targetAssignment=${target === null ? 'Optional.empty' : `Optional[${assignmentText(target)}]`}`,
    `memberEpoch=${member.memberEpoch}`,
    `upgraded=${member.isUpgraded}`,
  ];
  return `(${texts.join(', ')})`;
}

const assignmentText = (partitions: readonly TopicPartition[]): string =>
  `(topicPartitions=${inHashOrder(partitions, partitionHash).map(keyOf).join(',')})`;
