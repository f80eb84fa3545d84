import { KafkaError } from '../../protocol/errors.js';
import { UnreachableError } from '../connect-to.js';
import type { Io } from '../io.js';
import { ToolError } from '../tool-error.js';
import { executionText, javaText, printedError } from './java-error.js';

/**
 * Prints what a call to the cluster failed by as a tool does that gets it out of Java's future: its message has the class
 * of the exception that lies within. Other errors are printed as {@link printedError} does.
 */
export function printedFutureError(error: unknown, io: Io): unknown {
  const isOfCall = error instanceof KafkaError || error instanceof UnreachableError;
  if (!isOfCall || io.stderr.isTerminal) return printedError(error, io);
  return new ToolError(`${javaText(error)}\n${executionText(error)}`);
}
