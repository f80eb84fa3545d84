import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { describeTransactionsApi, type TransactionState } from '../../protocol/generated/describe-transactions.js';
import type { Transaction } from '../../state/transaction/transaction.js';
import { reply } from '../../state/transaction/transaction-machine.js';
import { handler } from '../handler.js';
import { callTransaction } from '../transaction-call.js';

export const describeTransactions = handler({
  api: describeTransactionsApi,
  async handle(request, { services }) {
    const describe = async (transactionalId: string): Promise<Init<TransactionState>> => {
      if (transactionalId === '') return { transactionalId, errorCode: errorCode('INVALID_REQUEST') };
      return callTransaction<Init<TransactionState>>(
        () =>
          services.transactions.call(transactionalId, (machine, call) =>
            reply(call, described(transactionalId, machine.get(transactionalId))),
          ),
        (error) => ({ transactionalId, errorCode: errorCode(error) }),
      );
    };
    return { transactionStates: await Promise.all(request.transactionalIds.map(describe)) };
  },
});

function described(transactionalId: string, transaction: Transaction | null): Init<TransactionState> {
  if (transaction === null) return { transactionalId, errorCode: errorCode('TRANSACTIONAL_ID_NOT_FOUND') };
  return {
    transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions].map(([topic, partitions]) => ({ topic, partitions: [...partitions] })),
  };
}
