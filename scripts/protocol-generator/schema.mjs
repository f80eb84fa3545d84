// Schema facts as the generator wants them: version ranges parsed, types taken apart, structs found by name.
import { intersect, isEmpty, NONE, parseVersions } from './versions.mjs';

/**
 * @typedef {import('./versions.mjs').Versions} Versions
 * @typedef {{ kind: 'primitive', name: string } | { kind: 'struct', struct: Struct } | { kind: 'array', element: Type }} Type
 * @typedef {{ name: string, key: string, type: Type, versions: Versions, nullable: Versions, tagged: Versions, tag: number,
 *   flexible: Versions | null, default: string | undefined, ignorable: boolean }} Field
 * @typedef {{ name: string, typeName: string, fields: Field[], versions: Versions }} Struct
 * @typedef {{ name: string, type: string, module: string, apiKey: number, valid: Versions, flexible: Versions, listeners: string[],
 *   latestVersionUnstable: boolean, root: Struct, structs: Struct[] }} Schema
 */

/** Hashes fill all 64 bits, which no number can hold exactly: these fields are bigints. */
const FULL_RANGE_FIELDS = new Set(['MetadataHash']);

const PRIMITIVES = new Set([
  'bool',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'float64',
  'string',
  'bytes',
  'records',
  'uuid',
]);

/** @param {any} facts @returns {Schema | null} null for an API that was removed. */
export function loadSchema(facts) {
  if (facts.validVersions === 'none') return null;
  const valid = parseVersions(facts.validVersions);
  /** @type {Map<string, Struct>} */
  const structs = new Map();
  const root = { name: facts.name, typeName: facts.name, versions: valid, fields: /** @type {Field[]} */ ([]) };
  for (const common of facts.commonStructs ?? []) declareStruct(common.name, common.versions);
  for (const common of facts.commonStructs ?? []) fill(structs.get(common.name), common.fields);
  fill(root, facts.fields);

  /** @param {string} name @param {string} versions */
  function declareStruct(name, versions) {
    const struct = { name, typeName: name, versions: intersect(parseVersions(versions ?? '0+'), valid), fields: [] };
    structs.set(name, struct);
    return struct;
  }

  /** @param {Struct | undefined} struct @param {any[]} fields */
  function fill(struct, fields) {
    if (struct === undefined) throw new Error(`${facts.name}: struct not declared`);
    struct.fields = fields.map(readField).filter((field) => !isEmpty(intersect(field.versions, valid)));
  }

  /** @param {any} field @returns {Field} */
  function readField(field) {
    return {
      name: field.name,
      key: field.name[0].toLowerCase() + field.name.slice(1),
      type: readType(field.type, field),
      versions: parseVersions(field.versions),
      nullable: parseVersions(field.nullableVersions),
      tagged: parseVersions(field.taggedVersions),
      tag: field.tag ?? -1,
      flexible: field.flexibleVersions === undefined ? null : parseVersions(field.flexibleVersions),
      default: field.default,
      ignorable: field.ignorable === true,
    };
  }

  /** @param {string} text @param {any} field @returns {Type} */
  function readType(text, field) {
    if (text.startsWith('[]')) return { kind: 'array', element: readType(text.slice(2), field) };
    if (text === 'int64' && FULL_RANGE_FIELDS.has(field.name)) return { kind: 'primitive', name: 'bigint64' };
    if (PRIMITIVES.has(text)) return { kind: 'primitive', name: text };
    if (field.fields) {
      const struct = declareStruct(text, field.versions);
      fill(struct, field.fields);
      return { kind: 'struct', struct };
    }
    const struct = structs.get(text);
    if (struct === undefined) throw new Error(`${facts.name}: no struct ${text}`);
    return { kind: 'struct', struct };
  }

  return {
    name: facts.name,
    type: facts.type,
    module: facts.module,
    apiKey: facts.apiKey ?? -1,
    valid,
    flexible: facts.flexibleVersions === undefined ? NONE : parseVersions(facts.flexibleVersions),
    listeners: facts.listeners ?? [],
    latestVersionUnstable: facts.latestVersionUnstable === true,
    root,
    structs: [...structs.values(), root],
  };
}
