import { type ErrorName, errorCode } from '../../protocol/errors.js';
import { addOffsetsToTxnApi } from '../../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTransaction } from '../../state/transaction/add-partitions.js';
import { handler } from '../handler.js';
import { OFFSETS_TOPIC } from '../internal-topics.js';
import { callTransaction, fencedAs } from '../transaction-call.js';

const FIRST_VERSION_WITH_FENCED = 2;

/** Makes the partition of a group's offsets part of the transaction. */
export const addOffsetsToTxn = handler({
  api: addOffsetsToTxnApi,
  async handle(request, { services, version }) {
    if (request.transactionalId === '') return { errorCode: errorCode('INVALID_REQUEST') };
    const partition = services.groups.partitionOf(request.groupId);
    const offsets = [{ topic: OFFSETS_TOPIC, partition }];
    const error = await callTransaction<ErrorName>(
      () =>
        services.transactions.call(request.transactionalId, (machine, call, context) =>
          addPartitionsToTransaction(machine, call, request, offsets, 0, context),
        ),
      (refused) => refused,
    );
    return { errorCode: fencedAs(errorCode(error), version >= FIRST_VERSION_WITH_FENCED) };
  },
});
