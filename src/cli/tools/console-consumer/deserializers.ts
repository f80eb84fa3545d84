import { isUtf8 } from 'node:buffer';
import { javaHash } from '../../../base/java-hash.js';
import { javaDoubleText, javaFloatText } from '../../../base/java-number-text.js';
import { jsonString } from '../../../protocol/message-json.js';
import { uncaught } from '../../tool-error.js';
import { charsetNamed, type Decode } from './charsets.js';
import { type Deserializer, type DeserializerConfig, serializationError } from './deserializer.js';
import { javaUuidText } from './java-uuid.js';
import { jsonDeserializer } from './json-deserializer.js';
import { listDeserializer } from './list-deserializer.js';

const PACKAGE = 'org.apache.kafka.common.serialization.';

const MAKERS: Readonly<Record<string, (config: DeserializerConfig) => Deserializer>> = {
  StringDeserializer: stringDeserializer,
  ByteArrayDeserializer: () => ofBytes((bytes) => `[B@${(javaHash(bytes.toString('latin1')) >>> 0).toString(16)}`),
  BytesDeserializer: () => ofBytes(escapedBytes),
  ByteBufferDeserializer: () =>
    ofBytes((bytes) => `java.nio.HeapByteBuffer[pos=0 lim=${bytes.length} cap=${bytes.length}]`),
  ShortDeserializer: () => numbers(2, 'Short', (bytes) => String(bytes.readInt16BE())),
  IntegerDeserializer: () => numbers(4, 'Integer', (bytes) => String(bytes.readInt32BE())),
  LongDeserializer: () => numbers(8, 'Long', (bytes) => String(bytes.readBigInt64BE())),
  FloatDeserializer: () => numbers(4, '', (bytes) => javaFloatText(bytes.readFloatBE())),
  DoubleDeserializer: () => numbers(8, '', (bytes) => javaDoubleText(bytes.readDoubleBE())),
  BooleanDeserializer: () => numbers(1, 'Boolean', booleanText),
  UUIDDeserializer: uuidDeserializer,
  ListDeserializer: (config) => listDeserializer(config, innerDeserializer),
  VoidDeserializer: () => ({ text: refuse, json: refuse }),
};

const JSON_DESERIALIZER = 'org.apache.kafka.connect.json.JsonDeserializer';

/** The deserializers that there are, by the names of their Java classes. */
export const DESERIALIZER_CLASSES: readonly string[] = [
  ...Object.keys(MAKERS).map((name) => PACKAGE + name),
  JSON_DESERIALIZER,
];

/** The deserializer of a class, by its full name. @throws ToolError that tells what Java says of the class or its settings */
export function deserializerNamed(name: string, config: DeserializerConfig): Deserializer {
  if (name === JSON_DESERIALIZER) return jsonDeserializer();
  const short = name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : '';
  if (Object.hasOwn(MAKERS, short)) return (MAKERS[short] as (config: DeserializerConfig) => Deserializer)(config);
  const known = Object.keys(MAKERS).join(', ');
  const message = `There is no deserializer ${name}; there are ${known} in ${PACKAGE.slice(0, -1)}, and ${JSON_DESERIALIZER}`;
  throw uncaught('java.lang.ClassNotFoundException', message, name);
}

/** The deserializer of a serde, as a list names it: `org.apache.kafka.common.serialization.Serdes$LongSerde`. */
function innerDeserializer(serde: string, config: DeserializerConfig): Deserializer | null {
  const short = /^Serdes\$(\w+)Serde$/.exec(serde.startsWith(PACKAGE) ? serde.slice(PACKAGE.length) : '')?.[1];
  const maker = short === undefined || short === 'List' ? undefined : MAKERS[`${short}Deserializer`];
  return maker?.(config) ?? null;
}

/** The text or number as JSON, where JSON has such a number. */
function numbers(sizeBytes: number, what: string, read: (bytes: Buffer) => string): Deserializer {
  const text = (bytes: Buffer): string => {
    if (bytes.length === sizeBytes) return read(bytes);
    throw serializationError(`Size of data received by ${what}Deserializer is not ${sizeBytes}`);
  };
  const json = (bytes: Buffer): string => {
    const value = text(bytes);
    return /^(?:-?\d.*|true|false)$/.test(value) ? value : jsonString(value);
  };
  return { text, json, sizeBytes };
}

function booleanText(bytes: Buffer): string {
  const byte = bytes.readInt8();
  if (byte === 0 || byte === 1) return String(byte === 1);
  throw serializationError(`Unexpected byte received by BooleanDeserializer: ${byte}`);
}

function ofBytes(text: (bytes: Buffer) => string): Deserializer {
  return { text, json: () => null };
}

/** Kafka's Bytes: printable ASCII as it is, all else as `\x0A`. */
function escapedBytes(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^ -~]|\\/g, (one) => `\\x${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function refuse(): never {
  throw uncaught('java.lang.IllegalArgumentException', 'Data should be null for a VoidDeserializer.');
}

const UTF_8 = charsetNamed('UTF-8') as Decode;

function encodingOf({ properties, isKey }: DeserializerConfig): string | null {
  const own = properties.get(`${isKey ? 'key' : 'value'}.deserializer.encoding`);
  return own ?? properties.get('deserializer.encoding') ?? null;
}

function stringDeserializer(config: DeserializerConfig): Deserializer {
  const encoding = encodingOf(config);
  const decode = encoding === null ? UTF_8 : charsetNamed(encoding);
  if (decode === null) throw serializationError(`Unsupported encoding ${encoding}`);
  if (decode !== UTF_8) return { text: decode, json: (bytes) => jsonString(decode(bytes)) };
  return { text: (bytes) => (isUtf8(bytes) ? bytes : decode(bytes)), json: () => null };
}

function uuidDeserializer(config: DeserializerConfig): Deserializer {
  const encoding = encodingOf(config);
  const decode = encoding === null ? UTF_8 : charsetNamed(encoding);
  const text = (bytes: Buffer): string => {
    if (decode === null) {
      const where = 'Error when deserializing byte[] to UUID due to unsupported encoding';
      throw serializationError(`${where} ${encoding}`);
    }
    const uuid = javaUuidText(decode(bytes));
    if (uuid === null) throw serializationError('Error parsing data into UUID');
    return uuid;
  };
  return { text, json: (bytes) => jsonString(text(bytes)), sizeBytes: 36 };
}
