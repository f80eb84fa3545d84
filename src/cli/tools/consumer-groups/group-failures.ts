import type { BootstrapError } from '../../../client/client-errors.js';
import { ConfigException } from '../../../config/config-exception.js';
import { KafkaError } from '../../../protocol/errors.js';
import { AdminFailure, logUnreachable } from '../../connect-to.js';
import { javaMessageOf, javaText } from '../../format/java-error.js';
import { UsageError } from '../../options/usage-error.js';
import { uncaught } from '../../tool-error.js';
import { MissingNameError, ofFuture, ofRuntime } from './failure.js';
import type { GroupsOptions } from './options.js';
import { GroupErrors, type Shown } from './output.js';

const FAILED = 'Executing consumer group command failed due to';

/** The real tool tells of most failures on standard output, and is a success. For people and programs it is none. */
export function reportGroupFailure(error: unknown, options: GroupsOptions, { io, format }: Shown): number {
  if (error instanceof UsageError || !(error instanceof Error) || error instanceof TypeError) throw error;
  if (format === 'plain') {
    // Of an exception with several lines the first alone is the message; what follows is its cause.
    const caught = asCaught(error, options);
    const [message = ''] = javaMessageOf(caught).split('\nCaused by: ');
    io.print(`\nError: ${FAILED} ${message}`);
    io.printError(javaText(caught));
  } else io.printError(error.message);
  if (error instanceof MissingNameError && error.question !== null) io.printError(error.question);
  return format === 'plain' ? 0 : 1;
}

const wrapsErrors = (options: GroupsOptions): boolean =>
  options.has('list') || options.has('all-groups') || options.has('reset-offsets');

function asCaught(error: Error, options: GroupsOptions): Error {
  if (error instanceof ConfigException) return asCaught(new AdminFailure(error.message, error.javaClass), options);
  if (error instanceof AdminFailure) return uncaught('org.apache.kafka.common.KafkaException', error.message);
  if (!(error instanceof KafkaError)) return error;
  return wrapsErrors(options) ? ofRuntime(ofFuture(error)) : ofFuture(error);
}

const NO_BROKERS =
  'java.util.concurrent.ExecutionException: org.apache.kafka.common.KafkaException: Failed to find brokers to send ListGroups';

const timedOut = (call: string): KafkaError =>
  new KafkaError('REQUEST_TIMED_OUT', `Timed out waiting for a node assignment. Call: ${call}`);

/** Says in the words of each command that no broker could be asked: to the real tool, and so to scripts, no failure. */
export async function unreached(
  options: GroupsOptions,
  shown: Shown,
  error: BootstrapError | null = null,
): Promise<number> {
  const { io } = shown;
  const told = error?.message ?? `--timeout ${options.value('timeout')} leaves no time to ask a broker`;
  if (shown.format !== 'plain') {
    io.printError(told);
    return 1;
  }
  if (error !== null) logUnreachable(error, io);
  if (options.has('delete') && !options.has('all-groups')) {
    const { deletionReport, undeleted } = await import('./delete.js');
    const failure = timedOut('deleteConsumerGroups(api=FIND_COORDINATOR)');
    io.stdout.write(deletionReport(undeleted(options, javaText(failure), told)).plain());
    return 0;
  }
  if (options.has('delete-offsets')) {
    const { offsetDeletionReport, unaskedDeletion } = await import('./delete-offsets.js');
    io.stdout.write(offsetDeletionReport(unaskedDeletion(options, timedOut)).plain());
    return 0;
  }
  const isWrapped = wrapsErrors(options);
  const text = unaskedText(options);
  new GroupErrors(shown).print(`${FAILED} ${text}`);
  io.printError(`java.${isWrapped ? 'lang.Runtime' : 'util.concurrent.Execution'}Exception: ${text}`);
  return 0;
}

function unaskedText(options: GroupsOptions): string {
  if (options.has('list') || options.has('all-groups')) return NO_BROKERS;
  const text = javaText(timedOut('describeConsumerGroups(api=FIND_COORDINATOR)'));
  return options.has('reset-offsets') ? `java.util.concurrent.ExecutionException: ${text}` : text;
}
