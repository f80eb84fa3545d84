import { xxh3 } from '../../../base/xxh3.js';
import type { MetadataImage, TopicState } from '../../metadata/image.js';

/** The first byte of what is hashed of a topic: the form of the rest. */
const FORM = 0;
const NO_TOPICS = 0n;

/**
 * Changes when a topic of these appears, goes or grows, or its replicas change their racks (KIP-1101). The same as
 * Apache Kafka's for the same topics: each coordinator takes over what the other has written without a rebalance.
 */
export function hashOfTopics(names: ReadonlySet<string>, image: MetadataImage): bigint {
  const topics = [...names].sort().flatMap((name) => image.topics.get(name) ?? []);
  if (topics.length === 0) return NO_TOPICS;
  const hashes = Buffer.alloc(8 * topics.length);
  for (const [index, topic] of topics.entries()) hashes.writeBigUInt64LE(hashOf(topic, image), 8 * index);
  return BigInt.asIntN(64, xxh3(hashes));
}

interface Known {
  readonly partitions: number;
  readonly racks: string;
  readonly hash: bigint;
}

/** Every heartbeat asks. */
const known = new WeakMap<TopicState, Known>();

function hashOf(topic: TopicState, image: MetadataImage): bigint {
  const partitions = topic.partitions.length;
  const racks = racksOf(topic, image);
  const racksText = racks === null ? '' : JSON.stringify(racks);
  const before = known.get(topic);
  if (before?.partitions === partitions && before.racks === racksText) return before.hash;
  const hash = xxh3(Buffer.concat([...partsOf(topic, racks)]));
  known.set(topic, { partitions, racks: racksText, hash });
  return hash;
}

/** Of the replicas of each partition, as far as their brokers have one; null when no broker has. */
function racksOf(topic: TopicState, image: MetadataImage): string[][] | null {
  if (![...image.brokers.values()].some(({ rack }) => rack !== null)) return null;
  return topic.partitions.map(({ replicas }) => replicas.flatMap((id) => image.brokers.get(id)?.rack ?? []).sort());
}

function* partsOf(topic: TopicState, racks: readonly (readonly string[])[] | null): Generator<Buffer> {
  yield Buffer.from([FORM]);
  const id = Buffer.from(topic.id, 'base64url');
  yield Buffer.from(id.subarray(0, 8)).reverse();
  yield Buffer.from(id.subarray(8)).reverse();
  yield* textParts(topic.name);
  yield int32(topic.partitions.length);
  for (const index of topic.partitions.keys()) {
    yield int32(index);
    for (const rack of racks?.[index] ?? []) {
      yield int32(rack.length);
      yield* textParts(rack);
    }
  }
}

function* textParts(text: string): Generator<Buffer> {
  yield Buffer.from(text, 'utf16le');
  yield int32(text.length);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
