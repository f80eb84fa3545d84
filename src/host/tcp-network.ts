import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
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
const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true, keepAlive: true, highWaterMark: HIGH_WATER_MARK_BYTES };

/** TCP. An empty host listens on all addresses, of IPv4 and IPv6. */
export const tcpNetwork: Network = { connect, listen };

function connect(host: string, port: number, options: ConnectOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ host, port, ...SOCKET_OPTIONS });
    const fail = (code: string): void => {
      clearTimeout(timeout);
      socket.destroy();
      reject(new NetworkError(code, `cannot connect to ${addressText(host, port)}: ${reasonOf(code)}`));
    };
    const timeout = setTimeout(() => fail('ETIMEDOUT'), options.timeoutMs);
    const onError = (cause: NodeJS.ErrnoException): void => fail(cause.code ?? 'ECONNREFUSED');
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timeout);
      const connection = new TcpConnection(socket);
      socket.off('error', onError);
      resolve(connection);
    });
  });
}

function listen(host: string, port: number, accept: (connection: Connection) => void): Promise<ListeningSocket> {
  return new Promise((resolve, reject) => {
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (socket) => {
      accept(new TcpConnection(socket));
    });
    const onError = (cause: NodeJS.ErrnoException): void => {
      const code = cause.code ?? 'EIO';
      reject(new NetworkError(code, `cannot listen on ${addressText(host, port)}: ${reasonOf(code)}`));
    };
    server.once('error', onError);
    server.listen({ port, host: host === '' ? undefined : host }, () => {
      server.off('error', onError);
      // An accept can fail later on (too many open files); those that are open go on, and so does the listening.
      server.on('error', () => undefined);
      resolve(new TcpListeningSocket(server));
    });
  });
}

class TcpListeningSocket implements ListeningSocket {
  readonly port: number;
  private readonly server: Server;

  constructor(server: Server) {
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.server = server;
  }

  /** Node's own callback would come when the last connection ends; the port is free at once. */
  close(): Promise<void> {
    this.server.close();
    return Promise.resolve();
  }
}

const NO_HANDLERS: ConnectionHandlers = {
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};

class TcpConnection implements Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  handlers = NO_HANDLERS;
  private readonly socket: Socket;
  private failure: NetworkError | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    this.remoteAddress = withoutMapping(socket.remoteAddress ?? '');
    this.remotePort = socket.remotePort ?? 0;
    this.localPort = socket.localPort ?? 0;
    // Listening for data would start the flow; a stream that was paused by hand stays paused.
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.handlers.onData(chunk));
    socket.on('drain', () => this.handlers.onDrain());
    socket.on('end', () => this.handlers.onEnd());
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code ?? 'EIO';
      const peer = addressText(this.remoteAddress, this.remotePort);
      this.failure ??= new NetworkError(code, `connection with ${peer} broke: ${reasonOf(code)}`);
    });
    socket.on('close', () => this.handlers.onClose(this.failure));
  }

  get pendingBytes(): number {
    return this.socket.writableLength;
  }

  write(chunks: readonly Buffer[]): boolean {
    const { socket } = this;
    if (socket.writableEnded || socket.destroyed) return true;
    const only = chunks[0];
    if (chunks.length === 1 && only !== undefined) return socket.write(only);
    socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** A socket for both families shows IPv4 addresses as ::ffff:127.0.0.1. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied (EACCES)',
  EADDRINUSE: 'the address is in use (EADDRINUSE)',
  EADDRNOTAVAIL: 'no such address on this machine (EADDRNOTAVAIL)',
  ECONNREFUSED: 'connection refused (ECONNREFUSED)',
  ECONNRESET: 'the other side closed it (ECONNRESET)',
  EHOSTUNREACH: 'no route to the host (EHOSTUNREACH)',
  EMFILE: 'too many open files (EMFILE)',
  ENETUNREACH: 'the network is unreachable (ENETUNREACH)',
  ENOTFOUND: 'the host name is unknown (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be looked up now (EAI_AGAIN)',
  EPIPE: 'the other side closed it (EPIPE)',
  ETIMEDOUT: 'no answer in time (ETIMEDOUT)',
};

function reasonOf(code: string): string {
  return REASONS[code] ?? code;
}
