import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reader } from '../../../src/base/bytes.js';
import { CorruptRecordError } from '../../../src/protocol/records/record-errors.js';
import { hasTransactionalBatch, validateBatch } from '../../../src/protocol/records/validate-batch.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

/** What Apache Kafka 4.3.1 did with broken requests; the produce cases are used here. */
interface Vector {
  group: string;
  name: string;
  version: number;
  hex: string;
  hexCutFrom?: number;
  outcome: string;
  errors?: string[];
  replyJson?: {
    responses: {
      partitionResponses: {
        errorMessage?: string | null;
        recordErrors: { batchIndex: number; batchIndexErrorMessage: string }[] | null;
      }[];
    }[];
  };
}

interface Produced {
  transactionalId: string | null;
  topic: string;
  partition: number;
  records: Buffer;
}

/** The time of the measurement, which its replies tell. */
const NOW_MS = 1795309317289 - 3600000;
/** Errors that are not about the records. */
const OTHERS = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TOPIC_EXCEPTION',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_TOPIC_ID',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** The first partition of a Produce request of version 3 to 8. */
function firstPartition(hex: string): Produced | null {
  const reader = new Reader(Buffer.from(hex, 'hex'));
  reader.skip(12);
  reader.nullableString();
  const transactionalId = reader.nullableString();
  reader.skip(6);
  if (reader.int32() === 0) return null;
  const topic = reader.string();
  reader.skip(4);
  const partition = reader.int32();
  const records = reader.nullableBytes();
  return records === null ? null : { transactionalId, topic, partition, records };
}

const rulesFor = ({ topic, partition }: Produced, produceVersion: number) => ({
  topicPartition: `${topic}-${partition}`,
  compacted: topic === 'compacted',
  timestampType: topic === 'append-time' ? ('LogAppendTime' as const) : ('CreateTime' as const),
  nowMs: NOW_MS,
  timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  timestampAfterMaxMs: 3600000,
  maxMessageBytes: topic === 'small' ? 1000 : 1048588,
  compression: 'producer' as const,
  produceVersion,
});

/** Error name and messages, as the broker would answer. */
function answered(produced: Produced, version: number) {
  try {
    if (hasTransactionalBatch(produced.records) && produced.transactionalId === null) {
      return { error: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', message: null, recordErrors: [] };
    }
  } catch (error) {
    assert.ok(error instanceof CorruptRecordError);
    return { error: 'CORRUPT_MESSAGE', message: error.message, recordErrors: [] };
  }
  const outcome = validateBatch(produced.records, rulesFor(produced, version));
  if (outcome.accepted) return { error: 'NONE', message: null, recordErrors: [] };
  const recordErrors = outcome.recordErrors.map(({ batchIndex, message }) => ({
    batchIndex,
    batchIndexErrorMessage: message,
  }));
  return { error: outcome.errorName, message: outcome.replyMessage, recordErrors };
}

test('answers what Kafka answered to well-formed requests with all sorts of records', () => {
  let compared = 0;
  for (const vector of readVectors<Vector>(vectorFile('malformed.jsonl.gz'))) {
    const expected = vector.errors?.[0];
    if (vector.group !== 'produce' || vector.version > 8 || expected === undefined || OTHERS.has(expected)) continue;
    const produced = vector.hexCutFrom === undefined ? firstPartition(vector.hex) : null;
    if (produced === null) continue;
    const reply = vector.replyJson?.responses[0]?.partitionResponses[0];
    assert.deepEqual(
      answered(produced, vector.version),
      { error: expected, message: reply?.errorMessage ?? null, recordErrors: reply?.recordErrors ?? [] },
      vector.name,
    );
    compared++;
  }
  assert.ok(compared > 90, `${compared}`);
});
