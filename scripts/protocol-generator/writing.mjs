// The writer of a struct.
import { choose, compactTest, markUnused, plainVersions } from './reading.mjs';
import { defaultValue, isDefault, isNullable } from './types.mjs';
import { condition, intersect, negate } from './versions.mjs';

/** @typedef {import('./schema.mjs').Field} Field @typedef {import('./schema.mjs').Type} Type @typedef {import('./schema.mjs').Struct} Struct
 * @typedef {import('./schema.mjs').Schema} Schema @typedef {import('./versions.mjs').Versions} Versions */

/** @param {Schema} schema @param {Struct} struct @returns {string} */
export function structWriter(schema, struct) {
  const known = struct.versions;
  const flexible = condition(schema.flexible, known);
  const lines = [
    `export function write${struct.typeName}(writer: Writer, version: number, value: Init<${struct.typeName}>): void {`,
  ];
  if (flexible !== 'true' && flexible !== 'false') lines.push(`  const flexible = ${flexible};`);
  for (const field of struct.fields) lines.push(...fieldWriter(field, schema, known));
  if (flexible !== 'false') {
    const tags = tagsWriter(struct, schema.flexible, known);
    lines.push(...(flexible === 'true' ? tags : ['  if (flexible) {', ...tags.map((line) => `  ${line}`), '  }']));
  }
  lines.push('}');
  return markUnused(lines.join('\n'));
}

/** @param {Field} field @param {Schema} schema @param {Versions} known @returns {string[]} */
function fieldWriter(field, schema, known) {
  const { flexible } = schema;
  const present = intersect(field.versions, known);
  const plain = plainVersions(field, present, known);
  const inVersion = condition(present, known);
  const lines = [];
  if (plain !== 'false') {
    const body = valueWriter(field, 'writer', `of${field.name}`, flexible, known);
    const get = `const of${field.name} = ${given(field)};`;
    if (plain === 'true') lines.push(`  ${get}`, ...body.map((line) => `  ${line}`));
    else lines.push(`  if (${plain}) {`, `    ${get}`, ...body.map((line) => `    ${line}`), '  }');
  }
  // A broker answers with all that it knows, and an older version has no room for some of it. What a client asks or a
  // record keeps must not be dropped unless the schema says so.
  if (inVersion !== 'true' && !field.ignorable && schema.type !== 'response') {
    const check = `value.${field.key} !== undefined && !(${isDefault(field, `value.${field.key}`)})`;
    lines.push(`  if (${negate(inVersion)} && ${check}) throw unwritable('${field.key}', version);`);
  }
  return lines;
}

/** @param {Field} field */
const given = (field) => `value.${field.key} === undefined ? ${defaultInit(field)} : value.${field.key}`;

/** @param {Field} field */
const defaultInit = (field) =>
  field.type.kind === 'struct' && field.default !== 'null' ? 'NO_FIELDS' : defaultValue(field);

/** @param {Field} field @param {string} writer @param {string} value @param {Versions} flexible @param {Versions} known
 * @param {boolean} tagged @returns {string[]} */
