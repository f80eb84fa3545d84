import type { Init } from '../../protocol/codec-runtime.js';
import { type EndTxnResponse, endTxnApi } from '../../protocol/generated/end-txn.js';
import { endFailure, endTransaction } from '../../state/transaction/end-transaction.js';
import { handler } from '../handler.js';
import { callTransaction, fencedAs, TRANSACTION_VERSION_2 } from '../transaction-call.js';

const FIRST_VERSION_WITH_FENCED = 2;
/** From here on each transaction has an epoch of its own (KIP-890). */
const FIRST_VERSION_WITH_EPOCHS = 5;

export const endTxn = handler({
  api: endTxnApi,
  async handle(request, { services, version }) {
    if (request.transactionalId === '') return endFailure('INVALID_REQUEST');
    const clientVersion = version >= FIRST_VERSION_WITH_EPOCHS ? TRANSACTION_VERSION_2 : 0;
    const answer = await callTransaction(
      () =>
        services.transactions.callWithProducerId<Init<EndTxnResponse>>(
          request.transactionalId,
          (machine, call, newProducerId, context) =>
            endTransaction(machine, call, request, clientVersion, newProducerId, context),
        ),
      endFailure,
    );
    return { ...answer, errorCode: fencedAs(answer.errorCode ?? 0, version >= FIRST_VERSION_WITH_FENCED) };
  },
});
