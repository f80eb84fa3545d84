/** As much of a Java class file as says whether the class is a plugin: JVM specification, chapter 4. */

export const PUBLIC = 0x0001;
const STATIC = 0x0008;
const INTERFACE = 0x0200;
const ABSTRACT = 0x0400;

const MAGIC = 0xcafebabe;

export interface JavaMethod {
  readonly name: string;
  readonly descriptor: string;
  readonly isPublic: boolean;
  readonly isStatic: boolean;
  /** What it gives back, where that can be seen. */
  readonly result: MethodResult | null;
}

/** A text, or what another static method without arguments gives back. */
export type MethodResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly owner: string; readonly name: string };

/** Names are as in Java's source, but for `$` before nested ones. */
export interface JavaClass {
  readonly name: string;
  /** Null for Object alone. */
  readonly superName: string | null;
  readonly interfaces: readonly string[];
  readonly isPublic: boolean;
  readonly isConcrete: boolean;
  readonly methods: readonly JavaMethod[];
}

/** What is no class file. */
export class ClassFileError extends Error {
  override readonly name = 'ClassFileError';
}

/** @throws ClassFileError */
export function readClass(bytes: Buffer): JavaClass {
  try {
    return new ClassReader(bytes).read();
  } catch (error) {
    if (error instanceof RangeError) throw new ClassFileError('it is cut');
    throw error;
  }
}

interface Constant {
  readonly tag: number;
  /** Where what follows the tag begins. */
  readonly at: number;
}

const UTF8 = 1;
/** The sizes of constants behind their tags, but for texts. */
const CONSTANT_BYTES: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};
const STRING = 8;
const METHOD_OF_CLASS = 10;
const METHOD_OF_INTERFACE = 11;

const LDC = 0x12;
const LDC_W = 0x13;
const INVOKESTATIC = 0xb8;
const ARETURN = 0xb0;

class ClassReader {
  private readonly bytes: Buffer;
  private at = 0;
  private readonly constants: (Constant | undefined)[] = [undefined];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  read(): JavaClass {
    if (this.u4() !== MAGIC) throw new ClassFileError('it is no class file');
    this.at += 4;
    this.readConstants();
    const access = this.u2();
    const name = this.className(this.u2());
    const superIndex = this.u2();
    const interfaces = this.listOf(() => this.className(this.u2()));
    this.listOf(() => this.member());
    const methods = this.listOf(() => this.member());
    return {
      name,
      superName: superIndex === 0 ? null : this.className(superIndex),
      interfaces,
      isPublic: (access & PUBLIC) !== 0,
      isConcrete: (access & (INTERFACE | ABSTRACT)) === 0,
      methods,
    };
  }

  private u2(): number {
    this.at += 2;
    return this.bytes.readUInt16BE(this.at - 2);
  }

  private u4(): number {
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  private listOf<Item>(read: () => Item): Item[] {
    const count = this.u2();
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(read());
    return items;
  }

  private readConstants(): void {
    const count = this.u2();
    while (this.constants.length < count) {
      const tag = this.bytes.readUInt8(this.at++);
      this.constants.push({ tag, at: this.at });
      const sizeBytes = tag === UTF8 ? 2 + this.bytes.readUInt16BE(this.at) : CONSTANT_BYTES[tag];
      if (sizeBytes === undefined) throw new ClassFileError(`it has a constant of the unknown kind ${tag}`);
      this.at += sizeBytes;
      // Numbers of eight bytes take two places.
      if (sizeBytes === 8 && tag !== UTF8) this.constants.push(undefined);
    }
  }

  private constant(index: number): Constant {
    const constant = this.constants[index];
    if (constant === undefined) throw new ClassFileError(`it has no constant ${index}`);
    return constant;
  }

  private text(index: number): string {
    const { at } = this.constant(index);
    return this.bytes.toString('utf8', at + 2, at + 2 + this.bytes.readUInt16BE(at));
  }

  private className(index: number): string {
    return this.text(this.bytes.readUInt16BE(this.constant(index).at)).replaceAll('/', '.');
  }

  private member(): JavaMethod {
    const access = this.u2();
    const name = this.text(this.u2());
    const descriptor = this.text(this.u2());
    let result: MethodResult | null = null;
    this.listOf(() => {
      const attribute = this.text(this.u2());
      const end = this.u4() + this.at;
      if (attribute === 'Code') result = this.resultOf(this.at + 8, this.bytes.readUInt32BE(this.at + 4));
      this.at = end;
    });
    return { name, descriptor, isPublic: (access & PUBLIC) !== 0, isStatic: (access & STATIC) !== 0, result };
  }

  /** Of code that does nothing but give back a constant or what a static method gives. */
  private resultOf(at: number, sizeBytes: number): MethodResult | null {
    const operation = this.bytes[at];
    const isShort = operation === LDC;
    if (this.bytes[at + sizeBytes - 1] !== ARETURN || sizeBytes !== (isShort ? 3 : 4)) return null;
    const index = isShort ? this.bytes.readUInt8(at + 1) : this.bytes.readUInt16BE(at + 1);
    if (operation === LDC || operation === LDC_W) {
      const constant = this.constant(index);
      return constant.tag === STRING ? { kind: 'text', text: this.text(this.bytes.readUInt16BE(constant.at)) } : null;
    }
    return operation === INVOKESTATIC ? this.callOf(index) : null;
  }

  private callOf(index: number): MethodResult | null {
    const { tag, at } = this.constant(index);
    if (tag !== METHOD_OF_CLASS && tag !== METHOD_OF_INTERFACE) return null;
    const nameAndType = this.constant(this.bytes.readUInt16BE(at + 2)).at;
    if (this.text(this.bytes.readUInt16BE(nameAndType + 2)) !== '()Ljava/lang/String;') return null;
    return {
      kind: 'call',
      owner: this.className(this.bytes.readUInt16BE(at)),
      name: this.text(this.bytes.readUInt16BE(nameAndType)),
    };
  }
}
