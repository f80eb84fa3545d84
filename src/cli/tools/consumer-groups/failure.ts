import type { KafkaError } from '../../../protocol/errors.js';
import { javaClassOf, javaText } from '../../format/java-error.js';
import { ToolError, uncaught } from '../../tool-error.js';

/** An error that the real tool throws as it is. */
export function thrown(error: Error): ToolError {
  return uncaught(javaClassOf(error), error.message);
}

/** As the real tool gets the error of a call out of its future, which it does not take apart. */
export function ofFuture(error: Error): ToolError {
  return uncaught('java.util.concurrent.ExecutionException', error.message, javaText(error));
}

/** The same where it puts what it got into one more exception. */
export function ofRuntime(error: Error): ToolError {
  return uncaught('java.lang.RuntimeException', error.message, javaText(error));
}

/** What was named is not there, or cannot be described. */
export class MissingNameError extends ToolError {
  readonly kind: 'group' | 'topic';
  readonly missing: string;
  /** Asks for a name that is like it; null where none is, or nobody would read it. */
  question: string | null = null;

  /** @param end as the real tool ends by it */
  constructor(kind: 'group' | 'topic', missing: string, cause: KafkaError, end: ToolError) {
    const isUnknownTopic = cause.error === 'UNKNOWN_TOPIC_OR_PARTITION';
    super(isUnknownTopic ? `There is no topic '${missing}'.` : end.message, 1, end.javaEnd);
    this.kind = kind;
    this.missing = missing;
  }
}
