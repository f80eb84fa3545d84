import { createServer, type Server } from 'node:net';
import {
  type Connection,
  type ConnectOptions,
  type HttpRequest,
  type HttpResponse,
  type ListeningSocket,
  type Network,
  NetworkError,
} from '../base/network.js';
import { addressText, connectedSocket, reasonOf, SOCKET_OPTIONS, TcpConnection } from './tcp-connection.js';

/** TCP, with TLS where it is asked for. An empty host listens on all addresses, of IPv4 and IPv6. */
export const tcpNetwork: Network = { connect, listen, canonicalNames, request };

async function connect(host: string, port: number, { timeoutMs, tls }: ConnectOptions): Promise<Connection> {
  if (tls === undefined) return new TcpConnection(await connectedSocket(host, port, timeoutMs));
  // Most tools never speak TLS, so it is loaded when it is first wanted.
  const { connectTls } = await import('./tls-connect.js');
  return connectTls(host, port, tls, timeoutMs);
}

async function request(request: HttpRequest): Promise<HttpResponse> {
  return (await import('./node-http.js')).request(request);
}

async function canonicalNames(host: string): Promise<string[]> {
  const { lookup, lookupService } = await import('node:dns/promises');
  try {
    const addresses = await lookup(host, { all: true });
    const names = addresses.map(async ({ address }) => {
      // Without a name in the DNS an address stands for itself.
      return lookupService(address, 0).then(
        ({ hostname }) => hostname,
        () => address,
      );
    });
    return [...new Set(await Promise.all(names))];
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'ENOTFOUND';
    throw new NetworkError(code, `cannot look up ${host}: ${reasonOf(code)}`);
  }
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
