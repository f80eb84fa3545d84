import { javaDoubleText } from '../../../base/java-number-text.js';
import { jsonString } from '../../../protocol/message-json.js';
import { type Deserializer, serializationError } from './deserializer.js';

/** Connect's JsonDeserializer: the one JSON value that the bytes begin with, written again by Jackson. */
export function jsonDeserializer(): Deserializer {
  return { text: compactJson, json: (bytes) => compactJson(bytes) || 'null' };
}

/** Nothing at all is no value, which Jackson writes as nothing. */
function compactJson(bytes: Buffer): string {
  return new JsonCompactor(bytes.toString('utf8')).value();
}

const NUMBER = /-?(?:\d+)(\.\d+)?([eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** Goes through the text once. Whole numbers keep their digits, others become doubles; of equal names the last holds. */
class JsonCompactor {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): string {
    this.match(SPACE);
    return this.at === this.text.length ? '' : this.anyValue();
  }

  private anyValue(): string {
    this.match(SPACE);
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    return this.match(WORD)?.[0] ?? this.number();
  }

  private object(): string {
    const members = new Map<string, string>();
    this.at++;
    for (let isFirst = true; !this.ends('}', isFirst); isFirst = false) {
      this.match(SPACE);
      const name = this.string();
      this.match(SPACE);
      if (this.text[this.at] !== ':') throw this.invalid();
      this.at++;
      members.set(name, this.anyValue());
    }
    return `{${[...members].map(([name, value]) => `${name}:${value}`).join(',')}}`;
  }

  private array(): string {
    const elements: string[] = [];
    this.at++;
    for (let isFirst = true; !this.ends(']', isFirst); isFirst = false) elements.push(this.anyValue());
    return `[${elements.join(',')}]`;
  }

  /** Whether the closing sign comes, which is passed over, as the comma before another element is. */
  private ends(sign: string, isFirst: boolean): boolean {
    this.match(SPACE);
    const isEnd = this.text[this.at] === sign;
    if (!isEnd && isFirst) return false;
    if (!isEnd && this.text[this.at] !== ',') throw this.invalid();
    this.at++;
    return isEnd;
  }

  private string(): string {
    const found = this.match(STRING);
    try {
      if (found !== null) return jsonString(JSON.parse(found[0]) as string);
    } catch {
      this.at -= found?.[0].length ?? 0;
    }
    throw this.invalid();
  }

  private number(): string {
    const found = this.match(NUMBER);
    if (found === null) throw this.invalid();
    const [digits, fraction, exponent] = found;
    if (fraction === undefined && exponent === undefined) return String(BigInt(digits));
    return javaDoubleText(Number(digits));
  }

  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found !== null) this.at = expression.lastIndex;
    return found;
  }

  private invalid(): Error {
    const found = this.text[this.at];
    const what = found === undefined ? 'Unexpected end-of-input' : `Unexpected character ('${found}')`;
    return serializationError(`${what} at byte ${Buffer.byteLength(this.text.slice(0, this.at)) + 1} of JSON`);
  }
}
