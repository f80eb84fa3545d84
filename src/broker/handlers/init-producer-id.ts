import { errorCode } from '../../protocol/errors.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { handler } from '../handler.js';

/** Without a transactional id every call gets a new producer id with epoch 0 (KIP-98). */
export const initProducerId = handler({
  api: initProducerIdApi,
  async handle(request, { services }) {
    if (request.transactionalId === '') return failed('INVALID_REQUEST');
    if (request.transactionalId !== null) return failed('COORDINATOR_NOT_AVAILABLE');
    const continues = request.producerId >= 0 || request.producerEpoch >= 0;
    if (continues && (request.producerId < 0 || request.producerEpoch < 0)) return failed('INVALID_REQUEST');
    return { producerId: await services.producerIds.next(), producerEpoch: 0 };
  },
});

const failed = (error: 'INVALID_REQUEST' | 'COORDINATOR_NOT_AVAILABLE') => ({
  errorCode: errorCode(error),
  producerId: -1,
  producerEpoch: -1,
});
