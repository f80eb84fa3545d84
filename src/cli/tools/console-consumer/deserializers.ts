import { uncaught } from '../../tool-error.js';

/** Makes text, as bytes, of the bytes of a key, value or header. */
export type ToText = (bytes: Buffer) => Buffer;

const PACKAGE = 'org.apache.kafka.common.serialization.';

const plain: ToText = (bytes) => bytes;

function sized(sizeBytes: number, what: string, read: (bytes: Buffer) => string): ToText {
  return (bytes) => {
    if (bytes.length === sizeBytes) return Buffer.from(read(bytes));
    throw uncaught(
      'org.apache.kafka.common.errors.SerializationException',
      `Size of data received by ${what}Deserializer is not ${sizeBytes}`,
    );
  };
}

const DESERIALIZERS: Readonly<Record<string, ToText>> = {
  StringDeserializer: plain,
  ByteArrayDeserializer: plain,
  BytesDeserializer: plain,
  ShortDeserializer: sized(2, 'Short', (bytes) => String(bytes.readInt16BE())),
  IntegerDeserializer: sized(4, 'Integer', (bytes) => String(bytes.readInt32BE())),
  LongDeserializer: sized(8, 'Long', (bytes) => String(bytes.readBigInt64BE())),
  FloatDeserializer: sized(4, 'Float', (bytes) => javaNumber(bytes.readFloatBE())),
  DoubleDeserializer: sized(8, 'Double', (bytes) => javaNumber(bytes.readDoubleBE())),
  BooleanDeserializer: sized(1, 'Boolean', (bytes) => String(bytes[0] === 1)),
  UUIDDeserializer: plain,
};

function javaNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? value.toFixed(1) : String(value);
}

/** @throws ToolError for a class that is not known */
export function deserializer(name: string | undefined): ToText {
  if (name === undefined || name === '') return plain;
  const known = DESERIALIZERS[name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : ''];
  if (known !== undefined) return known;
  throw uncaught(
    'java.lang.ClassNotFoundException',
    `There is no deserializer ${name}; there are ${Object.keys(DESERIALIZERS).join(', ')} in ${PACKAGE.slice(0, -1)}`,
    name,
  );
}
