import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
  txnOffsetCommitApi,
} from '../../protocol/generated/txn-offset-commit.js';
import { commitTransactionOffsets } from '../../state/group/offsets/commit-transaction-offsets.js';
import type { VerificationGuard } from '../../storage/transaction-verifications.js';
import { callGroup } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';
import { OFFSETS_TOPIC } from '../internal-topics.js';
import { joinTopics, refusedPartitions, splitPartitions } from '../split-partitions.js';
import { addOrVerify, type ClientAbility } from '../transaction-verification.js';

const FIRST_VERSION_WITH_ABORTABLE = 4;
const FIRST_VERSION_WITH_IMPLICIT_ADD = 5;
/** Producers before this one go down over an error that says that the coordinator loads (KAFKA-7296). */
const FIRST_VERSION_WITH_LOADING = 2;

export const txnOffsetCommit = handler({
  api: txnOffsetCommitApi,
  async handle(request, context) {
    const { image } = context.services.metadata;
    const { known, unknown } = splitPartitions(
      request.topics,
      ({ name }, index) => image.partition(name, index) !== undefined,
    );
    const refused = refusedPartitions(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION'));
    if (known.length === 0) return { topics: refused };
    const response = await commit({ ...request, topics: known }, context);
    return { topics: joinTopics([...(response.topics ?? []), ...refused]) };
  },
});

async function commit(
  request: TxnOffsetCommitRequest,
  context: RequestContext,
): Promise<Init<TxnOffsetCommitResponse>> {
  const refuse = (error: ErrorName) => ({
    topics: refusedPartitions(request.topics, errorCode(forVersion(error, context))),
  });
  if (request.groupId === '') return refuse('INVALID_GROUP_ID');
  const verified = await verify(request, context);
  if (typeof verified === 'string') return refuse(verified);
  const { producerId, producerEpoch } = request;
  return callGroup(
    context,
    request.groupId,
    (machine, call, groupContext) =>
      commitTransactionOffsets(machine, call, request, { producerId, producerEpoch, ...verified }, groupContext),
    refuse,
  );
}

/** Makes sure that the partition of the group's offsets is part of the transaction. @returns why it cannot be */
async function verify(
  request: TxnOffsetCommitRequest,
  { services, version }: RequestContext,
): Promise<{ guard?: VerificationGuard | null } | ErrorName> {
  const ability: ClientAbility = {
    knowsAbortable: version >= FIRST_VERSION_WITH_ABORTABLE,
    addsImplicitly: version >= FIRST_VERSION_WITH_IMPLICIT_ADD,
  };
  const verificationRequired = services.verifiesTransactions();
  if (!verificationRequired && !ability.addsImplicitly) return {};
  const index = services.groups.partitionOf(request.groupId);
  const partition = services.partitions.leader(OFFSETS_TOPIC, index);
  if (typeof partition === 'string') return 'NOT_COORDINATOR';
  const started = partition.log.startVerification(
    request.producerId,
    -1,
    request.producerEpoch,
    ability.addsImplicitly,
  );
  if (started === null) return verificationRequired ? { guard: null } : {};
  if (typeof started !== 'symbol') return started.error;
  const offsets = [{ topic: OFFSETS_TOPIC, partition: partition.index }];
  const [error = 'NONE'] = await addOrVerify(services.transactions, request, offsets, ability);
  if (error !== 'NONE') return error;
  return verificationRequired ? { guard: started } : {};
}

const forVersion = (error: ErrorName, { version }: RequestContext): ErrorName =>
  error === 'COORDINATOR_LOAD_IN_PROGRESS' && version < FIRST_VERSION_WITH_LOADING
    ? 'COORDINATOR_NOT_AVAILABLE'
    : error;
