import { NetworkError } from '../../../base/network.js';
import { AdvertisedAddressError, BootstrapError, ClientSetupError } from '../../../client/client-errors.js';
import { asJava } from '../../format/java-error.js';
import type { JavaEnd } from '../../tool-error.js';

/** The name that the console consumer logs by. */
export const LOGGER = 'org.apache.kafka.tools.consumer.ConsoleConsumer';

/** An error as Java's log names it; where several exceptions stand for one error of the protocol, the error knows which. */
export function asLogged(error: Error): Error {
  const named = asJava(error);
  named.name = (error as Partial<JavaEnd>).javaClass ?? named.name;
  return named;
}

/** What the system says of a host name that it does not know. */
const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME']);

/** Found when the first connection is made, where Java finds it when it makes the consumer. */
export function isSetupFailure(error: unknown): error is ClientSetupError | BootstrapError {
  if (error instanceof ClientSetupError) return true;
  if (!(error instanceof BootstrapError) || error instanceof AdvertisedAddressError) return false;
  return error.failures.every(({ cause }) => cause instanceof NetworkError && UNRESOLVED.has(cause.code));
}
