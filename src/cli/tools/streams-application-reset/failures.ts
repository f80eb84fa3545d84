import { type ToolError, uncaught } from '../../tool-error.js';

/** A file or a time that cannot be understood. */
export function parseFailure(message: string, javaMessage = message): ToolError {
  return uncaught('java.text.ParseException', message, javaMessage);
}

const NO_VALUE =
  'Cannot invoke "java.lang.Long.longValue()" because the return value of "java.util.Map.get(Object)" is null';

/** A partition is in the file, or among the topics, alone: Kafka's tool trips over it. */
export function missingPartition(told: string): ToolError {
  return uncaught('java.lang.NullPointerException', told, NO_VALUE);
}
