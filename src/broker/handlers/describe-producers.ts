import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode, errorNamed, KafkaError } from '../../protocol/errors.js';
import { describeProducersApi, type PartitionResponse } from '../../protocol/generated/describe-producers.js';
import { checkTopicName } from '../../state/controller/topic-name.js';
import type { ProducerEntry } from '../../storage/producer-state.js';
import { handler, type RequestContext } from '../handler.js';

/** The producers that a partition knows, those with an open transaction among them (KIP-664). */
export const describeProducers = handler({
  api: describeProducersApi,
  handle(request, context) {
    return {
      topics: request.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => describe(name, partitionIndex, context)),
      })),
    };
  },
});

function describe(topic: string, partitionIndex: number, { services }: RequestContext): Init<PartitionResponse> {
  try {
    checkTopicName(topic);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return { partitionIndex, errorCode: errorCode(error.error), errorMessage: error.message };
  }
  const partition = services.partitions.leader(topic, partitionIndex);
  if (typeof partition !== 'string')
    return { partitionIndex, activeProducers: [...partition.log.producers].map(shown) };
  // Of a topic that is not there Kafka says so in words, of a partition in the code alone.
  const hasNoTopic = partition === 'UNKNOWN_TOPIC_OR_PARTITION' && !services.metadata.image.topics.has(topic);
  const errorMessage = hasNoTopic ? errorNamed(partition).message : null;
  return { partitionIndex, errorCode: errorCode(partition), errorMessage };
}

const shown = (producer: ProducerEntry) => ({
  producerId: producer.producerId,
  producerEpoch: producer.epoch,
  lastSequence: producer.batches.at(-1)?.lastSequence ?? -1,
  lastTimestamp: producer.lastTimestamp,
  coordinatorEpoch: producer.coordinatorEpoch,
  currentTxnStartOffset: producer.transactionFirstOffset,
});
