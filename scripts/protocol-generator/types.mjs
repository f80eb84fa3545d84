// TypeScript types and default values of fields.
import { isEmpty } from './versions.mjs';

/** @typedef {import('./schema.mjs').Field} Field @typedef {import('./schema.mjs').Type} Type @typedef {import('./schema.mjs').Struct} Struct */

/** @type {Record<string, string>} */
const TS_TYPES = {
  bool: 'boolean',
  string: 'string',
  uuid: 'string',
  bytes: 'Buffer',
  records: 'Buffer',
  bigint64: 'bigint',
};

/** @param {Type} type @returns {string} */
export function tsType(type) {
  if (type.kind === 'array') return `${tsType(type.element)}[]`;
  if (type.kind === 'struct') return type.struct.typeName;
  return TS_TYPES[type.name] ?? 'number';
}

/** @param {Field} field */
export const isNullable = (field) => !isEmpty(field.nullable);

/** @param {Field} field */
export const fieldType = (field) => tsType(field.type) + (isNullable(field) ? ' | null' : '');

/** The default as an expression; a struct of defaults is made by its `default...` function.
 * @param {Field} field @returns {string} */
export function defaultValue(field) {
  if (field.default === 'null') return 'null';
  if (field.type.kind === 'array') return '[]';
  if (field.type.kind === 'struct') return `default${field.type.struct.typeName}()`;
  const text = field.default;
  switch (field.type.name) {
    case 'bool':
      return text === 'true' ? 'true' : 'false';
    case 'string':
      return JSON.stringify(text ?? '').replaceAll('"', "'");
    case 'uuid':
      return 'ZERO_UUID';
    case 'bytes':
    case 'records':
      return 'NO_BYTES';
    case 'bigint64':
      return `${text ?? 0}n`;
    case 'int64':
      return text === '9223372036854775807' ? 'Number.POSITIVE_INFINITY' : String(Number(text ?? 0));
    default:
      return String(Number(text ?? 0));
  }
}

/** An expression that tells whether `value` is the field's default.
 * @param {Field} field @param {string} value */
export function isDefault(field, value) {
  if (field.default === 'null') return `${value} === null`;
  const orNull = isNullable(field) ? `${value} !== null && ` : '';
  if (field.type.kind === 'array') return `${orNull}${value}.length === 0`;
  if (field.type.kind === 'struct') return `${orNull}isDefault${field.type.struct.typeName}(${value})`;
  if (field.type.name === 'bytes' || field.type.name === 'records') return `${orNull}${value}.length === 0`;
  return `${value} === ${defaultValue(field)}`;
}
