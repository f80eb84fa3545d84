/** Groups: listing, describing, deleting, and removing members. */
import { KafkaError } from '../../protocol/errors.js';
import { deleteGroupsApi } from '../../protocol/generated/delete-groups.js';
import { leaveGroupApi } from '../../protocol/generated/leave-group.js';
import { listGroupsApi } from '../../protocol/generated/list-groups.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import { type Result, toCoordinators, toNodes } from '../fan-out.js';

export type GroupType = 'classic' | 'consumer' | 'share' | 'streams';

export interface GroupListing {
  readonly groupId: string;
  readonly protocolType: string;
  /** As the broker writes it: `Stable`, `Empty`, ...; empty where it does not tell. */
  readonly state: string;
  /** As the broker writes it, in lower case; empty where it does not tell (then it is classic). */
  readonly type: string;
}

export interface ListGroupsOptions extends RetryOptions {
  readonly states?: readonly string[];
  readonly types?: readonly string[];
  readonly protocolTypes?: readonly string[];
}

export interface ListedGroups {
  readonly groups: readonly GroupListing[];
  /** One for each broker that could not say. */
  readonly errors: readonly Error[];
}

/** Asks all brokers, since each knows the groups that it coordinates. */
export async function listGroups(cluster: Cluster, options: ListGroupsOptions = {}): Promise<ListedGroups> {
  const nodes = await cluster.retry('Metadata', () => cluster.allNodes(), options);
  const states = options.states ?? [];
  const types = options.types ?? [];
  const request = {
    ...(states.length > 0 ? { statesFilter: states } : {}),
    ...(types.length > 0 ? { typesFilter: types } : {}),
  };
  const answers = await toNodes(
    cluster,
    nodes.map(({ id }) => id),
    (node) =>
      cluster.call({ node }, listGroupsApi, request, {
        ...options,
        errorOf: ({ errorCode }) => kafkaErrorOf(errorCode),
      }),
  );
  const groups = new Map<string, GroupListing>();
  const errors: Error[] = [];
  for (const answer of answers.values()) {
    if (answer instanceof Error) {
      errors.push(answer);
      continue;
    }
    for (const { groupId, protocolType, groupState, groupType } of answer.groups) {
      if (options.protocolTypes !== undefined && !options.protocolTypes.includes(protocolType)) continue;
      groups.set(groupId, { groupId, protocolType, state: groupState, type: groupType.toLowerCase() });
    }
  }
  return { groups: [...groups.values()], errors };
}

export function deleteGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: RetryOptions = {},
): Promise<Map<string, Result<true>>> {
  return toCoordinators<true>(
    cluster,
    'DeleteGroups',
    'group',
    groupIds,
    async (node, ids, { timeoutMs }) => {
      const sending = { timeoutMs, lane: 'coordinator' as const };
      const response = await cluster.send(node, deleteGroupsApi, { groupsNames: ids }, sending);
      return new Map(response.results.map(({ groupId, errorCode }) => [groupId, kafkaErrorOf(errorCode) ?? true]));
    },
    options,
  );
}

/** A member by its id, or a static member by the id of its instance. */
export type MemberToRemove = { readonly memberId: string } | { readonly groupInstanceId: string };

/** Results in the order of the members. @throws KafkaError when the group as a whole cannot be changed. */
export async function removeMembers(
  cluster: Cluster,
  groupId: string,
  members: readonly MemberToRemove[],
  options: RetryOptions & { readonly reason?: string } = {},
): Promise<Result<true>[]> {
  const reason = options.reason ?? null;
  const response = await cluster.call(
    { coordinator: 'group', key: groupId },
    leaveGroupApi,
    {
      groupId,
      members: members.map((member) => ({
        memberId: 'memberId' in member ? member.memberId : '',
        groupInstanceId: 'groupInstanceId' in member ? member.groupInstanceId : null,
        reason,
      })),
    },
    { ...options, errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
  );
  return members.map((member, index) => {
    const answer = response.members.find(({ memberId, groupInstanceId }) => {
      return 'memberId' in member ? memberId === member.memberId : groupInstanceId === member.groupInstanceId;
    });
    const found = answer ?? response.members[index];
    if (found === undefined) return new KafkaError('UNKNOWN_MEMBER_ID');
    return kafkaErrorOf(found.errorCode) ?? true;
  });
}
