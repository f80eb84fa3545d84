import { NetworkError } from '../base/network.js';
import { ConfigException } from '../config/config-exception.js';
import { type ErrorName, errorNamed, errorOfCode, KafkaError } from '../protocol/errors.js';

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

/**
 * The broker does not take this client, or this client does not take the broker: it stays so until somebody changes the
 * configuration, so nothing is tried again. `message` is Kafka's.
 */
export class AuthenticationError extends KafkaError {
  /** The exception that Java has for it. */
  readonly javaClass: string;
  readonly address: string;
  /** For people: what is wrong and what to try. */
  readonly advice: string;

  constructor(error: AuthenticationFailure, facts: AuthenticationFacts) {
    super(error === 'SSL' ? 'SASL_AUTHENTICATION_FAILED' : error, facts.message);
    this.javaClass =
      error === 'SSL' ? 'org.apache.kafka.common.errors.SslAuthenticationException' : errorNamed(error).exception;
    this.address = facts.address;
    this.advice = facts.advice;
    if (facts.cause !== undefined) this.cause = facts.cause;
  }
}

export interface AuthenticationFacts {
  readonly address: string;
  readonly message: string;
  readonly advice: string;
  readonly cause?: unknown;
}

/** A failure of TLS has no error in the protocol. */
export type AuthenticationFailure = ErrorName | 'SSL';

/** Files or a login of the configuration that are found to be of no use only when they are needed. */
export class ClientSetupError extends ConfigException {
  /** As Java's tools end by it. */
  readonly javaEnd: { readonly javaClass: string; readonly javaMessage: string };

  /** @param javaMessage Java's words; the message has also what to do about it. */
  constructor(javaMessage: string, details: SetupDetails = {}) {
    const { advice, javaClass = 'org.apache.kafka.common.KafkaException', cause } = details;
    const joint = javaMessage.endsWith('.') ? ' ' : ': ';
    const message = advice === undefined ? javaMessage : javaMessage + joint + advice;
    super(message, { javaClass, ...(cause === undefined ? {} : { cause }) });
    this.javaEnd = { javaClass, javaMessage };
  }
}

export interface SetupDetails {
  readonly advice?: string;
  readonly javaClass?: string;
  readonly cause?: unknown;
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

  constructor(failures: readonly AddressFailure[], key = 'bootstrap.servers', message = unreachable(failures, key)) {
    super(message);
    this.failures = failures;
  }
}

/** The cluster was reached, but the addresses that its brokers give of themselves lead nowhere. */
export class AdvertisedAddressError extends BootstrapError {
  constructor(bootstrap: string, failures: readonly AddressFailure[]) {
    const named = failures.map(({ address, cause }) => `${address} (${withoutAddress(cause.message, address)})`);
    super(
      failures,
      '',
      `the cluster answers at ${bootstrap}, but its brokers tell clients to connect to ${named.join(', ')}, which cannot be reached. Look at advertised.listeners in the configuration of the brokers: it has to name addresses that this machine can reach`,
    );
  }
}

function unreachable(failures: readonly AddressFailure[], key: string): string {
  const causes = failures.map(({ address, cause }) => {
    return cause.message.includes(address) ? cause.message : `${address}: ${cause.message}`;
  });
  const advice = new Set(failures.map(({ cause }) => adviceFor(cause)).filter((text) => text !== ''));
  return [`no broker of ${key} could be reached: ${causes.join('; ')}`, ...advice].join('. ');
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: is the broker running, and is the port right?',
  ENOTFOUND: 'Is the name spelled right, and known to this machine?',
  EAI_AGAIN: 'Is the name spelled right, and does the name server of this machine answer?',
  ETIMEDOUT: 'Is the address right, and does no firewall stand between?',
  EHOSTUNREACH: 'Is the address right, and this machine on its network?',
  ENETUNREACH: 'Is the address right, and this machine on its network?',
};

const adviceFor = (cause: Error): string => (cause instanceof NetworkError ? (ADVICE[cause.code] ?? '') : '');

const withoutAddress = (text: string, address: string): string =>
  text.replace(`cannot connect to ${address}: `, '').replace(`${address}: `, '');

/** The error of a response's code; null for NONE. A text of the broker goes before the error's own. */
export function kafkaErrorOf(code: number, message?: string | null): KafkaError | null {
  return code === 0 ? null : new KafkaError(errorOfCode(code).name, message);
}

/** Whether the same call may succeed when it is sent again. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof KafkaError) return errorNamed(error.error).retriable;
  return error instanceof DisconnectedError || error instanceof NetworkError;
}

/** Whether another broker would say the same, since it is this client's configuration that is wrong. */
export function isOfConfiguration(error: unknown): boolean {
  return error instanceof AuthenticationError || error instanceof ConfigException;
}

/** Whether metadata has to be fetched anew before the same call can succeed. */
export function needsMetadata(error: unknown): boolean {
  if (error instanceof KafkaError) return errorNamed(error.error).refreshMetadata;
  return error instanceof DisconnectedError || error instanceof NetworkError;
}

export const timedOut = (message: string): KafkaError => new KafkaError('REQUEST_TIMED_OUT', message);

export const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
