import { type HostPort, hostPortText } from '../config/host-port.js';
import type { Pauses } from './backoff.js';
import type { ClientHost, ClientSettings } from './client-config.js';
import {
  type AddressFailure,
  asError,
  BootstrapError,
  ClientClosedError,
  DisconnectedError,
  isOfConfiguration,
} from './client-errors.js';

/** Each of several addresses gets a share of the time to look for the cluster, and at least so much. */
export const LEAST_SHARE_MS = 1500;

/**
 * Tries the addresses of the configuration until one leads to the cluster.
 *
 * @param visit asks the broker of an address for the brokers of the cluster, within some milliseconds.
 * @returns the address that led there, and what was learned
 * @throws BootstrapError when the time is up, or none can change by waiting; AuthenticationError, ClientSetupError
 */
export async function findCluster<T>(
  settings: ClientSettings,
  host: ClientHost,
  pauses: Pauses,
  visit: (address: HostPort, withinMs: number) => Promise<T>,
): Promise<{ readonly address: HostPort; readonly learned: T }> {
  const { clock, random } = host;
  const { connectTimeoutMs, refusalPatienceMs, retryBackoffMs, retryBackoffMaxMs } = settings;
  const startMs = clock.monotonicMs();
  const leftMs = (): number => connectTimeoutMs - (clock.monotonicMs() - startMs);
  for (let round = 0; ; round++) {
    const failures: AddressFailure[] = [];
    const addresses = shuffled(await bootstrapNames(settings, host), random.fraction());
    for (const [index, address] of addresses.entries()) {
      const shareMs = Math.max(LEAST_SHARE_MS, leftMs() / (addresses.length - index));
      try {
        return { address, learned: await visit(address, Math.min(shareMs, connectTimeoutMs)) };
      } catch (error) {
        if (error instanceof ClientClosedError || isOfConfiguration(error)) throw error;
        failures.push({ address: hostPortText(address.host, address.port), cause: asError(error) });
      }
      if (leftMs() <= 0) break;
    }
    const delayMs = pauses.backoffMs(round, retryBackoffMs, retryBackoffMaxMs);
    const mayStart = failures.some(({ cause }) => isStarting(cause));
    if (!mayStart || clock.monotonicMs() - startMs > refusalPatienceMs) {
      throw new BootstrapError(failures, settings.bootstrapControllers ? 'bootstrap.controllers' : undefined);
    }
    await pauses.wait(delayMs);
  }
}

/** The addresses of the configuration, or with client.dns.lookup those that their names stand for. */
async function bootstrapNames(
  { bootstrap, resolvesBootstrap }: ClientSettings,
  { network }: ClientHost,
): Promise<readonly HostPort[]> {
  const { canonicalNames } = network;
  if (!resolvesBootstrap || canonicalNames === undefined) return bootstrap;
  const resolved = bootstrap.map(async ({ host, port }) => {
    try {
      return (await canonicalNames(host)).map((name) => ({ host: name, port }));
    } catch {
      // Whoever connects to it says what is wrong.
      return [{ host, port }];
    }
  });
  return (await Promise.all(resolved)).flat();
}

/** A refused connection may be a broker that is starting; an unknown name or a foreign protocol will not change. */
export function isStarting(cause: Error): boolean {
  if (cause instanceof DisconnectedError) return true;
  return (
    'code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'ECONNRESET' || cause.code === 'EAI_AGAIN')
  );
}

export function shuffled<T>(items: readonly T[], fraction: number): T[] {
  const start = Math.floor(fraction * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
