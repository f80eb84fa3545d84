import type { BufferPool } from '../base/buffer-pool.js';
import type { Clock, Logger, Timer } from '../base/host.js';
import type { Connection, ListeningSocket, Network } from '../base/network.js';
import { ClientConnection } from './client-connection.js';
import type { ConnectionLimits, LimitedListener } from './connection-limits.js';
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
  readonly buffers: BufferPool;
  readonly maxIdleMs: number;
  readonly limits: ConnectionLimits;
}

/** One of the node's listeners and all connections that came in through it. */
export class Listener implements LimitedListener {
  private readonly options: ListenerOptions;
  private readonly connections = new Set<ClientConnection>();
  private socket: ListeningSocket | null = null;
  private idleTimer: Timer | null = null;
  private accepted = 0;
  /** Connections that came and are not answered yet: before the broker is ready, and while there are too many. */
  private readonly waiting = new Set<Connection>();
  /** Those that came too soon, until they are closed. */
  private readonly throttled = new Map<Connection, Timer>();
  private isServing = false;
  /** The first that waits was counted in the rates. */
  private isFirstCounted = false;
  private rateTimer: Timer | null = null;

  constructor(options: ListenerOptions) {
    this.options = options;
    options.limits.add(this);
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
      const nothing = () => undefined;
      const onClose = () => this.waiting.delete(connection);
      connection.handlers = { onData: nothing, onDrain: nothing, onEnd: nothing, onClose };
      this.waiting.add(connection);
      this.admit();
    });
    this.watchIdle();
  }

  /** From now on requests are answered, those of connections that were early first. */
  serve(): void {
    this.isServing = true;
    this.admit();
  }

  async close(): Promise<void> {
    this.idleTimer?.cancel();
    this.rateTimer?.cancel();
    this.isServing = false;
    const closed = this.socket?.close();
    for (const timer of this.throttled.values()) timer.cancel();
    for (const connection of [...this.connections, ...this.waiting, ...this.throttled.keys()]) connection.destroy();
    await closed;
  }

  /** Begins with those that wait, in the order in which they came, as far as the limits allow (KIP-402, KIP-612). */
  admit(): void {
    const { limits, clock, name } = this.options;
    while (this.isServing && this.rateTimer === null) {
      const [connection] = this.waiting;
      if (connection === undefined) return;
      if (!this.isFirstCounted) {
        this.isFirstCounted = true;
        const throttleMs = limits.arrived(name, clock.monotonicMs());
        if (throttleMs > 0) {
          this.rateTimer = clock.setTimer(throttleMs, () => {
            this.rateTimer = null;
            this.admit();
          });
          return;
        }
      }
      if (!limits.hasRoom(name)) return;
      this.isFirstCounted = false;
      this.waiting.delete(connection);
      this.accept(connection);
    }
  }

  closeIdlest(count: number): number {
    const idlest = [...this.connections].sort((a, b) => a.lastActiveMs - b.lastActiveMs).slice(0, count);
    for (const connection of idlest) connection.destroy();
    return idlest.length;
  }

  private accept(connection: Connection): void {
    const { options } = this;
    const { limits, clock } = options;
    const host = connection.remoteAddress;
    const throttleMs = limits.throttleMsOf(host, clock.monotonicMs());
    if (throttleMs > 0) {
      this.closeLater(connection, throttleMs);
      return;
    }
    if (!limits.take(options.name, host)) {
      options.logger.info(`Too many connections from ${host}: connection refused`);
      connection.destroy();
      return;
    }
    const connectionId = `${host}:${connection.remotePort}-${options.name}-${this.accepted++}`;
    const client = new ClientConnection({
      connection,
      dispatch: options.dispatch,
      clock: options.clock,
      logger: options.logger,
      maxRequestBytes: options.maxRequestBytes,
      buffers: options.buffers,
      context: {
        services: options.services,
        clientHost: `/${host}`,
        clientPort: connection.remotePort,
        listener: options.name,
        connectionId,
        software: { name: 'unknown', version: 'unknown' },
      },
      onClose: () => {
        this.forget(client, host);
        options.services.telemetry.disconnected(connectionId);
        options.services.sharePartitions.disconnected(connectionId);
      },
    });
    this.connections.add(client);
  }

  private closeLater(connection: Connection, delayMs: number): void {
    const timer = this.options.clock.setTimer(delayMs, () => {
      this.throttled.delete(connection);
      connection.destroy();
    });
    this.throttled.set(connection, timer);
  }

  private forget(client: ClientConnection, host: string): void {
    this.connections.delete(client);
    this.options.limits.release(this.options.name, host);
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
