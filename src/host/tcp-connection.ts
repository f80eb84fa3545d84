import { connect as openSocket, type Socket } from 'node:net';
import { type Connection, type ConnectionHandlers, NetworkError } from '../base/network.js';

/** Good enough to tell an address from a name; Node's own test compiles a regular expression for milliseconds. */
const IP_ADDRESS = /^[\d.]+$|:/;
/** From this many waiting bytes on `write` answers false. */
const HIGH_WATER_MARK_BYTES = 256 * 1024;
export const SOCKET_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  highWaterMark: HIGH_WATER_MARK_BYTES,
};

/**
 * A socket that is connected. localhost is this machine (RFC 6761), by IPv4 first as in Java: asking the system for it,
 * and having Node find out that it is no IPv6 address, would take a tool 7 ms.
 *
 * @throws NetworkError
 */
export async function connectedSocket(host: string, port: number, timeoutMs: number): Promise<Socket> {
  if (host !== 'localhost') return socketTo(host, host, port, timeoutMs);
  try {
    return await socketTo('127.0.0.1', host, port, timeoutMs);
  } catch (failure) {
    return socketTo('::1', host, port, timeoutMs).catch(() => Promise.reject(failure));
  }
}

/** @param name what the user calls the host */
function socketTo(host: string, name: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ host, port, ...SOCKET_OPTIONS });
    let isLookedUp = IP_ADDRESS.test(host);
    const fail = (code: string): void => {
      clearTimeout(timeout);
      socket.destroy();
      reject(new NetworkError(code, `cannot connect to ${addressText(name, port)}: ${reasonOf(code)}`));
    };
    const timeout = setTimeout(() => fail(isLookedUp ? 'ETIMEDOUT' : 'EAI_AGAIN'), timeoutMs);
    const onError = (cause: NodeJS.ErrnoException): void => fail(cause.code ?? 'ECONNREFUSED');
    socket.once('lookup', () => {
      isLookedUp = true;
    });
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timeout);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

const NO_HANDLERS: ConnectionHandlers = {
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};

/** Tells what an error of a connected socket means; null for an ordinary one of the network. */
export type FailureReader = (cause: NodeJS.ErrnoException, peer: string) => NetworkError | null;

/** A socket of Node, plain or TLS. */
export class TcpConnection implements Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  handlers = NO_HANDLERS;
  private readonly socket: Socket;
  private failure: NetworkError | null = null;

  constructor(socket: Socket, failureOf: FailureReader = () => null) {
    this.socket = socket;
    this.remoteAddress = withoutMapping(socket.remoteAddress ?? '');
    this.remotePort = socket.remotePort ?? 0;
    this.localPort = socket.localPort ?? 0;
    // Listening for data would start the flow; a stream that was paused by hand stays paused.
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.handlers.onData(chunk));
    socket.on('drain', () => this.handlers.onDrain());
    socket.on('end', () => {
      // After an error `onClose` says it all.
      if (this.failure === null) this.handlers.onEnd();
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code ?? 'EIO';
      const peer = addressText(this.remoteAddress, this.remotePort);
      this.failure ??=
        failureOf(cause, peer) ?? new NetworkError(code, `connection with ${peer} broke: ${reasonOf(code)}`);
      // A TLS socket lives on after an alert.
      socket.destroy();
    });
    socket.on('close', () => this.handlers.onClose(this.failure));
  }

  get pendingBytes(): number {
    return this.socket.writableLength;
  }

  write(chunks: readonly Buffer[], onTaken?: () => void): boolean {
    const { socket } = this;
    if (socket.writableEnded || socket.destroyed) return true;
    const last = chunks.at(-1);
    if (last === undefined) return !socket.writableNeedDrain;
    if (chunks.length === 1) return socket.write(last, onTaken);
    socket.cork();
    for (let index = 0; index < chunks.length - 1; index++) socket.write(chunks[index] as Buffer);
    socket.write(last, onTaken);
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

export function addressText(host: string, port: number): string {
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

export function reasonOf(code: string): string {
  return REASONS[code] ?? code;
}
