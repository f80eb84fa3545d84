import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import { type ShareAcknowledgeResponse, shareAcknowledgeApi } from '../../protocol/generated/share-acknowledge.js';
import { handler, type RequestContext } from '../handler.js';
import { type AcknowledgeResult, acknowledgeAll, isMemberId } from '../share/acknowledgements.js';
import { CurrentLeaders } from '../share/current-leaders.js';
import { FINAL_EPOCH, INITIAL_EPOCH, type ShareSession } from '../share/share-sessions.js';
import { hasShareGroups } from '../share-group-states.js';

const FIRST_VERSION_WITH_RENEWAL = 2;

const failed = (error: ErrorName): Init<ShareAcknowledgeResponse> => ({ errorCode: errorCode(error) });

export const shareAcknowledge = handler({
  api: shareAcknowledgeApi,
  async handle(request, context) {
    const { services, version } = context;
    const { groupId, memberId, shareSessionEpoch: epoch, topics, isRenewAck } = request;
    const { sharePartitions } = services;
    if (!hasShareGroups(services)) return failed('UNSUPPORTED_VERSION');
    if (groupId === null || !isMemberId(memberId)) return failed('INVALID_REQUEST');
    const session = sessionOf(groupId, memberId, epoch, context);
    if (typeof session === 'string') return failed(session);
    const knowsRenewal = version >= FIRST_VERSION_WITH_RENEWAL;
    const call = { groupId, memberId, topics, knowsRenewal, isRenewal: isRenewAck };
    const results = await acknowledgeAll(call, services);
    if (epoch === FINAL_EPOCH) sharePartitions.endSession(session);
    return respond(results, sharePartitions.settings.lockDurationMs(groupId), context);
  },
});

function sessionOf(
  groupId: string,
  memberId: string,
  epoch: number,
  { services }: RequestContext,
): ShareSession | ErrorName {
  const { sessions } = services.sharePartitions;
  if (epoch === INITIAL_EPOCH) return 'INVALID_SHARE_SESSION_EPOCH';
  if (epoch !== FINAL_EPOCH) return sessions.advance(groupId, memberId, epoch);
  return sessions.get(groupId, memberId) ?? 'SHARE_SESSION_NOT_FOUND';
}

function respond(
  results: readonly AcknowledgeResult[],
  acquisitionLockTimeoutMs: number,
  context: RequestContext,
): Init<ShareAcknowledgeResponse> {
  const leaders = new CurrentLeaders(context);
  const ids = new Set(results.map(({ topicId }) => topicId));
  const responses = [...ids].map((topicId) => ({
    topicId,
    partitions: results
      .filter((result) => result.topicId === topicId)
      .map(({ topic, partition, error, message }) => ({
        partitionIndex: partition,
        errorCode: errorCode(error),
        errorMessage: message,
        ...leaders.of(topic, partition, errorCode(error)),
      })),
  }));
  return { acquisitionLockTimeoutMs, responses, nodeEndpoints: leaders.endpoints() };
}
