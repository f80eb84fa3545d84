import { NetworkError } from '../base/network.js';
import { openAdmin } from '../client/admin/admin-client.js';
import type { ClientHost, ClientProperties } from '../client/client-config.js';
import { BootstrapError } from '../client/client-errors.js';
import type { Cluster } from '../client/cluster.js';
import { ConfigException } from '../config/config-exception.js';
import { ConsoleLogger, LogLevels } from '../host/console-logger.js';
import { withSpinner } from './format/spinner.js';
import type { Io } from './io.js';
import { loadProperties } from './load-properties.js';
import { ToolError } from './tool-error.js';

/** What the clients of a tool run on. What they log goes to standard error: warnings, or all of it with KAFKALITE_DEBUG. */
export function clientHost(io: Io): ClientHost {
  const { clock, random, network } = io.host;
  return { clock, random, network, logger: toolLogger(io) };
}

export function toolLogger(io: Io, name?: string): ConsoleLogger {
  const levels = new LogLevels(io.env.KAFKALITE_DEBUG ? 'DEBUG' : 'WARN');
  return new ConsoleLogger(io.stderr, levels, () => io.host.clock.nowMs(), '', name);
}

/** Properties of an admin client: those of the file, if any, and over them the addresses. @throws ToolError */
export function adminProperties(io: Io, bootstrap: string, configPath: string | null): Map<string, string> {
  const properties = configPath === null ? new Map<string, string>() : loadProperties(io, configPath);
  return properties.set('bootstrap.servers', bootstrap);
}

/** Does some work with an admin client that is closed at the end. @throws ConfigException, and what the work throws */
export async function withAdmin<T>(
  io: Io,
  properties: ClientProperties,
  work: (admin: Cluster) => Promise<T>,
): Promise<T> {
  const admin = openedAdmin(properties, io);
  try {
    return await withSpinner(io, 'Asking the cluster', () => work(admin));
  } finally {
    admin.close();
  }
}

function openedAdmin(properties: ClientProperties, io: Io): Cluster {
  try {
    return openAdmin(properties, clientHost(io));
  } catch (error) {
    const isAddress = error instanceof ConfigException && /in bootstrap\.(?:servers|controllers)/.test(error.message);
    throw isAddress ? new AdminFailure(error.message, error.javaClass) : error;
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
  if (!(error instanceof BootstrapError) || io.stdout.isTerminal) return error;
  if (error.failures.every(({ cause }) => cause instanceof NetworkError && UNRESOLVED.has(cause.code))) {
    return new AdminFailure(`No resolvable bootstrap urls given in bootstrap.servers: ${error.message}`);
  }
  logUnreachable(error, io);
  return new UnreachableError(`Timed out waiting for a node assignment. Call: ${call}`, error);
}

/** What the system says of a host name that it does not know. */
const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME']);

/** A line of the log about each address that was tried. */
export function logUnreachable(error: BootstrapError, io: Io): void {
  const logger = toolLogger(io, 'org.apache.kafka.clients.NetworkClient');
  for (const { address, cause } of error.failures) {
    const why = cause.message.includes(address) ? cause.message : `${address}: ${cause.message}`;
    logger.error(`Connection to the bootstrap server ${address} could not be established: ${why}`);
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
