import {
  AuthenticationError,
  BootstrapError,
  ClientClosedError,
  DisconnectedError,
} from '../../client/client-errors.js';
import { errorNamed, KafkaError } from '../../protocol/errors.js';
import type { Io } from '../io.js';
import { type JavaEnd, ToolError } from '../tool-error.js';

/** The exception class that Java's tools name for an error; empty for one that has none. */
export function javaClassOf(error: Error): string {
  if (error instanceof AuthenticationError) return error.javaClass;
  if (error instanceof KafkaError) return errorNamed(error.error).exception;
  if (error instanceof BootstrapError) return 'org.apache.kafka.common.errors.TimeoutException';
  if (error instanceof DisconnectedError) return 'org.apache.kafka.common.errors.DisconnectException';
  if (error instanceof ClientClosedError) return 'java.lang.IllegalStateException';
  if (error.name === 'OptionError') {
    const isTwice = error.message.startsWith('Found multiple');
    return `joptsimple.${isTwice ? 'MultipleArgumentsForOption' : 'OptionArgumentConversion'}Exception`;
  }
  const known = error as Partial<JavaEnd> & { readonly javaEnd?: JavaEnd | null };
  return known.javaEnd?.javaClass ?? known.javaClass ?? '';
}

/** What Java's exception of this error has as its message. */
export function javaMessageOf(error: Error): string {
  const end = (error as { readonly javaEnd?: JavaEnd | null }).javaEnd;
  return end?.javaMessage ?? error.message;
}

/** `org.apache.kafka.common.errors.TimeoutException: The request timed out.`, as Java prints an exception. */
export function javaText(error: Error): string {
  const javaClass = javaClassOf(error);
  return javaClass === '' ? error.message : `${javaClass}: ${javaMessageOf(error)}`;
}

/** The same for an error that Java's tools get out of a future. */
export function executionText(error: Error): string {
  return `java.util.concurrent.ExecutionException: ${javaText(error)}`;
}

/** The same error under the name that Java's log gives it, with those of its causes that Java has as well. */
export function asJava(error: Error): Error {
  const { cause } = error;
  const isJavas = cause instanceof Error && javaClassOf(cause) !== '';
  const named = new Error(javaMessageOf(error), isJavas ? { cause: asJava(cause) } : undefined);
  named.name = javaClassOf(error) || error.name;
  return named;
}

/** An end that the real tool prints without its stack: the message, then the exception; people get the message alone. */
export function printedError(error: unknown, io: Io): unknown {
  if (!(error instanceof Error) || javaClassOf(error) === '') return error;
  return new ToolError(io.stderr.isTerminal ? error.message : `${javaMessageOf(error)}\n${javaText(error)}`);
}
