/**
 * The JSON that Apache Kafka's generated converters make of a message, written straight from the message's bytes: fields
 * in the order of the schema, those of other versions and tagged ones that have their defaults left out, bytes in base64.
 * An int64 is written in full, whatever its size.
 */
import { javaDoubleText } from '../base/java-number-text.js';
import { type FieldLayout, isWithin, type MessageLayout, type PrimitiveType } from './message-layout.js';

/** Bytes that are no such message, in the words of Kafka's readers; `null` where those have none. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/** @param bytes the message alone, without the type or version before it. @throws UnreadableMessageError */
export function messageJson(layout: MessageLayout, version: number, bytes: Buffer): string {
  return messageJsonAndRest(layout, version, bytes).json;
}

/** The same, and how many bytes there are behind the message. @throws UnreadableMessageError */
export function messageJsonAndRest(
  layout: MessageLayout,
  version: number,
  bytes: Buffer,
): { readonly json: string; readonly restBytes: number } {
  const reader = new JsonReader(bytes, version, isWithin(layout.flexible, version));
  const json = reader.struct(layout.fields);
  return { json, restBytes: reader.restBytes };
}

/** A string as Jackson writes it, which escapes no more than JSON demands. */
export function jsonString(text: string): string {
  // Jackson writes the digits of an escape in capitals.
  return JSON.stringify(text).replace(/\\(u00[01][0-9a-f]|.)/g, (whole, code: string) =>
    code.length > 1 ? `\\u${code.slice(1).toUpperCase()}` : whole,
  );
}

class JsonReader {
  private readonly bytes: Buffer;
  private readonly version: number;
  private readonly isFlexible: boolean;
  private at = 0;

  constructor(bytes: Buffer, version: number, isFlexible: boolean) {
    this.bytes = bytes;
    this.version = version;
    this.isFlexible = isFlexible;
  }

  get restBytes(): number {
    return this.bytes.length - this.at;
  }

  struct(fields: readonly FieldLayout[]): string {
    const values = new Map<FieldLayout, string>();
    for (const field of fields) if (this.isPlain(field)) values.set(field, this.value(field));
    if (this.isFlexible) this.tags(fields, values);
    const parts: string[] = [];
    for (const field of fields) {
      const value = values.get(field);
      if (value !== undefined) parts.push(`"${field.key}":${value}`);
    }
    return `{${parts.join(',')}}`;
  }

  private isPlain({ versions, tagged }: FieldLayout): boolean {
    return isWithin(versions, this.version) && !isWithin(tagged, this.version);
  }

  private tags(fields: readonly FieldLayout[], values: Map<FieldLayout, string>): void {
    for (let left = this.uvarint(); left > 0; left--) {
      const tag = this.uvarint();
      const sizeBytes = this.uvarint();
      const field = fields.find((one) => one.tag === tag && isWithin(one.tagged, this.version));
      if (field === undefined) this.skip(sizeBytes);
      else {
        const value = this.value(field, true);
        if (value !== this.defaultOf(field)) values.set(field, value);
      }
    }
  }

  private value(field: FieldLayout, isTagged = false): string {
    const { type } = field;
    if (field.isArray) return this.array(field);
    if (typeof type === 'string') return this.primitive(field, type);
    if (!isWithin(field.nullable, this.version)) return this.struct(type);
    const isNull = isTagged ? this.uvarint() === 0 : this.int8() < 0;
    return isNull ? 'null' : this.struct(type);
  }

  private array(field: FieldLayout): string {
    const { type } = field;
    const length = this.isFlexible ? this.uvarint() - 1 : this.int32();
    if (length < 0) return this.nullOf(field);
    const left = this.bytes.length - this.at;
    if (length > left) {
      const text = `Tried to allocate a collection of size ${length}, but there are only ${left} bytes remaining.`;
      throw new UnreadableMessageError(text);
    }
    const element: FieldLayout = { key: `${field.key} element`, type, versions: field.versions };
    const elements: string[] = [];
    for (let index = 0; index < length; index++) {
      elements.push(typeof type === 'string' ? this.primitive(element, type) : this.struct(type));
    }
    return `[${elements.join(',')}]`;
  }

