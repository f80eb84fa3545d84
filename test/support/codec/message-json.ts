/**
 * Messages as JSON the way Kafka's generated converters write them, driven by the schema facts: names with a small
 * first letter, bytes as base64, only the fields of the version, tagged fields only where they differ from their default.
 */
import { readFileSync } from 'node:fs';
import type { UnknownTag } from '../../../src/protocol/codec-runtime.js';

interface FieldFacts {
  readonly name: string;
  readonly type: string;
  readonly versions: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly default?: string;
  readonly fields?: readonly FieldFacts[];
}

export interface SchemaFacts {
  readonly name: string;
  readonly validVersions: string;
  readonly flexibleVersions?: string;
  readonly fields: readonly FieldFacts[];
  readonly commonStructs?: readonly { name: string; fields: readonly FieldFacts[] }[];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Message = Record<string, unknown>;

const SCHEMAS = new URL('../../../../src/protocol/schemas/', import.meta.url);
const loaded = new Map<string, MessageJson>();

/** The converter of a message, by the name of its schema. */
export function messageJson(name: string): MessageJson {
  let converter = loaded.get(name);
  if (converter === undefined) {
    converter = new MessageJson(JSON.parse(readFileSync(new URL(`${name}.json`, SCHEMAS), 'utf8')));
    loaded.set(name, converter);
  }
  return converter;
}

export class MessageJson {
  private readonly root: readonly FieldFacts[];
  private readonly structs = new Map<string, readonly FieldFacts[]>();

  constructor(schema: SchemaFacts) {
    this.root = schema.fields;
    for (const common of schema.commonStructs ?? []) this.structs.set(common.name, common.fields);
    const declare = (fields: readonly FieldFacts[]): void => {
      for (const field of fields) {
        if (field.fields === undefined) continue;
        this.structs.set(field.type.replace('[]', ''), field.fields);
        declare(field.fields);
      }
    };
    declare(schema.fields);
    for (const common of schema.commonStructs ?? []) declare(common.fields);
  }

  toJson(message: unknown, version: number): Json {
    return this.structToJson(this.root, message as Message, version);
  }

  /** A message for the writers; `tags` are put where their paths say. */
  fromJson(json: Json, tags: readonly { path: string; tag: number; data: string }[]): Message {
    const message = this.structFromJson(this.root, json as Record<string, Json>);
    for (const { path, tag, data } of tags) {
      const struct = find(message, path) as { unknownTags?: UnknownTag[] };
      struct.unknownTags = [...(struct.unknownTags ?? []), { tag, data: Buffer.from(data, 'base64') }];
    }
    return message;
  }

  private structToJson(fields: readonly FieldFacts[], message: Message, version: number): Json {
    const json: Record<string, Json> = {};
    for (const field of fields) {
      if (!inVersions(field.versions, version)) continue;
      const key = lowerFirst(field.name);
      const value = message[key];
      if (inVersions(field.taggedVersions, version) && this.isDefault(field, value)) continue;
      json[key] = this.valueToJson(field.type, value, version);
    }
    return json;
  }

  private valueToJson(type: string, value: unknown, version: number): Json {
    if (value === null) return null;
    if (type.startsWith('[]')) {
      return (value as unknown[]).map((element) => this.valueToJson(type.slice(2), element, version));
    }
    if (type === 'bytes' || type === 'records') return (value as Buffer).toString('base64');
    if (typeof value === 'bigint') return Number(value);
    const struct = this.structs.get(type);
    return struct === undefined ? (value as Json) : this.structToJson(struct, value as Message, version);
  }

  private structFromJson(fields: readonly FieldFacts[], json: Record<string, Json>): Message {
    const message: Message = {};
    for (const field of fields) {
      const value = json[lowerFirst(field.name)];
      if (value === undefined) continue;
      const isHash = field.name === 'MetadataHash';
      message[lowerFirst(field.name)] = isHash ? BigInt(value as number) : this.valueFromJson(field.type, value);
    }
    return message;
  }

  private valueFromJson(type: string, json: Json): unknown {
    if (json === null) return null;
    if (type.startsWith('[]')) return (json as Json[]).map((element) => this.valueFromJson(type.slice(2), element));
    if (type === 'bytes' || type === 'records') return Buffer.from(json as string, 'base64');
    const struct = this.structs.get(type);
    return struct === undefined ? json : this.structFromJson(struct, json as Record<string, Json>);
  }

  private isDefault(field: FieldFacts, value: unknown): boolean {
    if (field.default === 'null') return value === null;
    if (value === null) return false;
    if (typeof value === 'bigint') return value === 0n;
    if (Array.isArray(value) || Buffer.isBuffer(value)) return value.length === 0;
    const struct = this.structs.get(field.type);
    if (struct !== undefined) {
      const message = value as Message;
      const tags = message.unknownTags as unknown[] | undefined;
      return (
        (tags?.length ?? 0) === 0 && struct.every((inner) => this.isDefault(inner, message[lowerFirst(inner.name)]))
      );
    }
    return value === scalarDefault(field);
  }
}

function scalarDefault(field: FieldFacts): unknown {
  switch (field.type) {
    case 'bool':
      return field.default === 'true';
    case 'string':
      return field.default ?? '';
    case 'uuid':
      return 'AAAAAAAAAAAAAAAAAAAAAA';
    default:
      return field.default === '9223372036854775807' ? Number.POSITIVE_INFINITY : Number(field.default ?? 0);
  }
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function inVersions(range: string | undefined, version: number): boolean {
  if (range === undefined || range === 'none') return false;
  if (range.endsWith('+')) return version >= Number(range.slice(0, -1));
  const [lowest, highest = lowest] = range.split('-').map(Number);
  return version >= (lowest as number) && version <= (highest as number);
}

/** `topics[0].partitions[2]` in a message; the empty path is the message. */
function find(message: Message, path: string): unknown {
  let at: unknown = message;
  for (const part of path.split(/[.[\]]+/)) if (part !== '') at = (at as Message)[part];
  return at;
}
