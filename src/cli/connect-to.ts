import type { Logger } from '../base/host.js';
import { NetworkError } from '../base/network.js';
import { openAdmin } from '../client/admin/admin-client.js';
import { type ClientHost, type ClientProperties, CONNECT_TIMEOUT_KEY } from '../client/client-config.js';
import {
  AdvertisedAddressError,
  AuthenticationError,
  BootstrapError,
  ClientSetupError,
} from '../client/client-errors.js';
import type { Cluster } from '../client/cluster.js';
import { ConfigException } from '../config/config-exception.js';
import { ConsoleLogger, LogLevels } from '../host/console-logger.js';
import { withSpinner } from './format/spinner.js';
import type { Io } from './io.js';
import { javaProperties } from './java-properties.js';
import { loadProperties } from './load-properties.js';
import { integer } from './options/option-rows.js';
import { type JavaEnd, ToolError } from './tool-error.js';

const CLIENT_LOGGER = 'org.apache.kafka.clients.NetworkClient';

/** What the clients of a tool run on. What they log goes to standard error: warnings, or all of it with KAFKALITE_DEBUG. */
export function clientHost(io: Io): ClientHost {
  return { ...io.host, logger: toolLogger(io), javaProperties: javaProperties(io.env.KAFKA_OPTS) };
}

/** The same for a tool that says itself what its clients meet with, or would disturb whoever types. */
export function silentHost(io: Io): ClientHost {
  const nothing = (): void => undefined;
  const logger: Logger = {
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    with: () => logger,
  };
  return { ...clientHost(io), logger };
}

export function toolLogger(io: Io, name?: string): ConsoleLogger {
  return new ConsoleLogger(io.stderr, logLevels(io), () => io.host.clock.nowMs(), '', name);
}

const logLevels = (io: Io): LogLevels => new LogLevels(io.env.KAFKALITE_DEBUG ? 'DEBUG' : 'WARN');

/** The same for an admin client. Its connections log nothing on a terminal, where the tool itself says what is wrong. */
function adminHost(io: Io): ClientHost {
  if (!io.stderr.isTerminal || io.env.KAFKALITE_DEBUG) return clientHost(io);
  const levels = logLevels(io);
  levels.set(CLIENT_LOGGER, 'FATAL');
  return { ...clientHost(io), logger: new ConsoleLogger(io.stderr, levels, () => io.host.clock.nowMs()) };
}

/**
 * The row of an option that a tool may have besides Kafka's own; its value goes to {@link connectWithin} or
 * {@link adminProperties}.
 */
export const TIMEOUT_OPTION = {
  timeout: integer('ms', 'How long to look for the cluster before giving up, in milliseconds; 5000 unless given.', {
    own: true,
  }),
};

/** Puts into the properties of a client how long it may look for the cluster; null leaves them as they are. @throws ToolError */
export function connectWithin(properties: Map<string, string>, timeoutMs: number | null): Map<string, string> {
  if (timeoutMs === null) return properties;
  if (timeoutMs <= 0) throw new ToolError(`--timeout is a number of milliseconds above 0, and not ${timeoutMs}`);
  return properties.set(CONNECT_TIMEOUT_KEY, String(timeoutMs));
}

/** Properties of an admin client: those of the file, if any, and over them the addresses. @throws ToolError */
export function adminProperties(
  io: Io,
  bootstrap: string,
  configPath: string | null,
  timeoutMs: number | null = null,
): Map<string, string> {
  const properties = configPath === null ? new Map<string, string>() : loadProperties(io, configPath);
  return connectWithin(properties.set('bootstrap.servers', bootstrap), timeoutMs);
}

/**
 * Does some work with an admin client that is closed at the end. Files and logins that are of no use end it as they end
 * the making of a client in Java.
 *
 * @throws ConfigException, and what the work throws
 */
