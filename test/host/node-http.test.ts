import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type HttpRequest, TlsError, type TlsSettings } from '../../src/base/network.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { tlsFile, tlsText } from '../support/tls-files.js';

const answer: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    response.statusCode = request.url === '/teapot' ? 418 : 200;
    response.end(`${request.method} ${request.url} ${request.headers['x-test']} ${body}`);
  });
};

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

const ask = (url: string, more: Partial<HttpRequest> = {}) =>
  tcpNetwork.request?.({ method: 'POST', url, headers: { 'X-Test': 'yes' }, body: 'ü=1', timeoutMs: 5000, ...more });

test('a request and its answer, whatever the status', async (t) => {
  const port = await listening(t, createServer(answer));
  assert.deepEqual(await ask(`http://127.0.0.1:${port}/token?a=b`), {
    status: 200,
    body: 'POST /token?a=b yes ü=1',
  });
  assert.equal((await ask(`http://127.0.0.1:${port}/teapot`))?.status, 418);
});

test('over TLS with what is trusted', async (t) => {
  const options = { key: tlsFile('server.key'), cert: tlsFile('server.crt') };
  const url = `https://localhost:${await listening(t, createSecureServer(options, answer))}/`;
  const tls: TlsSettings = {
    trusted: [tlsText('ca.crt')],
    identity: null,
    versions: ['TLSv1.2', 'TLSv1.3'],
    ciphers: null,
    checksName: true,
  };
  assert.equal((await ask(url, { tls }))?.body, 'POST / yes ü=1');
  await assert.rejects(
    async () => ask(url),
    (error) => error instanceof TlsError && error.problem === 'untrusted' && error.message.includes(url),
  );
});

test('nobody there, and no answer in time', async (t) => {
  await assert.rejects(async () => ask('http://127.0.0.1:1/'), { code: 'ECONNREFUSED' });
  const port = await listening(
    t,
    createServer(() => undefined),
  );
  const silent = async () => ask(`http://127.0.0.1:${port}/`, { timeoutMs: 50 });
  await assert.rejects(silent, { code: 'ETIMEDOUT', message: /^no answer from http:\/\/127\.0\.0\.1:\d+\/: / });
});
