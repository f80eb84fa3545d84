import { writeInt64 } from '../../base/bytes.js';
import type { CompressionType } from '../../protocol/compression/codec.js';
import { crc32c } from '../../protocol/crc32c.js';
import { BatchBuilder } from '../../protocol/records/batch-builder.js';
import * as header from '../../protocol/records/batch-header.js';
import { openRecords } from '../../protocol/records/batch-reader.js';
import type { Delivery, RecordSizes } from './delivery.js';
import { NO_SEQUENCE, type SequencedBatch } from './sequences.js';

const NO_RECORDS: readonly RecordSizes[] = [];

interface BatchSettings {
  readonly compression: CompressionType;
  readonly compressionLevel: number | undefined;
  readonly transactionalId: string | null;
}

/** A batch on its way: filled, then sealed, then sent until it is settled. */
export class ProducerBatch implements SequencedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly createdMs: number;
  readonly delivery: Delivery;
  /** Where its first record stands in the delivery. */
  readonly firstIndex: number;
  readonly isSplit: boolean;
  recordCount = 0;
  /** Counted against buffer.memory. */
  reservedBytes = 0;
  attempts = 0;
  notBeforeMs = 0;
  isDone = false;
  producerId = -1;
  producerEpoch = -1;
  baseSequence = NO_SEQUENCE;
  sequenceWasReset = false;
  private builder: BatchBuilder | null;
  private built: Buffer | null = null;
  /** What the batch was built in; null when that is of no more use to it. */
  private memory: Buffer | null = null;
  private contentBytes = 0;

  constructor(delivery: Delivery, createdMs: number, buffer: Buffer, firstIndex = 0, isSplit = false) {
    this.delivery = delivery;
    this.topic = delivery.topic;
    this.partition = delivery.partition;
    this.createdMs = createdMs;
    this.firstIndex = firstIndex;
    this.isSplit = isSplit;
    this.builder = new BatchBuilder({ buffer });
  }

  /** Null once it is sealed. */
  get open(): BatchBuilder | null {
    return this.builder;
  }

  get isSealed(): boolean {
    return this.sealed;
  }

  private sealed = false;

  seal(): void {
    this.sealed = true;
  }

  /** Bytes as they go over the wire; known once it is encoded. */
  get sizeBytes(): number {
    return this.built?.length ?? this.builder?.sizeBytes ?? 0;
  }

  /** Compressed size to size before, of the records. */
  get compressionRatio(): number {
    const sentBytes = (this.built?.length ?? 0) - header.BATCH_HEADER_BYTES;
    return this.contentBytes === 0 ? 1 : sentBytes / this.contentBytes;
  }

  /** The bytes to send, with the producer's identity as it is now. */
  encode({ compression, compressionLevel: level, transactionalId }: BatchSettings): Buffer {
    if (this.built === null) {
      const builder = this.builder as BatchBuilder;
      this.sealed = true;
      this.builder = null;
      this.contentBytes = builder.sizeBytes - header.BATCH_HEADER_BYTES;
      const { producerId, producerEpoch, baseSequence } = this;
      const levelField = level === undefined ? {} : { level };
      this.memory = builder.memory;
      const transactional = transactionalId !== null;
      this.built = builder.build({
        compression,
        ...levelField,
        transactional,
        producerId,
        producerEpoch,
        baseSequence,
      });
    } else {
      this.restamp(this.built);
    }
    return this.built;
  }

  /** Takes the memory of a batch that nobody is going to send again; null when there is none. */
  takeMemory(): Buffer | null {
    const { memory } = this;
    this.memory = null;
    this.built = null;
    return memory;
  }

  /** The same records in smaller batches. The pieces count from the same moment and share the delivery. */
  split(targetBytes: number): ProducerBatch[] {
    const cursor = openRecords(this.built as Buffer, 0);
    const pieces: ProducerBatch[] = [];
    let piece: ProducerBatch | null = null;
    while (cursor.next()) {
      const sizeBytes = cursor.recordEnd - cursor.recordAt;
      if (piece === null || (piece.builder as BatchBuilder).sizeBytes + sizeBytes > targetBytes) {
        piece?.seal();
        const firstIndex = this.firstIndex + cursor.index - 1;
        piece = new ProducerBatch(this.delivery, this.createdMs, Buffer.allocUnsafe(targetBytes), firstIndex, true);
        pieces.push(piece);
      }
      (piece.builder as BatchBuilder).appendFrom(cursor, piece.recordCount);
      piece.recordCount++;
    }
    piece?.seal();
    return pieces;
  }

  settle(baseOffset: number, logAppendTimeMs: number, error: Error | null): void {
    this.isDone = true;
    const lost = error === null ? NO_RECORDS : this.recordSizes();
    this.built = null;
    this.builder = null;
    const { firstIndex, recordCount } = this;
    this.delivery.settle({ firstIndex, count: recordCount, baseOffset, logAppendTimeMs, error, lost });
  }

  private recordSizes(): RecordSizes[] {
    const cursor = openRecords(this.built ?? (this.builder as BatchBuilder).build(), 0);
    const sizes: RecordSizes[] = [];
    while (cursor.next()) sizes.push({ key: cursor.keySizeBytes, value: cursor.valueSizeBytes });
    return sizes;
  }

  /** After an epoch was bumped a batch that was sent before carries another identity. */
  private restamp(batch: Buffer): void {
    const isSame =
      header.producerId(batch, 0) === this.producerId &&
      header.producerEpoch(batch, 0) === this.producerEpoch &&
      header.baseSequence(batch, 0) === this.baseSequence;
    if (isSame) return;
    writeInt64(batch, this.producerId, header.PRODUCER_ID_AT);
    batch.writeInt16BE(this.producerEpoch, header.PRODUCER_EPOCH_AT);
    batch.writeInt32BE(this.baseSequence, header.BASE_SEQUENCE_AT);
    batch.writeUInt32BE(crc32c(batch, header.ATTRIBUTES_AT), header.CRC_AT);
  }
}