export async function withAdmin<T>(
  io: Io,
  properties: ClientProperties,
  work: (admin: Cluster) => Promise<T>,
): Promise<T> {
  const admin = openedAdmin(properties, io);
  try {
    return await withSpinner(io, 'Asking the cluster', () => work(admin));
  } catch (error) {
    const isSetup = error instanceof ClientSetupError && !io.stdout.isTerminal;
    throw isSetup ? new AdminFailure(error.message, error.javaClass) : personal(error, io);
  } finally {
    // A tool ends now, and its connections with it: whoever goes on has them closed.
    setImmediate(() => admin.close());
  }
}

function openedAdmin(properties: ClientProperties, io: Io): Cluster {
  try {
    return openAdmin(properties, adminHost(io));
  } catch (error) {
    const isAddress = error instanceof ConfigException && /in bootstrap\.(?:servers|controllers)/.test(error.message);
    throw isAddress ? new AdminFailure(error.message, error.javaClass) : error;
  }
}

/**
 * What broker and client do not like of each other, as Kafka's tools say it in few words; people at a terminal get what
 * to look at instead.
 */
function personal(error: unknown, io: Io): unknown {
  if (!(error instanceof AuthenticationError) || !io.stdout.isTerminal) return error;
  return new ToolError(`${error.address}: ${error.advice}`);
}

/**
 * Looks at the files and the login of a producer or consumer before anything else is done with it, since Java does so
 * when it makes one. Nothing where it speaks in the clear.
 *
 * @throws ConstructionError
 */
export async function checkSecurity({ settings, host }: Cluster, kind: string): Promise<void> {
  try {
    await settings.security.channel(host);
  } catch (error) {
    throw error instanceof ClientSetupError ? new ConstructionError(error, kind) : error;
  }
}

/** A client that cannot be made: Java names the client, people are told the cause. */
class ConstructionError extends Error {
  override readonly name = 'ConstructionError';
  readonly javaEnd: JavaEnd;

  constructor(cause: ClientSetupError, kind: string) {
    super(cause.message, { cause });
    this.javaEnd = {
      javaClass: 'org.apache.kafka.common.KafkaException',
      javaMessage: `Failed to construct kafka ${kind}`,
    };
  }
}

/** An address that no client can be made with. */
export class AdminFailure extends ToolError {
  constructor(cause: string, javaClass = 'org.apache.kafka.common.config.ConfigException') {
    super(`Failed to create new KafkaAdminClient\nCaused by: ${javaClass}: ${cause}`);
  }
}

/**
 * Where no broker was reached, says so as Kafka's admin client does, with the address and the cause on standard error
 * as its log has them; people at a terminal get the cause alone. Other errors stay as they are.
 *
 * @param call how Java names the call that was being made
 */
export function nodeAssignmentFailure(error: unknown, call: string, io: Io): unknown {
  if (!(error instanceof BootstrapError)) return personal(error, io);
  if (io.stdout.isTerminal) return error;
  const isAdvertised = error instanceof AdvertisedAddressError;
  if (
    !isAdvertised &&
    error.failures.every(({ cause }) => cause instanceof NetworkError && UNRESOLVED.has(cause.code))
  ) {
    return new AdminFailure(`No resolvable bootstrap urls given in bootstrap.servers: ${error.message}`);
  }
  logUnreachable(error, io);
  return new UnreachableError(`Timed out waiting for a node assignment. Call: ${call}`, error);
}

/** What the system says of a host name that it does not know. */
const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME']);

/** A line of the log about each address that was tried. */
export function logUnreachable(error: BootstrapError, io: Io): void {
  const logger = toolLogger(io, CLIENT_LOGGER);
  if (error instanceof AdvertisedAddressError) {
    logger.error(error.message);
    return;
  }
  for (const { address, cause } of error.failures) {
    const why = cause.message.includes(address) ? cause.message : `${address}: ${cause.message}`;
    logger.warn(`Connection to the bootstrap server ${address} could not be established: ${why}`);
  }
}

/** Java's words for a cluster that cannot be reached; what happened is the cause. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly javaClass = 'org.apache.kafka.common.errors.TimeoutException';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}
