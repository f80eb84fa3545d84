import { KafkaError } from '../../../protocol/errors.js';
import { AdminFailure, nodeAssignmentFailure, UnreachableError } from '../../connect-to.js';
import { executionText, javaText } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import { optionException } from '../../options/option-exception.js';
import { UsageError } from '../../options/usage-error.js';
import { ToolError } from '../../tool-error.js';

/** A call to the cluster failed: Java's tool gets the error out of a future. */
class CallError extends Error {
  override readonly name = 'CallError';
  override readonly cause: Error;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.cause = cause;
  }
}

/** Makes a call, whose failure is told as Java's. @param call how Java names it */
export async function called<T>(call: string, io: Io, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const failure = isUnknownNode(error) ? unknownNode(error, call, io) : nodeAssignmentFailure(error, call, io);
    if (!(failure instanceof Error) || failure instanceof ToolError || javaText(failure) === failure.message) {
      throw failure;
    }
    throw new CallError(failure);
  }
}

const isUnknownNode = (error: unknown): error is KafkaError =>
  error instanceof KafkaError && error.error === 'BROKER_NOT_AVAILABLE';

/** Java waits for a broker that nobody knows until its time is up; this ends at once, in the same words. */
function unknownNode(error: KafkaError, call: string, io: Io): Error {
  if (io.stderr.isTerminal) return new ToolError(error.message);
  return new UnreachableError(`Timed out waiting for a node assignment. Call: ${call}`, error);
}

/** What the call itself said. */
export const causeOf = (error: unknown): unknown => (error instanceof CallError ? error.cause : error);

/** Errors whose message is all that Kafka's tool prints. */
const PLAIN = new Set(['java.lang.IllegalArgumentException']);

/** How the tool ends by an error: a person gets its message, a script what Kafka's tool prints. */
export function reported(error: unknown, argv: readonly string[], io: Io): unknown {
  if (error instanceof UsageError) {
    return optionException(error.message) === undefined || io.stderr.isTerminal ? error : new ToolError(error.message);
  }
  if (!(error instanceof Error)) return error;
  if (error.name === 'OptionError') return new ToolError(error.message);
  const isPlain = error instanceof ToolError && (error.javaEnd === null || PLAIN.has(error.javaEnd.javaClass));
  if (isPlain && !(error instanceof AdminFailure)) return new ToolError(error.message, error.exitStatus);
  const text = failureText(error);
  if (text === null) return error;
  if (io.stderr.isTerminal) return new ToolError(error.message);
  return new ToolError(`Error while executing config command with args '${argv.join(' ')}'\n${text}`);
}

function failureText(error: Error): string | null {
  if (error instanceof CallError) return executionText(error.cause);
  if (error instanceof AdminFailure) return `org.apache.kafka.common.KafkaException: ${error.message}`;
  const text = javaText(error);
  return text === error.message ? null : text;
}
