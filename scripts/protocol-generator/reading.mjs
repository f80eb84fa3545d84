// The reader of a struct.
import { defaultValue, isNullable } from './types.mjs';
import { condition, intersect, negate } from './versions.mjs';

/** @typedef {import('./schema.mjs').Field} Field @typedef {import('./schema.mjs').Type} Type @typedef {import('./schema.mjs').Struct} Struct
 * @typedef {import('./schema.mjs').Schema} Schema @typedef {import('./versions.mjs').Versions} Versions */

/** The least bytes that an element takes in any version, never 0: what bounds an array's claimed length.
 * @param {Type} type @param {Versions} known @returns {number} */
function leastBytes(type, known) {
  if (type.kind === 'array') return 1;
  if (type.kind === 'struct') {
    let sum = 0;
    for (const field of type.struct.fields) {
      const always = condition(field.versions, known) === 'true' && condition(field.tagged, known) === 'false';
      // A struct that may be null is a byte then.
      const isOptional = field.type.kind === 'struct' && condition(field.nullable, known) !== 'false';
      if (always) sum += isOptional ? 1 : leastBytes(field.type, known);
    }
    return Math.max(1, sum);
  }
  /** @type {Record<string, number>} */
  const sizes = { int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, float64: 8, bigint64: 8, uuid: 16 };
  return sizes[type.name] ?? 1;
}

/** Tests in the generated code are on `version` and `flexible`; a field may fix its own length's form.
 * @param {Field} field @param {Versions} flexible @param {Versions} known */
export function compactTest(field, flexible, known) {
  if (field.flexible !== null) return condition(field.flexible, known);
  const test = condition(flexible, known);
  return test === 'true' || test === 'false' ? test : 'flexible';
}

/** @param {string} test @param {string} yes @param {string} no */
export function choose(test, yes, no) {
  if (test === 'true' || yes === no) return yes;
  return test === 'false' ? no : `${test} ? ${yes} : ${no}`;
}

const LOCALS = new Set(['reader', 'version', 'flexible', 'tag', 'sizeBytes', 'left', 'elements', 'unknownTags']);

/** The variable that holds a field while its struct is read; no name of the reader's own.
 * @param {Field} field */
const variable = (field) => (LOCALS.has(field.key) ? `${field.key}Field` : field.key);

/** @param {Schema} schema @param {Struct} struct @returns {string} */
export function structReader(schema, struct) {
  const known = struct.versions;
  const flexible = condition(schema.flexible, known);
  const lines = [`export function read${struct.typeName}(reader: Reader, version: number): ${struct.typeName} {`];
  if (flexible !== 'true' && flexible !== 'false') lines.push(`  const flexible = ${flexible};`);
  for (const field of struct.fields) lines.push(...fieldReader(field, schema.flexible, known));
  if (flexible !== 'false') {
    const tags = tagsReader(struct, schema.flexible, known);
    lines.push('  let unknownTags: UnknownTag[] | undefined;');
    lines.push(...(flexible === 'true' ? tags : ['  if (flexible) {', ...tags.map((line) => `  ${line}`), '  }']));
  }
  const keys = struct.fields.map((field) =>
    variable(field) === field.key ? field.key : `${field.key}: ${variable(field)}`,
  );
  if (flexible !== 'false') keys.push('unknownTags');
  lines.push(`  return { ${keys.join(', ')} };`, '}');
  return markUnused(lines.join('\n'));
}

/** Parameters that a body does not use are led by an underscore, as the compiler wants it.
 * @param {string} code */
export function markUnused(code) {
  const body = code.slice(code.indexOf('{\n'));
  const head = code.slice(0, code.length - body.length);
  return (
    head.replace(/\b(reader|writer|version|value): /g, (whole, name) =>
      new RegExp(`(?<!\\.)\\b${name}\\b(?!:)`).test(body) ? whole : `_${whole}`,
    ) + body
  );
}

/** @param {Field} field @param {Versions} flexible @param {Versions} known @returns {string[]} */
function fieldReader(field, flexible, known) {
  const name = variable(field);
  const present = intersect(field.versions, known);
  const untagged = plainVersions(field, present, known);
  const annotation = needsAnnotation(field) ? `: ${annotationOf(field)}` : '';
  if (untagged === 'false') return [`  let ${name}${annotation} = ${defaultValue(field)};`];
  const body = valueReader(field, name, flexible, known);
  if (untagged === 'true') {
    return body.length === 1 && body[0]?.startsWith(`${name} = `)
      ? [`  const ${body[0]}`]
      : [`  let ${name}${annotation} = ${defaultValue(field)};`, ...body.map((line) => `  ${line}`)];
  }
  return [
    `  let ${name}${annotation} = ${defaultValue(field)};`,
    `  if (${untagged}) {`,
    ...body.map((line) => `    ${line}`),
    '  }',
  ];
}

/** Where the field is an ordinary one: in its versions, but not where it is tagged.
 * @param {Field} field @param {Versions} present @param {Versions} known */
export function plainVersions(field, present, known) {
  const inVersions = condition(present, known);
  const tagged = condition(field.tagged, known);
  if (tagged === 'false' || inVersions === 'false') return inVersions;
  const notTagged = negate(tagged);
  if (notTagged === 'false' || tagged === inVersions) return 'false';
  return inVersions === 'true' ? notTagged : `${inVersions} && ${notTagged}`;
}

