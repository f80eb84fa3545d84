import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import type { Consumer } from '../../../client/consumer/consumer.js';
import { keyOf } from '../../../client/topic-partition.js';
import { javaRegex } from '../../format/java-regex.js';
import { illegalArgument } from '../../tool-error.js';
import type { ConsumerOptions } from './options.js';
import type { Mark, RecordSource } from './record-source.js';

const NEW_PROTOCOL =
  'The consumer rebalance protocol (KIP-848) is production-ready! Set group.protocol=consumer to try it out. ' +
  'See https://kafka.apache.org/documentation/#consumer_rebalance_protocol';

/** Records that a consumer of the cluster receives. */
export class ClusterSource implements RecordSource {
  readonly isDone = false;
  private readonly options: ConsumerOptions;
  private readonly consumer: Consumer;

  constructor(options: ConsumerOptions, consumer: Consumer) {
    this.options = options;
    this.consumer = consumer;
  }

  begin(): void {
    const { consumer } = this;
    const source = this.options.source();
    if ('include' in source) {
      const matches = javaRegex(source.include);
      if (source.include === '') throw illegalArgument('Topic pattern to subscribe to cannot be empty');
      consumer.subscribe({ matches });
    } else if ('partition' in source) {
      const { topic, offset } = source;
      if (topic.trim() === '') throw illegalArgument('Topic partitions to assign to cannot have null or empty topic');
      consumer.assign([source]);
      if (offset === 'earliest') consumer.seekToBeginning([source]);
      else if (offset === 'latest') consumer.seekToEnd([source]);
      else consumer.seek(source, offset);
    } else {
      const { topic } = source;
      if (topic.trim() === '')
        throw illegalArgument('Topic collection to subscribe to cannot contain null or empty topic');
      consumer.subscribe({ topics: [topic] });
    }
  }

  poll(timeoutMs: number): Promise<ConsumedRecords[]> {
    return this.consumer.poll(timeoutMs);
  }

  wakeup(): void {
    this.consumer.wakeup();
  }

  notice(): string | null {
    const isClassic = this.consumer.settings.groupProtocol === 'classic';
    return isClassic && !this.options.isPartition ? NEW_PROTOCOL : null;
  }

  whyNothingCame(): string | null {
    if (this.consumer.cluster.metadata.nodes.size > 0) return null;
    return `No broker of ${this.options.consumer.get('bootstrap.servers')} answered in that time.`;
  }

  /** Goes back to what nobody has read, so that it is not committed. */
  async close(unread: readonly Mark[]): Promise<void> {
    const { consumer } = this;
    const seen = new Set<string>();
    const assigned = new Set(consumer.assignment().map(keyOf));
    for (const mark of unread) {
      const key = keyOf(mark);
      if (assigned.has(key) && !seen.has(key)) consumer.seek(mark, mark.offset);
      seen.add(key);
    }
    await consumer.close();
  }
}
