import { NetworkError } from '../base/network.js';
import { errorNamed, errorOfCode, KafkaError } from '../protocol/errors.js';

/** The connection went away while a request waited for its answer; whether the broker did it is not known. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError';
}

/** A broker that was reached, but that speaks something else than was expected: no use in trying again. */
export class ProtocolMismatchError extends Error {
  override readonly name = 'ProtocolMismatchError';
}

/** The client was closed while a call waited. */
export class ClientClosedError extends Error {
  override readonly name = 'ClientClosedError';

  constructor() {
    super('the client was closed');
  }
}

export interface AddressFailure {
  /** As it was given: `host:port`. */
  readonly address: string;
  readonly cause: Error;
}

/** No address of bootstrap.servers could be used. */
export class BootstrapError extends Error {
  override readonly name = 'BootstrapError';
  readonly failures: readonly AddressFailure[];

  constructor(failures: readonly AddressFailure[], key = 'bootstrap.servers') {
    const causes = failures.map(({ address, cause }) => {
      return cause.message.includes(address) ? cause.message : `${address}: ${cause.message}`;
    });
    super(`no broker of ${key} could be reached: ${causes.join('; ')}`);
    this.failures = failures;
  }
}

/** The error of a response's code; null for NONE. A text of the broker goes before the error's own. */
export function kafkaErrorOf(code: number, message?: string | null): KafkaError | null {
  return code === 0 ? null : new KafkaError(errorOfCode(code).name, message);
}

/** Whether the same call may succeed when it is sent again. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof KafkaError) return errorNamed(error.error).retriable;
  return error instanceof DisconnectedError || error instanceof NetworkError;
}

/** Whether metadata has to be fetched anew before the same call can succeed. */
export function needsMetadata(error: unknown): boolean {
  if (error instanceof KafkaError) return errorNamed(error.error).refreshMetadata;
  return error instanceof DisconnectedError || error instanceof NetworkError;
}

export const timedOut = (message: string): KafkaError => new KafkaError('REQUEST_TIMED_OUT', message);

export const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