  private primitive(field: FieldLayout, type: PrimitiveType): string {
    switch (type) {
      case 'bool':
        return String(this.int8() !== 0);
      case 'int8':
        return String(this.int8());
      case 'int16':
        return String(this.bytes.readInt16BE(this.fixed(2)));
      case 'uint16':
        return String(this.bytes.readUInt16BE(this.fixed(2)));
      case 'int32':
        return String(this.int32());
      case 'uint32':
        return String(this.bytes.readUInt32BE(this.fixed(4)));
      case 'int64':
        return String(this.bytes.readBigInt64BE(this.fixed(8)));
      case 'float64':
        return doubleJson(this.bytes.readDoubleBE(this.fixed(8)));
      case 'uuid':
        return `"${this.slice(this.fixed(16), 16).toString('base64url')}"`;
      case 'string':
        return this.text(field);
      case 'bytes':
        return this.blob(field);
      default:
        return type satisfies never;
    }
  }

  private text(field: FieldLayout): string {
    const length = this.isFlexible ? this.uvarint() - 1 : this.bytes.readInt16BE(this.fixed(2));
    if (length < 0) return this.nullOf(field);
    if (length > 0x7fff) throw new UnreadableMessageError(`string field ${field.key} had invalid length ${length}`);
    return jsonString(this.slice(this.skip(length), length).toString('utf8'));
  }

  private blob(field: FieldLayout): string {
    const length = this.isFlexible ? this.uvarint() - 1 : this.int32();
    if (length < 0) return this.nullOf(field);
    return `"${this.slice(this.skip(length), length).toString('base64')}"`;
  }

  private nullOf(field: FieldLayout): string {
    if (isWithin(field.nullable, this.version)) return 'null';
    throw new UnreadableMessageError(`non-nullable field ${field.key} was serialized as null`);
  }

  private defaultOf(field: FieldLayout): string {
    if (field.default === 'null') return 'null';
    if (field.isArray) return '[]';
    if (typeof field.type !== 'string') {
      const inner = field.type.filter((one) => this.isPlain(one));
      return `{${inner.map((one) => `"${one.key}":${this.defaultOf(one)}`).join(',')}}`;
    }
    return primitiveDefault(field.type, field.default);
  }

  private int8(): number {
    return this.bytes.readInt8(this.fixed(1));
  }

  private int32(): number {
    return this.bytes.readInt32BE(this.fixed(4));
  }

  private uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.fixed(1)] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value | 0;
    }
    const bits = (value >>> 0).toString(16);
    throw new UnreadableMessageError(
      `Varint is too long, the most significant bit in the 5th byte is set, converted value: ${bits}`,
    );
  }

  /** Where a number of a fixed size begins; Java's buffer says nothing of what is missing. */
  private fixed(sizeBytes: number): number {
    const at = this.at;
    if (sizeBytes > this.bytes.length - at) throw new UnreadableMessageError('null');
    this.at = at + sizeBytes;
    return at;
  }

  private skip(sizeBytes: number): number {
    const at = this.at;
    const left = this.bytes.length - at;
    if (sizeBytes < 0) throw new UnreadableMessageError(String(sizeBytes));
    if (sizeBytes > left) {
      const text = `Error reading byte array of ${sizeBytes} byte(s): only ${left} byte(s) available`;
      throw new UnreadableMessageError(text);
    }
    this.at = at + sizeBytes;
    return at;
  }

  private slice(at: number, sizeBytes: number): Buffer {
    return this.bytes.subarray(at, at + sizeBytes);
  }
}

/** Jackson quotes what is no number. */
function doubleJson(value: number): string {
  const text = javaDoubleText(value);
  return Number.isFinite(value) ? text : `"${text}"`;
}

function primitiveDefault(type: PrimitiveType, text: string | undefined): string {
  switch (type) {
    case 'bool':
      return text ?? 'false';
    case 'string':
      return jsonString(text ?? '');
    case 'bytes':
      return '""';
    case 'uuid':
      return '"AAAAAAAAAAAAAAAAAAAAAA"';
    case 'float64':
      return doubleJson(Number(text ?? 0));
    default:
      return String(BigInt(text ?? 0));
  }
}
