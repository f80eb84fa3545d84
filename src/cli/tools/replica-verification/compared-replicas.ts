import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { baseOffset, batchSizeBytes, crc, lastOffset, magic } from '../../../protocol/records/batch-header.js';

/** What a replica of a partition answered. */
export interface FetchedReplica {
  readonly broker: number;
  /** -1 where the broker did not tell. */
  readonly highWatermark: number;
  readonly records: Buffer | null;
}

/** A batch by what replicas have to have in common. */
interface Batch {
  readonly lastOffset: number;
  readonly checksum: number;
}

/** What a round over the replicas of a partition found. */
export interface Comparison {
  /** From where to go on: the first offset that was not compared. */
  readonly nextOffset: number;
  /** What differs; an offset that differs ends the comparison for good. */
  readonly differences: readonly string[];
  readonly isBroken: boolean;
}

/** Compares the batches that all replicas have, up to their high watermarks, from an offset on. */
export function compareReplicas(of: TopicPartition, replicas: readonly FetchedReplica[], offset: number): Comparison {
  const readers = replicas.map(({ broker, highWatermark, records }) => ({
    broker,
    highWatermark,
    batches: batchesOf(records ?? Buffer.alloc(0)),
  }));
  const differences: string[] = [];
  let nextOffset = offset;
  for (;;) {
    let first: { broker: number; batch: Batch } | null = null;
    let isInAll = true;
    for (const { broker, highWatermark, batches } of readers) {
      const batch = batches.next().value;
      if (batch === undefined || batch.lastOffset >= highWatermark) isInAll = false;
      else if (first === null) first = { broker, batch };
      else if (first.batch.lastOffset !== batch.lastOffset) {
        differences.push(
          `partition ${keyOf(of)}: replica ${first.broker}'s offset ${first.batch.lastOffset} doesn't match replica ${broker}'s offset ${batch.lastOffset}`,
        );
        return { nextOffset, differences, isBroken: true };
      } else if (first.batch.checksum !== batch.checksum) {
        differences.push(
          `partition ${keyOf(of)} has unmatched checksum at offset ${batch.lastOffset}; replica ${first.broker}'s checksum ${first.batch.checksum}; replica ${broker}'s checksum ${batch.checksum}`,
        );
      }
    }
    if (!isInAll || first === null) return { nextOffset, differences, isBroken: false };
    nextOffset = first.batch.lastOffset + 1;
  }
}

/** Where the checksum of batches before version 2 lies, which are one message or a compressed set. */
const OLD_CRC_AT = 12;
const OVERHEAD_BYTES = 17;

/** Whole batches; a broker cuts the last where its answer is full. */
function* batchesOf(records: Buffer): Generator<Batch, undefined> {
  let at = 0;
  while (at + OVERHEAD_BYTES <= records.length) {
    const sizeBytes = batchSizeBytes(records, at);
    if (sizeBytes < OVERHEAD_BYTES || at + sizeBytes > records.length) return;
    const isOld = magic(records, at) < 2;
    yield {
      lastOffset: isOld ? baseOffset(records, at) : lastOffset(records, at),
      checksum: isOld ? records.readUInt32BE(at + OLD_CRC_AT) : crc(records, at),
    };
    at += sizeBytes;
  }
}
