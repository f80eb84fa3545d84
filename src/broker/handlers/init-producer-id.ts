import { type ErrorName, errorCode } from '../../protocol/errors.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { handler } from '../handler.js';

/** Without a transactional id every call gets a new producer id with epoch 0 (KIP-98). */
export const initProducerId = handler({
  api: initProducerIdApi,
  async handle(request, { services }) {
    if (request.transactionalId === '') return failed('INVALID_REQUEST');
    if (request.transactionalId !== null) {
      const { transactionTimeoutMs } = request;
      const fits = transactionTimeoutMs > 0 && transactionTimeoutMs <= services.settings.transactionMaxTimeoutMs;
      return failed(fits ? 'COORDINATOR_NOT_AVAILABLE' : 'INVALID_TRANSACTION_TIMEOUT');
    }
    const continues = request.producerId >= 0 || request.producerEpoch >= 0;
    if (continues && (request.producerId < 0 || request.producerEpoch < 0)) return failed('INVALID_REQUEST');
    return { producerId: await services.producerIds.next(), producerEpoch: 0 };
  },
});

const failed = (error: ErrorName) => ({
  errorCode: errorCode(error),
  producerId: -1,
  producerEpoch: -1,
});
