import {
  type Connection,
  type ConnectionHandlers,
  type ConnectOptions,
  type ListeningSocket,
  type Network,
  NetworkError,
} from '../base/network.js';

/** From this many waiting bytes on `write` answers false. */
const HIGH_WATER_MARK_BYTES = 256 * 1024;
const ADDRESS = '127.0.0.1';
const FIRST_FREE_PORT = 49152;
const LAST_PORT = 65535;

/**
 * A network inside this process, for an embedded broker and its clients. It acts as TCP does: bytes arrive later,
 * in order and as copies; a reader that pauses makes the writer's bytes pile up; each side ends on its own.
 * Every host name is this process, so ports alone tell listeners apart.
 */
export class LoopbackNetwork implements Network {
  private readonly listeners = new Map<number, (connection: Connection) => void>();
  private lastPort = FIRST_FREE_PORT - 1;

  connect(host: string, port: number, { tls }: ConnectOptions): Promise<Connection> {
    if (tls !== undefined) {
      const message = `cannot connect to ${host}:${port}: there is no TLS within a process (EPROTONOSUPPORT)`;
      return Promise.reject(new NetworkError('EPROTONOSUPPORT', message));
    }
    const accept = this.listeners.get(port);
    if (accept === undefined) {
      const message = `cannot connect to ${host}:${port}: connection refused (ECONNREFUSED)`;
      return Promise.reject(new NetworkError('ECONNREFUSED', message));
    }
    const clientPort = this.freePort();
    const client = new LoopbackConnection(clientPort, port);
    const server = new LoopbackConnection(port, clientPort);
    client.join(server);
    return new Promise((resolve) => {
      setImmediate(() => {
        accept(server);
        resolve(client);
      });
    });
  }

  listen(host: string, port: number, accept: (connection: Connection) => void): Promise<ListeningSocket> {
    if (this.listeners.has(port)) {
      const message = `cannot listen on ${host}:${port}: the address is in use (EADDRINUSE)`;
      return Promise.reject(new NetworkError('EADDRINUSE', message));
    }
    const taken = port === 0 ? this.freePort() : port;
    this.listeners.set(taken, accept);
    return Promise.resolve({
      port: taken,
      close: () => {
        if (this.listeners.get(taken) === accept) this.listeners.delete(taken);
        return Promise.resolve();
      },
    });
  }

  private freePort(): number {
    do {
      this.lastPort = this.lastPort >= LAST_PORT ? FIRST_FREE_PORT : this.lastPort + 1;
    } while (this.listeners.has(this.lastPort));
    return this.lastPort;
  }
}

const NO_HANDLERS: ConnectionHandlers = {
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};

/** One side. What it writes waits in `outgoing` until the other side takes it. */
class LoopbackConnection implements Connection {
  readonly remoteAddress = ADDRESS;
  readonly remotePort: number;
  readonly localPort: number;
  handlers = NO_HANDLERS;
  pendingBytes = 0;
  private peer: LoopbackConnection = this;
  private outgoing: Buffer[] = [];
  private drainWanted = false;
  private ended = false;
  private paused = true;
  private sawEnd = false;
  private closed = false;
  private deliveryPlanned = false;

  constructor(localPort: number, remotePort: number) {
    this.localPort = localPort;
    this.remotePort = remotePort;
  }

  join(peer: LoopbackConnection): void {
    this.peer = peer;
    peer.peer = this;
  }

  write(chunks: readonly Buffer[], onTaken?: () => void): boolean {
    if (this.ended || this.closed) return true;
    if (this.peer.closed) {
      this.closeLater(reset());
      return true;
    }
    const copy = Buffer.concat(chunks);
    onTaken?.();
    if (copy.length === 0) return true;
    this.outgoing.push(copy);
    this.pendingBytes += copy.length;
    this.peer.planDelivery();
    if (this.pendingBytes < HIGH_WATER_MARK_BYTES) return true;
    this.drainWanted = true;
    return false;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.planDelivery();
  }

  end(): void {
    if (this.ended || this.closed) return;
    this.ended = true;
    this.peer.planDelivery();
    this.planDelivery();
  }

  destroy(): void {
    if (this.closed) return;
    this.ended = true;
    this.closeLater(null);
    if (this.peer.pendingBytes > 0) this.peer.closeLater(reset());
    else this.peer.planDelivery();
  }

  private planDelivery(): void {
    if (this.deliveryPlanned || this.closed) return;
    this.deliveryPlanned = true;
    setImmediate(() => {
      this.deliveryPlanned = false;
      this.deliver();
    });
  }

  /** Takes what the other side wrote, then its end, then the close that follows when both have ended. */
  private deliver(): void {
    const { peer } = this;
    while (!this.paused && !this.closed) {
      const chunk = peer.outgoing.shift();
      if (chunk === undefined) break;
      peer.pendingBytes -= chunk.length;
      this.handlers.onData(chunk);
    }
    if (this.closed) return;
    if (peer.drainWanted && peer.pendingBytes === 0 && !peer.closed) {
      peer.drainWanted = false;
      peer.handlers.onDrain();
    }
    if (!this.paused && !this.sawEnd && peer.ended && peer.pendingBytes === 0) {
      this.sawEnd = true;
      this.handlers.onEnd();
      peer.planDelivery();
    }
    if (this.isOver()) this.closeLater(null);
  }

  private isOver(): boolean {
    return !this.closed && this.sawEnd && this.ended && (this.peer.closed || this.pendingBytes === 0);
  }

  private closeLater(failure: NetworkError | null): void {
    if (this.closed) return;
    this.closed = true;
    setImmediate(() => this.handlers.onClose(failure));
  }
}

function reset(): NetworkError {
  return new NetworkError('ECONNRESET', 'the other side closed the connection (ECONNRESET)');
}
