/** What members of a classic group tell each other through the coordinator: int16 version, then the message. */
import { Reader } from '../../base/bytes.js';
import { Writer } from '../../base/writer.js';
import {
  readConsumerProtocolAssignment,
  writeConsumerProtocolAssignment,
} from '../../protocol/generated/consumer-protocol-assignment.js';
import {
  readConsumerProtocolSubscription,
  writeConsumerProtocolSubscription,
} from '../../protocol/generated/consumer-protocol-subscription.js';
import type { JoinGroupResponseMember } from '../../protocol/generated/join-group.js';
import { byTopic, type TopicPartition } from '../topic-partition.js';
import type { AssignableMember, Assignor } from './assignors.js';

const SUBSCRIPTION_VERSION = 3;
const ASSIGNMENT_VERSION = 3;
const NO_GENERATION = -1;

export interface MemberSubscription {
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  /** -1 for none. */
  readonly generation: number;
  readonly rackId: string | null;
}

export function encodeSubscription(subscription: MemberSubscription, assignor: Assignor): Buffer {
  const writer = new Writer();
  writer.int16(SUBSCRIPTION_VERSION);
  writeConsumerProtocolSubscription(writer, SUBSCRIPTION_VERSION, {
    topics: [...subscription.topics].sort(),
    userData: encodeUserData(subscription, assignor),
    ownedPartitions: grouped(subscription.owned),
    generationId: subscription.generation,
    rackId: subscription.rackId,
  });
  return writer.toBuffer();
}

/** @throws MalformedBytesError */
export function decodeMember(member: JoinGroupResponseMember, assignor: Assignor): AssignableMember {
  const reader = new Reader(member.metadata);
  const version = Math.min(reader.int16(), SUBSCRIPTION_VERSION);
  const subscription = readConsumerProtocolSubscription(reader, version);
  const told = decodeUserData(subscription.userData, assignor);
  const { memberId, groupInstanceId } = member;
  return {
    memberId,
    groupInstanceId,
    topics: subscription.topics,
    owned: told.owned ?? subscription.ownedPartitions.flatMap(flat),
    generation: Math.max(subscription.generationId, told.generation),
  };
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new Writer();
  writer.int16(ASSIGNMENT_VERSION);
  writeConsumerProtocolAssignment(writer, ASSIGNMENT_VERSION, {
    assignedPartitions: grouped(partitions),
    userData: null,
  });
  return writer.toBuffer();
}

/** @throws MalformedBytesError */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return [];
  const reader = new Reader(bytes);
  const version = Math.min(reader.int16(), ASSIGNMENT_VERSION);
  return readConsumerProtocolAssignment(reader, version).assignedPartitions.flatMap(flat);
}

function grouped(partitions: readonly TopicPartition[]) {
  return [...byTopic(partitions)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition }) => partition),
  }));
}

const flat = ({ topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] }) =>
  partitions.map((partition) => ({ topic, partition }));

/** `sticky`: the partitions by topic and an int32 generation (KIP-341); `cooperative-sticky`: the generation alone. */
function encodeUserData({ owned, generation }: MemberSubscription, { userData }: Assignor): Buffer | null {
  if (userData === 'none' || generation === NO_GENERATION) return null;
  const writer = new Writer();
  if (userData === 'assignment') {
    const topics = grouped(owned);
    writer.arrayLength(topics.length);
    for (const { topic, partitions } of topics) {
      writer.string(topic);
      writer.arrayLength(partitions.length);
      for (const partition of partitions) writer.int32(partition);
    }
  }
  writer.int32(generation);
  return writer.toBuffer();
}

function decodeUserData(
  bytes: Buffer | null,
  { userData }: Assignor,
): { readonly owned: TopicPartition[] | null; readonly generation: number } {
  if (bytes === null || bytes.length === 0 || userData === 'none') return { owned: null, generation: NO_GENERATION };
  const reader = new Reader(bytes);
  const owned: TopicPartition[] = [];
  if (userData === 'assignment') {
    for (let topics = reader.arrayLength(6); topics > 0; topics--) {
      const topic = reader.string();
      for (let left = reader.arrayLength(4); left > 0; left--) owned.push({ topic, partition: reader.int32() });
    }
  }
  // The first version of the assignor had no generation.
  const generation = reader.remaining >= 4 ? reader.int32() : NO_GENERATION;
  return { owned: userData === 'assignment' ? owned : null, generation };
}
