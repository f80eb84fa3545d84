import { BootstrapError, ClientClosedError, DisconnectedError } from '../../client/client-errors.js';
import { errorNamed, KafkaError } from '../../protocol/errors.js';
import type { JavaEnd } from '../tool-error.js';

/** The exception class that Java's tools name for an error; empty for one that has none. */
export function javaClassOf(error: Error): string {
  if (error instanceof KafkaError) return errorNamed(error.error).exception;
  if (error instanceof BootstrapError) return 'org.apache.kafka.common.errors.TimeoutException';
  if (error instanceof DisconnectedError) return 'org.apache.kafka.common.errors.DisconnectException';
  if (error instanceof ClientClosedError) return 'java.lang.IllegalStateException';
  if (error.name === 'OptionError') return 'joptsimple.OptionArgumentConversionException';
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
