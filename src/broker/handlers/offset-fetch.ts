import { ZERO_UUID } from '../../base/bytes.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import {
  type OffsetFetchRequest,
  type OffsetFetchRequestGroup,
  type OffsetFetchResponse,
  type OffsetFetchResponseGroup,
  offsetFetchApi,
} from '../../protocol/generated/offset-fetch.js';
import { fetchOffsets } from '../../state/group/offsets/fetch-offsets.js';
import { callAnyGroup, topicNames } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';

const FIRST_VERSION_WITH_GROUPS = 8;
const FIRST_VERSION_WITH_TOPIC_IDS = 10;
const FIRST_VERSION_WITH_ERROR = 2;

export const offsetFetch = handler({
  api: offsetFetchApi,
  async handle(request, context) {
    if (context.version >= FIRST_VERSION_WITH_GROUPS) {
      return {
        groups: await Promise.all(request.groups.map((group) => fetchGroup(group, request.requireStable, context))),
      };
    }
    return single(request, context);
  },
});

function fetchGroup(
  group: OffsetFetchRequestGroup,
  requireStable: boolean,
  context: RequestContext,
): Promise<Init<OffsetFetchResponseGroup>> {
  const usesIds = context.version >= FIRST_VERSION_WITH_TOPIC_IDS;
  return callAnyGroup<Init<OffsetFetchResponseGroup>>(
    context,
    group.groupId,
    (machine, call) => ({
      records: [],
      replies: [{ call, response: fetchOffsets(machine, group, usesIds, topicNames(context), requireStable) }],
      timers: [],
    }),
    (error) => ({ groupId: group.groupId, errorCode: errorCode(error) }),
  );
}

/** Before version 8: one group, its fields at the top; before version 2 an error stands at each partition. */
async function single(request: OffsetFetchRequest, context: RequestContext): Promise<Init<OffsetFetchResponse>> {
  const all = request.topics === null || (context.version < FIRST_VERSION_WITH_ERROR && request.topics.length === 0);
  const topics = all ? null : (request.topics ?? []).map((topic) => ({ ...topic, topicId: ZERO_UUID }));
  const { groupId } = request;
  const group = await fetchGroup({ groupId, memberId: null, memberEpoch: -1, topics }, request.requireStable, context);
  const code = group.errorCode ?? 0;
  if (code !== 0) {
    return context.version >= FIRST_VERSION_WITH_ERROR ? { errorCode: code } : { topics: refused(request, code) };
  }
  return { topics: (group.topics ?? []).map(({ name, partitions }) => ({ name, partitions })) };
}

function refused(request: OffsetFetchRequest, code: number) {
  return (request.topics ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      metadata: '',
      errorCode: code,
    })),
  }));
}
