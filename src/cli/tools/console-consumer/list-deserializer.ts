import { isUtf8 } from 'node:buffer';
import { jsonString } from '../../../protocol/message-json.js';
import { uncaught } from '../../tool-error.js';
import { type Deserializer, type DeserializerConfig, serializationError } from './deserializer.js';

type InnerDeserializer = (serde: string, config: DeserializerConfig) => Deserializer | null;

const NULL_ENTRY = -1;
/** The two ways to write a list, as its first byte tells. */
const CONSTANT_SIZE = 0;
const VARIABLE_SIZE = 1;
const LIST_CLASSES = /^java\.util\.(?:ArrayList|LinkedList|Vector|Stack|concurrent\.CopyOnWriteArrayList)$/;

/** Kafka's ListDeserializer (KIP-466), which is told the class of the list and the serde of its entries. @throws ToolError */
export function listDeserializer(config: DeserializerConfig, innerOf: InnerDeserializer): Deserializer {
  const kind = config.isKey ? 'key' : 'value';
  const type = required(config, `default.list.${kind}.serde.type`, 'list');
  if (!LIST_CLASSES.test(type)) {
    throw configError(
      `default.list.${kind}.serde.type`,
      type,
      `Deserializer's list class "${type}" could not be found.`,
    );
  }
  const serde = required(config, `default.list.${kind}.serde.inner`, 'inner serde');
  const inner = innerOf(serde, config);
  if (inner === null) {
    const why = `Deserializer's inner serde class "${serde}" could not be found.`;
    throw configError(`default.list.${kind}.serde.inner`, serde, why);
  }
  return {
    text: (bytes) => `[${entriesOf(bytes, inner, (entry) => String(inner.text(entry))).join(', ')}]`,
    json: (bytes) => `[${entriesOf(bytes, inner, (entry) => inner.json(entry) ?? bytesJson(entry)).join(',')}]`,
  };
}

/** Text, or an object that says that it is base64. */
function bytesJson(bytes: Buffer): string {
  return isUtf8(bytes) ? jsonString(bytes.toString('utf8')) : `{"base64":"${bytes.toString('base64')}"}`;
}

function required({ properties }: DeserializerConfig, key: string, what: string): string {
  const value = properties.get(key);
  if (value !== undefined) return value;
  throw uncaught(
    'org.apache.kafka.common.config.ConfigException',
    `Not able to determine the ${what} class because it was neither passed via the constructor nor set in the config.`,
  );
}

function configError(key: string, value: string, why: string): Error {
  const message = `Invalid value ${value} for configuration ${key}: ${why}`;
  return uncaught('org.apache.kafka.common.config.ConfigException', message);
}

function entriesOf(bytes: Buffer, inner: Deserializer, shown: (entry: Buffer) => string): string[] {
  const reader = new ListReader(bytes);
  const strategy = reader.int8();
  if (strategy !== CONSTANT_SIZE && strategy !== VARIABLE_SIZE) {
    throw serializationError('Invalid serialization strategy flag value');
  }
  const isConstant = strategy === CONSTANT_SIZE;
  if (isConstant && inner.sizeBytes === undefined) {
    throw serializationError(
      'Data is encoded as constant size entries, but configured inner deserializer is not a known fixed-size deserializer.',
    );
  }
  const nulls = isConstant ? reader.nullIndexes() : new Set<number>();
  const count = reader.count();
  const entries: string[] = [];
  for (let index = 0; index < count; index++) {
    const sizeBytes = isConstant ? (inner.sizeBytes as number) : reader.entrySize();
    entries.push(sizeBytes === NULL_ENTRY || nulls.has(index) ? 'null' : shown(reader.entry(sizeBytes)));
  }
  return entries;
}

/** Reads as Java's DataInputStream does, with the checks that Kafka makes of what was read. */
class ListReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  int8(): number {
    return this.bytes.readInt8(this.fixed(1));
  }

  nullIndexes(): Set<number> {
    const count = this.int32();
    if (count < 0) throw corrupted('The number of null list entries cannot be negative.');
    if (count > Math.trunc(this.bytes.length / 4)) {
      throw corrupted('The number of null list entries cannot be larger than overall number of elements.');
    }
    return new Set(Array.from({ length: count }, () => this.int32()));
  }

  count(): number {
    const count = this.int32();
    if (count < 0) throw corrupted('The number of list entries cannot be negative.');
    if (count > this.bytes.length) {
      throw corrupted('The number of list entries cannot be larger than overall number of bytes.');
    }
    return count;
  }

  entrySize(): number {
    const sizeBytes = this.int32();
    if (sizeBytes < NULL_ENTRY) throw corrupted('A list entry cannot have negative size.');
    if (sizeBytes > this.bytes.length) {
      throw corrupted('A list entry cannot be larger than the overall number of bytes.');
    }
    return sizeBytes;
  }

  /** What is missing of the last entry is zeros; an entry behind the end, even an empty one, is an error. */
  entry(sizeBytes: number): Buffer {
    if (this.at >= this.bytes.length) throw serializationError('End of the stream was reached prematurely');
    const entry = Buffer.alloc(sizeBytes);
    this.at += this.bytes.copy(entry, 0, this.at, this.at + sizeBytes);
    return entry;
  }

  private int32(): number {
    return this.bytes.readInt32BE(this.fixed(4));
  }

  private fixed(sizeBytes: number): number {
    const at = this.at;
    if (at + sizeBytes > this.bytes.length) {
      throw uncaught('org.apache.kafka.common.KafkaException', 'Unable to deserialize into a List');
    }
    this.at += sizeBytes;
    return at;
  }
}

const corrupted = (why: string): Error => serializationError(`Corrupted byte[]. ${why}`);
