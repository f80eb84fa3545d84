import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import type { TopicPartition } from '../../../client/topic-partition.js';

/** A record that was received and is not known to be written: where to go on in its partition. */
export interface Mark extends TopicPartition {
  readonly offset: number;
}

/** Where records come from: a cluster, or the directories of one. */
export interface RecordSource {
  /** Begins where the options say. @throws what is wrong with them */
  begin(): void;
  /** What there is, or comes within that time; nothing also after {@link wakeup}. */
  poll(timeoutMs: number): Promise<ConsumedRecords[]>;
  /** Nothing more will come. */
  readonly isDone: boolean;
  wakeup(): void;
  /** What users are told once it is clear that the consumer could be made; null for nothing. */
  notice(): string | null;
  /** What may be the reason that nothing came for so long; null where nothing is known. */
  whyNothingCame(): string | null;
  /** The record that the cursor stands on was written, as far as a reader takes it. */
  onWritten?(records: ConsumedRecords): void;
  /** The same could not be printed, and is passed over. */
  onSkipped?(records: ConsumedRecords): void;
  /** Ends, and leaves unread what was received and not written. */
  close(unread: readonly Mark[]): Promise<void>;
}
