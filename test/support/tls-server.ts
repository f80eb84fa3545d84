import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { tlsFile } from './tls-files.js';

/** A TLS server on a free port of 127.0.0.1, gone with the test. Shows `server.crt` unless told otherwise. */
export async function tlsServer(
  t: TestContext,
  accept: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<number> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key: tlsFile('server.key'), cert: tlsFile('server.crt'), ...options }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  // What clients refuse is an error here.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as { port: number }).port;
}

/** The same in front of a server that speaks in the clear on a port of this machine. */
export function tlsFront(t: TestContext, port: number, options: TlsOptions = {}): Promise<number> {
  const accept = (socket: TLSSocket) => {
    const behind = connectTcp({ host: 'localhost', port });
    behind.on('error', () => socket.destroy());
    socket.on('close', () => behind.destroy());
    behind.on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  };
  return tlsServer(t, accept, options);
}
