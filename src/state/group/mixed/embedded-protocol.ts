/** What consumers put into the opaque bytes of the classic protocol: what they read, have and get (KIP-429). */
import { Reader } from '../../../base/bytes.js';
import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { Writer } from '../../../base/writer.js';
import {
  type ConsumerProtocolAssignment,
  readConsumerProtocolAssignment,
  writeConsumerProtocolAssignment,
} from '../../../protocol/generated/consumer-protocol-assignment.js';
import {
  type ConsumerProtocolSubscription,
  readConsumerProtocolSubscription,
} from '../../../protocol/generated/consumer-protocol-subscription.js';
import type { MetadataImage } from '../../metadata/image.js';
import { fromList, type PartitionSet } from '../assignment/partition-sets.js';

const HIGHEST_VERSION = 3;

/** @throws MalformedBytesError */
export function readSubscription(bytes: Buffer): ConsumerProtocolSubscription {
  const reader = new Reader(bytes);
  return readConsumerProtocolSubscription(reader, versionFrom(reader));
}

/** @throws MalformedBytesError */
export function readAssignment(bytes: Buffer): ConsumerProtocolAssignment {
  const reader = new Reader(bytes);
  return readConsumerProtocolAssignment(reader, versionFrom(reader));
}

/** @param subscription of the member: an assignment is of the version that it knows */
export function assignmentBytes(partitions: PartitionSet, image: MetadataImage, subscription: Buffer): Buffer {
  const said = subscription.length >= 2 ? subscription.readInt16BE(0) : HIGHEST_VERSION;
  const version = Math.max(0, Math.min(said, HIGHEST_VERSION));
  const assignedPartitions = [...partitions].flatMap(([topicId, indexes]) => {
    const topic = image.topicsById.get(topicId)?.name;
    return topic === undefined ? [] : [{ topic, partitions: [...indexes] }];
  });
  const writer = new Writer();
  writer.int16(version);
  writeConsumerProtocolAssignment(writer, version, { assignedPartitions, userData: null });
  return writer.toBuffer();
}

/** Topics that are gone are left out. */
export const byTopicId = (
  partitions: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  image: MetadataImage,
): PartitionSet =>
  fromList(
    partitions.flatMap((part) => {
      const topicId = image.topics.get(part.topic)?.id;
      return topicId === undefined ? [] : [{ topicId, partitions: part.partitions }];
    }),
  );

/** Later versions only add at the end. */
function versionFrom(reader: Reader): number {
  const version = reader.int16();
  if (version < 0) throw new MalformedBytesError(`version ${version} of the consumer protocol`);
  return Math.min(version, HIGHEST_VERSION);
}
