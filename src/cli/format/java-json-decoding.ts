/** How Kafka's tools take values out of the JSON that users give them, with Kafka's words where it is of another shape. */
import { uncaught } from '../tool-error.js';
import { type JavaJson, JavaNumber, javaJsonText } from './java-json.js';

/** @throws ToolError */
export function asObject(value: JavaJson | undefined): ReadonlyMap<string, JavaJson> {
  return value instanceof Map ? value : mappingFailure(`Expected JSON object, received ${javaJsonText(value)}`);
}

/** @throws ToolError */
export function asArray(value: JavaJson | undefined): readonly JavaJson[] {
  return Array.isArray(value) ? value : mappingFailure(`Expected JSON array, received ${javaJsonText(value)}`);
}

/** A field that has to be there. @throws ToolError */
export function fieldOf(object: ReadonlyMap<string, JavaJson>, name: string): JavaJson {
  return object.get(name) ?? (object.has(name) ? null : mappingFailure(`No such field exists: \`${name}\``));
}

/** @throws ToolError */
export function asString(value: JavaJson): string {
  return typeof value === 'string' ? value : unexpected('String', value);
}

/** @throws ToolError */
export function asInteger(value: JavaJson): number {
  return value instanceof JavaNumber && value.kind === 'Integer' ? Number(value.text) : unexpected('Integer', value);
}

/** @throws ToolError */
export function asLong(value: JavaJson): bigint {
  const isWhole = value instanceof JavaNumber && (value.kind === 'Integer' || value.kind === 'Long');
  return isWhole ? BigInt(value.text) : unexpected('Long', value);
}

const unexpected = (type: string, value: JavaJson): never =>
  mappingFailure(`Expected \`${type}\` value, received ${javaJsonText(value)}`);

function mappingFailure(message: string): never {
  throw uncaught('com.fasterxml.jackson.databind.JsonMappingException', message);
}
