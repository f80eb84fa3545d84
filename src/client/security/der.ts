/** Tags of universal types, and the numbers of context-specific ones. */
export const DerTag = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OBJECT_ID: 0x06,
  SEQUENCE: 0x30,
  CONTEXT_0: 0xa0,
} as const;

const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const MOST_NESTED = 32;

/** Bytes that are no DER, or not of the form that they should have. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One value of ASN.1 in its distinguished encoding; lengths that are not told beforehand are understood too. */
export class DerValue {
  readonly tag: number;
  /** The value with its tag and length. */
  readonly whole: Buffer;
  private readonly content: Buffer;
  private readonly depth: number;

  private constructor(tag: number, whole: Buffer, content: Buffer, depth: number) {
    this.tag = tag;
    this.whole = whole;
    this.content = content;
    this.depth = depth;
  }

  /** The first value of the bytes. @throws DerError */
  static read(bytes: Buffer, depth = 0): DerValue {
    if (depth > MOST_NESTED) throw new DerError('values are nested too deeply');
    const tag = byteAt(bytes, 0);
    if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of several bytes');
    const first = byteAt(bytes, 1);
    if (first === INDEFINITE) return DerValue.readIndefinite(tag, bytes, depth);
    const lengthBytes = first < INDEFINITE ? 0 : first & 0x7f;
    if (lengthBytes > 4) throw new DerError('a length of too many bytes');
    const start = 2 + lengthBytes;
    if (start > bytes.length) throw new DerError('the end is missing');
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
    if (start + length > bytes.length) throw new DerError('the end is missing');
    return new DerValue(tag, bytes.subarray(0, start + length), bytes.subarray(start, start + length), depth);
  }

  private static readIndefinite(tag: number, bytes: Buffer, depth: number): DerValue {
    let end = 2;
    while (byteAt(bytes, end) !== 0 || byteAt(bytes, end + 1) !== 0) {
      end += DerValue.read(bytes.subarray(end), depth + 1).whole.length;
    }
    return new DerValue(tag, bytes.subarray(0, end + 2), bytes.subarray(2, end), depth);
  }

  /** The values within. @throws DerError */
  children(): DerValue[] {
    if ((this.tag & CONSTRUCTED) === 0) throw new DerError('a single value where several were expected');
    const values: DerValue[] = [];
    for (let offset = 0; offset < this.content.length; ) {
      const value = DerValue.read(this.content.subarray(offset), this.depth + 1);
      values.push(value);
      offset += value.whole.length;
    }
    return values;
  }

  /** The value at a place within a sequence. @throws DerError */
  child(index: number): DerValue {
    const value = this.children()[index];
    if (value === undefined) throw new DerError(`value ${index + 1} of a sequence is missing`);
    return value;
  }

  /** The value of the given tag itself. @throws DerError */
  expect(tag: number): this {
    if (this.tag !== tag) throw new DerError(`tag ${this.tag} where ${tag} was expected`);
    return this;
  }

  /** Bytes of an OCTET STRING, which may come in pieces; of any other tag what is within. */
  bytes(): Buffer {
    if ((this.tag & CONSTRUCTED) === 0) return this.content;
    return Buffer.concat(this.children().map((piece) => piece.bytes()));
  }

  integer(): number {
    const { content } = this.expect(DerTag.INTEGER);
    if (content.length === 0 || content.length > 6) throw new DerError('an integer that is out of range');
    return content.readIntBE(0, content.length);
  }

  /** `1.2.840.113549` */
  objectId(): string {
    const { content } = this.expect(DerTag.OBJECT_ID);
    const parts: number[] = [];
    let part = 0;
    for (const byte of content) {
      part = part * 128 + (byte & 0x7f);
      if (byte >= 0x80) continue;
      if (parts.length === 0) {
        const first = Math.min(2, Math.floor(part / 40));
        parts.push(first, part - 40 * first);
      } else parts.push(part);
      part = 0;
    }
    return parts.join('.');
  }
}

function byteAt(bytes: Buffer, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw new DerError('the end is missing');
  return byte;
}
