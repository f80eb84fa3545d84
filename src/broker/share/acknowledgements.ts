import { ZERO_UUID } from '../../base/bytes.js';
import type { ErrorName } from '../../protocol/errors.js';
import { type Acknowledgement, RENEW } from '../../state/share-partition/acknowledge.js';
import type { BrokerServices } from '../services.js';

interface AcknowledgedTopic {
  readonly topicId: string;
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly acknowledgementBatches: readonly {
      readonly firstOffset: number;
      readonly lastOffset: number;
      readonly acknowledgeTypes: readonly number[];
    }[];
  }[];
}

export interface AcknowledgeCall {
  readonly groupId: string;
  readonly memberId: string;
  readonly topics: readonly AcknowledgedTopic[];
  /** The version of the request has a type for it (KIP-1222). */
  readonly knowsRenewal: boolean;
  readonly isRenewal: boolean;
}

export interface AcknowledgeResult {
  readonly topicId: string;
  readonly topic: string | null;
  readonly partition: number;
  readonly error: ErrorName;
  readonly message: string | null;
}

const REJECT = 3;
/** A member id is a uuid, or what some client takes for one. */
const MAX_MEMBER_ID_LENGTH = 36;

export const isMemberId = (memberId: string | null): memberId is string =>
  memberId !== null && memberId.length > 0 && memberId.length <= MAX_MEMBER_ID_LENGTH;

/** Acknowledges what a request names, each partition for itself; those that say nothing are named only beside others. */
export async function acknowledgeAll(call: AcknowledgeCall, services: BrokerServices): Promise<AcknowledgeResult[]> {
  const { groupId, memberId, topics } = call;
  const refused: AcknowledgeResult[] = [];
  const silent: AcknowledgeResult[] = [];
  const pending: Promise<AcknowledgeResult>[] = [];
  const { image } = services.metadata;
  for (const { topicId, partitions } of topics) {
    const topic = topicId === ZERO_UUID ? undefined : image.topicsById.get(topicId);
    for (const { partitionIndex: partition, acknowledgementBatches } of partitions) {
      const target = { topicId, topic: topic?.name ?? null, partition };
      const acknowledgements = acknowledgementBatches.map(({ firstOffset, lastOffset, acknowledgeTypes }) => ({
        firstOffset,
        lastOffset,
        types: acknowledgeTypes,
      }));
      const error =
        topic === undefined
          ? 'UNKNOWN_TOPIC_ID'
          : !areValid(acknowledgements, call)
            ? 'INVALID_REQUEST'
            : topic.partitions[partition] === undefined
              ? 'UNKNOWN_TOPIC_OR_PARTITION'
              : null;
      if (error !== null) refused.push({ ...target, error, message: null });
      else if (acknowledgements.length === 0) silent.push({ ...target, error: 'NONE', message: null });
      else {
        const answer = services.sharePartitions.acknowledge(
          { groupId, topicId, partition },
          memberId,
          acknowledgements,
        );
        pending.push(answer.then((failure) => ({ ...target, ...(failure ?? { error: 'NONE', message: null }) })));
      }
    }
  }
  if (pending.length === 0) return refused;
  return [...(await Promise.all(pending)), ...refused, ...silent];
}

function areValid(acknowledgements: readonly Acknowledgement[], { knowsRenewal, isRenewal }: AcknowledgeCall): boolean {
  const maxType = knowsRenewal ? RENEW : REJECT;
  let end = -1;
  for (const { firstOffset, lastOffset, types } of acknowledgements) {
    if (firstOffset > lastOffset || firstOffset < end || types.length === 0) return false;
    if (types.length > 1 && lastOffset - firstOffset !== types.length - 1) return false;
    if (types.some((type) => type < 0 || type > maxType || (type === RENEW && !isRenewal))) return false;
    end = lastOffset;
  }
  return true;
}
