import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import type { ShareConsumer } from '../../../client/share-consumer/share-consumer.js';
import type { ShareRecords } from '../../../client/share-consumer/share-records.js';
import { illegalArgument } from '../../tool-error.js';
import type { Mark, RecordSource } from '../console-consumer/record-source.js';
import type { ShareOptions } from './options.js';

/** Records that a share group gives out. Those that nobody came to read go back to the group. */
export class ShareSource implements RecordSource {
  readonly isDone = false;
  private readonly options: ShareOptions;
  private readonly consumer: ShareConsumer;
  private polled: readonly ShareRecords[] = [];

  constructor(options: ShareOptions, consumer: ShareConsumer) {
    this.options = options;
    this.consumer = consumer;
  }

  begin(): void {
    const { topic } = this.options;
    if (topic.trim() === '') {
      throw illegalArgument('Topic collection to subscribe to cannot contain null or empty topic');
    }
    this.consumer.subscribe([topic]);
  }

  async poll(timeoutMs: number): Promise<ConsumedRecords[]> {
    const polled = await this.consumer.poll(timeoutMs);
    this.polled = polled;
    return [...polled];
  }

  wakeup(): void {
    this.consumer.wakeup();
  }

  onWritten(records: ConsumedRecords): void {
    this.consumer.acknowledge(records as ShareRecords, this.options.acknowledgement);
  }

  onSkipped(records: ConsumedRecords): void {
    this.consumer.acknowledge(records as ShareRecords, 'reject');
  }

  notice(): null {
    return null;
  }

  whyNothingCame(): string | null {
    if (this.consumer.cluster.metadata.nodes.size > 0) return null;
    return `No broker of ${this.options.consumer.get('bootstrap.servers')} answered in that time.`;
  }

  /** Records come in one order, so that all behind the first that nobody read were read by nobody. */
  async close([first]: readonly Mark[]): Promise<void> {
    if (first !== undefined) this.releaseFrom(first);
    await this.consumer.close();
  }

  private releaseFrom({ topic, partition, offset }: Mark): void {
    const isIn = (records: ShareRecords) =>
      records.topic === topic &&
      records.partition === partition &&
      records.firstOffset <= offset &&
      offset < records.nextOffset;
    const from = this.polled.findIndex(isIn);
    for (const records of from < 0 ? [] : this.polled.slice(from)) {
      const rest = records.cursor.copy();
      while (rest.next()) {
        if (records === this.polled[from] && rest.offset < offset) continue;
        this.consumer.acknowledge(records, 'release', rest.offset);
      }
    }
  }
}