function valueWriter(field, writer, value, flexible, known, tagged = false) {
  const compact = compactTest(field, flexible, known);
  const nullable = isNullable(field) ? condition(field.nullable, intersect(field.versions, known)) : 'false';
  const refuseNull = `throw unwritable('null ${field.key}', version);`;
  if (field.type.kind === 'array') {
    const length = (/** @type {string} */ of) =>
      `${choose(compact, `${writer}.compactArrayLength(${of})`, `${writer}.arrayLength(${of})`)};`;
    const element = field.type.element;
    const each =
      element.kind === 'struct'
        ? `write${element.struct.typeName}(${writer}, version, element)`
        : primitiveWriter(/** @type {{ name: string }} */ (element).name, writer, 'element', compact, 'false', '');
    const some = [length(`${value}.length`), `for (const element of ${value}) ${each};`];
    if (!isNullable(field)) return some;
    const none =
      nullable === 'false'
        ? refuseNull
        : nullable === 'true'
          ? length('-1')
          : `if (${negate(nullable)}) ${refuseNull} ${length('-1')}`;
    return [`if (${value} === null) {`, `  ${none}`, '} else {', ...some.map((line) => `  ${line}`), '}'];
  }
  if (field.type.kind === 'struct') {
    const write = `write${field.type.struct.typeName}(${writer}, version, ${value});`;
    if (!isNullable(field)) return [write];
    if (nullable === 'false') return [`if (${value} === null) ${refuseNull}`, write];
    const [present, absent] = tagged
      ? [`${writer}.uvarint(1)`, `${writer}.uvarint(0)`]
      : [`${writer}.int8(1)`, `${writer}.int8(-1)`];
    const mark = nullable === 'true' ? `${present};` : `if (${nullable}) ${present};`;
    const none = nullable === 'true' ? `${absent};` : `{ if (${negate(nullable)}) ${refuseNull} ${absent}; }`;
    return [`if (${value} === null) ${none}`, `else { ${mark} ${write} }`];
  }
  const name = field.type.name;
  if (!isNullable(field) || (name !== 'string' && name !== 'bytes' && name !== 'records')) {
    return [`${primitiveWriter(name, writer, value, compact, 'false', '')};`];
  }
  return [`${primitiveWriter(name, writer, value, compact, nullable, refuseNull)};`];
}

/** @param {string} name @param {string} writer @param {string} value @param {string} compact @param {string} nullable @param {string} refuseNull */
function primitiveWriter(name, writer, value, compact, nullable, refuseNull) {
  if (name !== 'string' && name !== 'bytes' && name !== 'records') return `${writer}.${name}(${value})`;
  const base = name === 'string' ? 'String' : 'Bytes';
  const call = (/** @type {string} */ test) => {
    const plain = choose(compact, `${writer}.compact${base}(${value})`, `${writer}.${base.toLowerCase()}(${value})`);
    const orNull = choose(compact, `${writer}.compactNullable${base}(${value})`, `${writer}.nullable${base}(${value})`);
    return test === 'true' ? orNull : plain;
  };
  if (refuseNull === '') return call('false');
  if (nullable === 'true') return call('true');
  if (nullable === 'false') return `if (${value} === null) ${refuseNull} ${call('false')}`;
  return `if (${value} === null && ${negate(nullable)}) ${refuseNull} if (${nullable}) { ${call('true')}; } else { ${call('false').replaceAll(`(${value})`, `(${value} as never)`)}; }`;
}

/** @param {Struct} struct @param {Versions} flexible @param {Versions} known @returns {string[]} */
function tagsWriter(struct, flexible, known) {
  const tagged = struct.fields
    .filter((field) => condition(field.tagged, known) !== 'false')
    .sort((a, b) => a.tag - b.tag);
  if (tagged.length === 0) return ['  writeTags(writer, value.unknownTags);'];
  const lines = ['  let tags: UnknownTag[] | undefined;'];
  for (const field of tagged) {
    const inVersion = condition(intersect(field.tagged, field.versions), intersect(known, flexible));
    const value = `value.${field.key}`;
    const tests = [`${value} !== undefined`, `!(${isDefault(field, value)})`];
    if (inVersion !== 'true') tests.unshift(inVersion);
    const body = valueWriter(field, 'body', `of${field.name}`, flexible, intersect(known, field.tagged), true);
    lines.push(
      `  if (${tests.join(' && ')}) {`,
      `    const of${field.name} = ${value};`,
      '    const body = new Writer();',
      ...body.map((line) => `    ${line}`),
      `    tags = keepTag(tags, ${field.tag}, body.toBuffer());`,
      '  }',
    );
  }
  lines.push('  writeTags(writer, value.unknownTags, tags);');
  return lines;
}
