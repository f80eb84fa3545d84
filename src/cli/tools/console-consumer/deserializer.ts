import { uncaught } from '../../tool-error.js';

/** What a deserializer of Kafka's makes of the bytes of a key, a value or a header's value. */
export interface Deserializer {
  /** What Java's `toString` says of the value; bytes where they are the text already. @throws ToolError */
  text(bytes: Buffer): string | Buffer;
  /** The value as JSON; null where the bytes speak for themselves. @throws ToolError */
  json(bytes: Buffer): string | null;
  /** Of each value, where all have the same size. */
  readonly sizeBytes?: number;
}

/** The settings of one deserializer, its prefix taken off, and whether it is for keys. */
export interface DeserializerConfig {
  readonly properties: ReadonlyMap<string, string>;
  readonly isKey: boolean;
}

export function serializationError(message: string): Error {
  return uncaught('org.apache.kafka.common.errors.SerializationException', message);
}
