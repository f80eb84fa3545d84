import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type AddPartitionsToTxnTopic,
  type AddPartitionsToTxnTopicResult,
  addPartitionsToTxnApi,
} from '../../protocol/generated/add-partitions-to-txn.js';
import {
  addPartitionsToTransaction,
  type ProducerOfTransaction,
  verifyPartitions,
} from '../../state/transaction/add-partitions.js';
import { handler, type RequestContext } from '../handler.js';
import { callTransaction, fencedAs, TRANSACTION_VERSION_2 } from '../transaction-call.js';

const FIRST_VERSION_WITH_FENCED = 2;
/** From here on brokers ask for many transactions at once (KIP-890). */
const FIRST_VERSION_OF_BROKERS = 4;

export const addPartitionsToTxn = handler({
  api: addPartitionsToTxnApi,
  async handle(request, context) {
    if (context.version >= FIRST_VERSION_OF_BROKERS) {
      const resultsByTransaction = await Promise.all(
        request.transactions.map(async (transaction) => ({
          transactionalId: transaction.transactionalId,
          topicResults: await add(transaction, transaction.topics, transaction.verifyOnly, context),
        })),
      );
      return { resultsByTransaction };
    }
    const producer = {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
    };
    return { resultsByTopicV3AndBelow: await add(producer, request.v3AndBelowTopics, false, context) };
  },
});

/** All of the partitions or none: those that are there are not tried when one is not. */
async function add(
  producer: ProducerOfTransaction,
  topics: readonly AddPartitionsToTxnTopic[],
  verifyOnly: boolean,
  context: RequestContext,
): Promise<Init<AddPartitionsToTxnTopicResult>[]> {
  const { services, version } = context;
  const partitions = topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((partition) => ({ topic: name, partition })),
  );
  const { image } = services.metadata;
  const exists = partitions.map(({ topic, partition }) => image.partition(topic, partition) !== undefined);
  if (exists.includes(false)) {
    return results(topics, (at) => (exists[at] ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION'), context);
  }
  const clientVersion = version >= FIRST_VERSION_OF_BROKERS ? TRANSACTION_VERSION_2 : 0;
  const answer =
    producer.transactionalId === ''
      ? 'INVALID_REQUEST'
      : await callTransaction(
          () =>
            services.transactions.call<ErrorName | readonly ErrorName[]>(
              producer.transactionalId,
              (machine, call, machineContext) =>
                verifyOnly
                  ? verifyPartitions(machine, call, producer, partitions)
                  : addPartitionsToTransaction(machine, call, producer, partitions, clientVersion, machineContext),
            ),
          (error) => error,
        );
  return results(topics, (at) => (typeof answer === 'string' ? answer : (answer[at] ?? 'NONE')), context);
}

/** @param errorAt by the place among all partitions */
function results(
  topics: readonly AddPartitionsToTxnTopic[],
  errorAt: (at: number) => ErrorName,
  { version }: RequestContext,
): Init<AddPartitionsToTxnTopicResult>[] {
  let at = 0;
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: fencedAs(errorCode(errorAt(at++)), version >= FIRST_VERSION_WITH_FENCED),
    })),
  }));
}
