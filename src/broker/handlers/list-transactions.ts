import { errorCode, KafkaError } from '../../protocol/errors.js';
import { listTransactionsApi } from '../../protocol/generated/list-transactions.js';
import { transactionFilter } from '../../state/transaction/list-transactions.js';
import { handler } from '../handler.js';

export const listTransactions = handler({
  api: listTransactionsApi,
  handle(request, { services }) {
    const filter = transactionFilter(request);
    if (filter === null) return { errorCode: errorCode('INVALID_REGULAR_EXPRESSION') };
    const nowMs = services.clock.nowMs();
    try {
      const transactionStates = services.transactions.all((machine) =>
        [...machine.all()]
          .filter((transaction) => filter.accepts(transaction, nowMs))
          .map(({ transactionalId, producerId, state }) => ({ transactionalId, producerId, transactionState: state })),
      );
      return { unknownStateFilters: [...filter.unknownStates], transactionStates };
    } catch (error) {
      if (error instanceof KafkaError) return { errorCode: errorCode(error.error) };
      throw error;
    }
  },
});
