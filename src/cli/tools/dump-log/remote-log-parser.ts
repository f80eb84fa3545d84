import { Reader } from '../../../base/bytes.js';
import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { readRemoteLogSegmentMetadataRecord } from '../../../protocol/generated/remote-log-segment-metadata-record.js';
import { readRemoteLogSegmentMetadataSnapshotRecord } from '../../../protocol/generated/remote-log-segment-metadata-snapshot-record.js';
import { readRemoteLogSegmentMetadataUpdateRecord } from '../../../protocol/generated/remote-log-segment-metadata-update-record.js';
import { readRemotePartitionDeleteMetadataRecord } from '../../../protocol/generated/remote-partition-delete-metadata-record.js';
import { UnreadableMessageError } from '../../../protocol/message-json.js';
import { garbageBehind, readFrame, unknownRecord, unreadableRecord } from './metadata-frame.js';
import type { ParsedRecord } from './record-parser.js';
import type { StoredRecord } from './stored-record.js';

const SEGMENT_STATES = [
  'COPY_SEGMENT_STARTED',
  'COPY_SEGMENT_FINISHED',
  'DELETE_SEGMENT_STARTED',
  'DELETE_SEGMENT_FINISHED',
];
const PARTITION_STATES = ['DELETE_PARTITION_MARKED', 'DELETE_PARTITION_STARTED', 'DELETE_PARTITION_FINISHED'];

/** Reads a message; gives what makes its text, so that what is behind the message is seen before its content is judged. */
type Read = (reader: Reader, version: number) => () => string;

const MESSAGES: Readonly<Record<number, Read>> = {
  0: segment,
  1: segmentUpdate,
  2: partitionDelete,
  3: segmentSnapshot,
};

/** Records of `__remote_log_metadata`, as Java shows the objects that it makes of them. */
export function remoteLogParser(record: StoredRecord): ParsedRecord {
  try {
    return { key: null, payload: recordText(record.value()) };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    return { key: null, payload: `Error at offset ${record.offset}, skipping. ${error.message}` };
  }
}

function recordText(value: Buffer | null): string {
  if (value === null) {
    throw new UnreadableMessageError(
      'Cannot invoke "java.nio.ByteBuffer.remaining()" because the return value of "org.apache.kafka.common.record.internal.Record.value()" is null',
    );
  }
  const { apiKey, version, bytes } = readFrame(value);
  const read = MESSAGES[apiKey];
  if (read === undefined) throw unknownRecord(apiKey);
  const reader = new Reader(bytes);
  const text = body(read, reader, apiKey, version);
  if (reader.remaining > 0) throw garbageBehind(apiKey, reader.remaining);
  return text();
}

function body(read: Read, reader: Reader, apiKey: number, version: number): () => string {
  try {
    return read(reader, version);
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw unreadableRecord(apiKey);
  }
}

interface TopicIdPartition {
  readonly id: string;
  readonly name: string;
  readonly partition: number;
}

interface SegmentId {
  readonly topicIdPartition: TopicIdPartition;
  readonly id: string;
}

const partitionText = ({ id, name, partition }: TopicIdPartition): string => `${id}:${name}-${partition}`;

const segmentIdText = ({ topicIdPartition, id }: SegmentId): string =>
  `RemoteLogSegmentId{topicIdPartition=${partitionText(topicIdPartition)}, id=${id}}`;

const customText = (bytes: Buffer | null): string =>
  bytes === null ? 'Optional.empty' : `Optional[CustomMetadata{${bytes.length} bytes}]`;

const stateText = (states: readonly string[], state: number): string => states[state] ?? 'null';

/** A sorted map in Java's brackets. */
function epochsText(epochs: readonly { readonly leaderEpoch: number; readonly offset: number }[]): string {
  const sorted = [...new Map(epochs.map(({ leaderEpoch, offset }) => [leaderEpoch, offset]))].sort(([a], [b]) => a - b);
  return `{${sorted.map(([epoch, offset]) => `${epoch}=${offset}`).join(', ')}}`;
}

interface SegmentFacts {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly segmentLeaderEpochs: readonly { readonly leaderEpoch: number; readonly offset: number }[];
}

/** What Java's object refuses to be made of. */
function checkSegment({ startOffset, endOffset, segmentLeaderEpochs }: SegmentFacts): void {
  if (startOffset < 0) {
    const why = 'StartOffset for a remote segment cannot be negative';
    throw new UnreadableMessageError(`Unexpected start offset = ${startOffset}. ${why}`);
  }
  if (endOffset < startOffset) {
    const why = `EndOffset for a remote segment cannot be less than startOffset = ${startOffset}`;
    throw new UnreadableMessageError(`Unexpected end offset = ${endOffset}. ${why}`);
  }
  if (segmentLeaderEpochs.length > 0) return;
  throw new UnreadableMessageError('segmentLeaderEpochs can not be null or empty');
}

function segment(reader: Reader, version: number): () => string {
  const record = readRemoteLogSegmentMetadataRecord(reader, version);
  return () => {
    checkSegment(record);
    return (
      `RemoteLogSegmentMetadata{remoteLogSegmentId=${segmentIdText(record.remoteLogSegmentId)}, ` +
      `startOffset=${record.startOffset}, endOffset=${record.endOffset}, brokerId=${record.brokerId}, ` +
      `maxTimestampMs=${record.maxTimestampMs}, eventTimestampMs=${record.eventTimestampMs}, ` +
      `segmentLeaderEpochs=${epochsText(record.segmentLeaderEpochs)}, ` +
      `segmentSizeInBytes=${record.segmentSizeInBytes}, customMetadata=${customText(record.customMetadata)}, ` +
      `state=${stateText(SEGMENT_STATES, record.remoteLogSegmentState)}}`
    );
  };
}

function segmentUpdate(reader: Reader, version: number): () => string {
  const record = readRemoteLogSegmentMetadataUpdateRecord(reader, version);
  return () =>
    `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=${segmentIdText(record.remoteLogSegmentId)}, ` +
    `customMetadata=${customText(record.customMetadata)}, ` +
    `state=${stateText(SEGMENT_STATES, record.remoteLogSegmentState)}, ` +
    `eventTimestampMs=${record.eventTimestampMs}, brokerId=${record.brokerId}}`;
}

function partitionDelete(reader: Reader, version: number): () => string {
  const record = readRemotePartitionDeleteMetadataRecord(reader, version);
  return () => {
    const state = PARTITION_STATES[record.remotePartitionDeleteState];
    // Java says nothing of a state that it does not know.
    if (state === undefined) throw new UnreadableMessageError('null');
    return (
      `RemotePartitionDeleteMetadata{topicPartition=${partitionText(record.topicIdPartition)}, ` +
      `state=${state}, ` +
      `eventTimestampMs=${record.eventTimestampMs}, brokerId=${record.brokerId}}`
    );
  };
}

function segmentSnapshot(reader: Reader, version: number): () => string {
  const record = readRemoteLogSegmentMetadataSnapshotRecord(reader, version);
  return () =>
    `RemoteLogSegmentMetadataSnapshot{segmentId=${record.segmentId}, startOffset=${record.startOffset}, ` +
    `endOffset=${record.endOffset}, maxTimestampMs=${record.maxTimestampMs}, ` +
    `segmentLeaderEpochs=${epochsText(record.segmentLeaderEpochs)}, ` +
    `segmentSizeInBytes=${record.segmentSizeInBytes}, customMetadata=${customText(record.customMetadata)}, ` +
    `state=${stateText(SEGMENT_STATES, record.remoteLogSegmentState)}}`;
}