/** @param {Field} field */
function needsAnnotation(field) {
  return (
    field.type.kind === 'array' ||
    isNullable(field) ||
    field.type.kind === 'struct' ||
    field.type.name === 'bytes' ||
    field.type.name === 'records'
  );
}

/** @param {Field} field */
function annotationOf(field) {
  return `${tsTypeOf(field.type)}${isNullable(field) ? ' | null' : ''}`;
}

/** @param {Type} type @returns {string} */
function tsTypeOf(type) {
  if (type.kind === 'array') return `${tsTypeOf(type.element)}[]`;
  if (type.kind === 'struct') return type.struct.typeName;
  if (type.name === 'bool') return 'boolean';
  if (type.name === 'string' || type.name === 'uuid') return 'string';
  if (type.name === 'bigint64') return 'bigint';
  return type.name === 'bytes' || type.name === 'records' ? 'Buffer' : 'number';
}

/** Statements that read one value into `target`.
 * @param {Field} field @param {string} target @param {Versions} flexible @param {Versions} known
 * @param {boolean} tagged */
function valueReader(field, target, flexible, known, tagged = false) {
  const compact = compactTest(field, flexible, known);
  const nullable = condition(field.nullable, intersect(field.versions, known));
  if (field.type.kind === 'array') return arrayReader(field, field.type.element, target, compact, nullable, known);
  if (field.type.kind === 'struct') {
    const read = `read${field.type.struct.typeName}(reader, version)`;
    // Measured: inside a tag the mark is an unsigned varint, 0 for null, and elsewhere an int8, -1 for null.
    const absent = tagged ? 'reader.uvarint() === 0' : 'reader.int8() < 0';
    const value = nullable === 'false' ? read : choose(nullable, `${absent} ? null : ${read}`, read);
    return [`${target} = ${value};`];
  }
  return [`${target} = ${primitiveReader(field.type.name, compact, nullable)};`];
}

/** @param {string} name @param {string} compact @param {string} nullable */
function primitiveReader(name, compact, nullable) {
  if (name !== 'string' && name !== 'bytes' && name !== 'records') return `reader.${name}()`;
  const base = name === 'string' ? 'String' : 'Bytes';
  const plain = choose(compact, `reader.compact${base}()`, `reader.${base.toLowerCase()}()`);
  const orNull = choose(compact, `reader.compactNullable${base}()`, `reader.nullable${base}()`);
  if (nullable === 'true' || nullable === 'false') return nullable === 'true' ? orNull : plain;
  return `${nullable} ? (${orNull}) : ${plain}`;
}

/** @param {Field} field @param {Type} element @param {string} target @param {string} compact @param {string} nullable @param {Versions} known */
function arrayReader(field, element, target, compact, nullable, known) {
  const least = leastBytes(element, element.kind === 'struct' ? element.struct.versions : known);
  const length = `${target}Length`;
  const read =
    element.kind === 'struct'
      ? `read${element.struct.typeName}(reader, version)`
      : primitiveReader(/** @type {{ name: string }} */ (element).name, compact, 'false');
  const lines = [
    `const ${length} = ${choose(compact, `reader.compactArrayLength(${least})`, `reader.arrayLength(${least})`)};`,
    `if (${length} < 0) {`,
  ];
  const refuse = `throw new MalformedBytesError('${field.key} is null');`;
  if (nullable === 'false') lines.push(`  ${refuse}`);
  else if (nullable === 'true') lines.push(`  ${target} = null;`);
  else lines.push(`  if (${negate(nullable)}) ${refuse}`, `  ${target} = null;`);
  lines.push(
    '} else {',
    `  const elements: ${tsTypeOf(element)}[] = [];`,
    `  for (let i = 0; i < ${length}; i++) elements.push(${read});`,
    `  ${target} = elements;`,
    '}',
  );
  return lines;
}

/** @param {Struct} struct @param {Versions} flexible @param {Versions} known @returns {string[]} */
function tagsReader(struct, flexible, known) {
  const tagged = struct.fields.filter((field) => condition(field.tagged, known) !== 'false');
  const lines = [
    '  for (let left = reader.uvarint(); left > 0; left--) {',
    '    const tag = reader.uvarint();',
    '    const sizeBytes = reader.uvarint();',
  ];
  const keep = 'unknownTags = keepTag(unknownTags, tag, reader.slice(sizeBytes));';
  if (tagged.length === 0) return [...lines, `    ${keep}`, '  }'];
  lines.push('    switch (tag) {');
  for (const field of tagged) {
    const inVersion = condition(intersect(field.tagged, field.versions), intersect(known, flexible));
    lines.push(`      case ${field.tag}:`);
    const body = valueReader(field, variable(field), flexible, intersect(known, field.tagged), true);
    if (inVersion === 'true')
      lines.push('      {', ...body.map((line) => `        ${line}`), '        break;', '      }');
    else {
      lines.push(
        `        if (${inVersion}) {`,
        ...body.map((line) => `          ${line}`),
        `        } else ${keep}`,
        '        break;',
      );
    }
  }
  lines.push('      default:', `        ${keep}`, '    }', '  }');
  return lines;
}
