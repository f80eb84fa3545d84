import type { Init } from '../../protocol/codec-runtime.js';
import { type InitProducerIdResponse, initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { initFailure, initProducerId as initOf, initProblem } from '../../state/transaction/init-producer-id.js';
import { handler } from '../handler.js';
import { callTransaction, fencedAs } from '../transaction-call.js';

/** Version 6, of two-phase commits (KIP-939), is not finished in Apache Kafka 4.3.1 and not offered. */
const LAST_STABLE_VERSION = 5;
const FIRST_VERSION_WITH_FENCED = 4;

/** Without a transactional id every call gets a new producer id with epoch 0 (KIP-98). */
export const initProducerId = handler({
  api: initProducerIdApi,
  maxVersion: LAST_STABLE_VERSION,
  async handle(request, { services, version }) {
    const { transactionalId } = request;
    const namesProducer = request.producerId >= 0;
    if (namesProducer !== request.producerEpoch >= 0) return initFailure('INVALID_REQUEST');
    if (transactionalId === '') return initFailure('INVALID_REQUEST');
    if (transactionalId === null) return { producerId: await services.producerIds.next(), producerEpoch: 0 };
    const problem = initProblem(request, services.transactions.settings);
    if (problem !== null) return initFailure(problem);
    const answer = await callTransaction(
      () =>
        services.transactions.callWithProducerId<Init<InitProducerIdResponse>>(
          transactionalId,
          (machine, call, newProducerId, context) =>
            initOf(machine, call, { ...request, transactionalId }, newProducerId, context),
        ),
      initFailure,
    );
    return { ...answer, errorCode: fencedAs(answer.errorCode ?? 0, version >= FIRST_VERSION_WITH_FENCED) };
  },
});
