import type { Clock, Logger, Timer } from '../base/host.js';
import type { Connection, ListeningSocket, Network } from '../base/network.js';
import { ClientConnection } from './client-connection.js';
import type { ConnectionLimits } from './connection-limits.js';
import type { Dispatch } from './dispatch.js';
import type { BrokerServices } from './services.js';

export interface ListenerOptions {
  readonly name: string;
  /** Empty for all addresses. */
  readonly host: string;
  readonly port: number;
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly services: BrokerServices;
  readonly maxRequestBytes: number;
  readonly maxIdleMs: number;
  readonly limits: ConnectionLimits;
}

/** One of the node's listeners and all connections that came in through it. */
export class Listener {
  private readonly options: ListenerOptions;
  private readonly connections = new Set<ClientConnection>();
  private readonly connectionsOfHost = new Map<string, number>();
  private socket: ListeningSocket | null = null;
  private idleTimer: Timer | null = null;
  private accepted = 0;
  /** Connections that came before the broker was ready to answer; null from then on. */
  private early: Connection[] | null = [];

  constructor(options: ListenerOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.name;
  }

  /** The real port, also where 0 was asked for. */
  get port(): number {
    return this.socket?.port ?? this.options.port;
  }

  /** Takes connections, but answers nobody before {@link serve}. @throws NetworkError when the port cannot be bound. */
  async bind(): Promise<void> {
    const { network, host, port } = this.options;
    this.socket = await network.listen(host, port, (connection) => {
      if (this.early === null) this.accept(connection);
      else this.early.push(connection);
    });
    this.watchIdle();
  }

  /** From now on requests are answered, those of connections that were early first. */
  serve(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const connection of early) this.accept(connection);
  }

  async close(): Promise<void> {
    this.idleTimer?.cancel();
    const closed = this.socket?.close();
    for (const connection of [...this.connections, ...(this.early ?? [])]) connection.destroy();
    this.early = [];
    await closed;
  }

  private accept(connection: Connection): void {
    const { options } = this;
    const host = connection.remoteAddress;
    const ofHost = this.connectionsOfHost.get(host) ?? 0;
    if (!options.limits.allows(this.connections.size, host, ofHost)) {
      options.logger.info(`Too many connections from ${host}: connection refused`);
      connection.destroy();
      return;
    }
    this.connectionsOfHost.set(host, ofHost + 1);
    const connectionId = `${host}:${connection.remotePort}-${options.name}-${this.accepted++}`;
    const client = new ClientConnection({
      connection,
      dispatch: options.dispatch,
      clock: options.clock,
      logger: options.logger,
      maxRequestBytes: options.maxRequestBytes,
      context: { services: options.services, clientHost: `/${host}`, listener: options.name, connectionId },
      onClose: () => this.forget(client, host),
    });
    this.connections.add(client);
  }

  private forget(client: ClientConnection, host: string): void {
    this.connections.delete(client);
    const left = (this.connectionsOfHost.get(host) ?? 1) - 1;
    if (left === 0) this.connectionsOfHost.delete(host);
    else this.connectionsOfHost.set(host, left);
  }

  /** connections.max.idle.ms: one look over all connections, as often as keeps the error small. */
  private watchIdle(): void {
    const { clock, maxIdleMs } = this.options;
    if (!Number.isFinite(maxIdleMs) || maxIdleMs < 0) return;
    this.idleTimer = clock.setTimer(Math.max(100, Math.min(maxIdleMs / 4, 10_000)), () => {
      const now = clock.monotonicMs();
      for (const connection of this.connections) {
        if (connection.isIdle && now - connection.lastActiveMs > maxIdleMs) connection.destroy();
      }
      this.watchIdle();
    });
  }
}
