import { type ToolError, uncaught } from '../../tool-error.js';

/** The exceptions that end Kafka's tool, none of which it catches. */

export const invalidRecord = (message: string): ToolError =>
  uncaught('org.apache.kafka.common.InvalidRecordException', message);

export const corruptRecord = (message: string): ToolError =>
  uncaught('org.apache.kafka.common.errors.CorruptRecordException', message);

export const corruptIndex = (message: string): ToolError =>
  uncaught('org.apache.kafka.storage.internals.log.CorruptIndexException', message);

export const kafkaException = (message: string): ToolError =>
  uncaught('org.apache.kafka.common.KafkaException', message);

export const numberFormat = (text: string): ToolError =>
  uncaught('java.lang.NumberFormatException', `For input string: "${text}"`);

/** Exceptions that say nothing in Java: people are told something all the same. */
export const wordless = (javaClass: string, message: string): ToolError => uncaught(javaClass, message, '');

export const outOfBounds = (message: string): ToolError => wordless('java.lang.IndexOutOfBoundsException', message);

export const noSuchElement = (message: string): ToolError => wordless('java.util.NoSuchElementException', message);
