import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  type Connection,
  type NetworkError,
  TlsError,
  type TlsProblem,
  type TlsSettings,
} from '../../src/base/network.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { tlsFile, tlsText } from '../support/tls-files.js';
import { tlsServer } from '../support/tls-server.js';

const TRUSTING: TlsSettings = {
  trusted: [tlsText('ca.crt')],
  identity: null,
  versions: ['TLSv1.2', 'TLSv1.3'],
  ciphers: null,
  checksName: true,
};
const CLIENT = { key: tlsText('client.key'), chain: tlsText('client.crt') };

const connect = (port: number, settings: TlsSettings, serverName = 'localhost') =>
  tcpNetwork.connect('127.0.0.1', port, { timeoutMs: 5000, tls: { serverName, settings } });

/** Everything that comes until the other side ends, and how it ended. */
function heard(connection: Connection): Promise<{ text: string; error: NetworkError | null }> {
  return new Promise((resolve) => {
    let text = '';
    connection.handlers = {
      onData: (chunk) => {
        text += chunk.toString();
      },
      onDrain: () => undefined,
      onEnd: () => connection.end(),
      onClose: (error) => resolve({ text, error }),
    };
    connection.resume();
  });
}

async function refused(port: number, settings: TlsSettings, problem: TlsProblem, detail = /.*/): Promise<void> {
  await assert.rejects(connect(port, settings), (error) => {
    assert.ok(error instanceof TlsError, String(error));
    assert.equal(error.problem, problem, error.message);
    assert.match(error.detail, detail);
    assert.match(error.message, /127\.0\.0\.1:\d+/);
    return true;
  });
}

const echo = (socket: Socket) => {
  socket.on('data', (chunk) => socket.end(`got ${chunk}`));
};

test('bytes go both ways, by name and by address', async (t) => {
  const names: (string | false | null)[] = [];
  const port = await tlsServer(t, (socket) => {
    names.push(socket.servername);
    echo(socket);
  });
  for (const name of ['localhost', '127.0.0.1']) {
    const connection = await connect(port, TRUSTING, name);
    assert.equal(connection.remoteAddress, '127.0.0.1');
    assert.equal(connection.remotePort, port);
    connection.write([Buffer.from('a'), Buffer.from('b')]);
    assert.deepEqual(await heard(connection), { text: 'got ab', error: null });
  }
  assert.deepEqual(names, ['localhost', false], 'an address is no name to ask for');
});

test('large writes arrive whole', async (t) => {
  const whole = Buffer.alloc(3_000_000, 'x');
  const port = await tlsServer(t, (socket) => {
    let sizeBytes = 0;
    socket.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes === whole.length) socket.end(String(sizeBytes));
    });
  });
  const connection = await connect(port, TRUSTING);
  assert.equal(connection.write([whole.subarray(0, 1_000_000), whole.subarray(1_000_000)]), false);
  assert.deepEqual(await heard(connection), { text: '3000000', error: null });
});

test('a certificate that is not what it should be is refused, and named', async (t) => {
  const serve = (cert: string) => tlsServer(t, echo, { cert: tlsFile(cert) });
  await refused(await serve('server.crt'), { ...TRUSTING, trusted: [tlsText('other-ca.crt')] }, 'untrusted', /CN=ca/);
  await refused(await serve('server.crt'), { ...TRUSTING, trusted: null }, 'untrusted');
  await refused(await serve('expired.crt'), TRUSTING, 'expired', /until Jan {2}1 00:00:00 2021 GMT/);
  await refused(await serve('future.crt'), TRUSTING, 'not yet valid', /from Jan {2}1 00:00:00 2100 GMT/);
  const elsewhere = await serve('elsewhere.crt');
  await refused(elsewhere, TRUSTING, 'wrong name', /for DNS:kafka\.example\.com/);
  (await connect(elsewhere, { ...TRUSTING, checksName: false })).destroy();
  (await connect(elsewhere, TRUSTING, 'kafka.example.com')).destroy();
});

test('any certificate may be trusted by itself, as in Java', async (t) => {
  const port = await tlsServer(t, echo);
  (await connect(port, { ...TRUSTING, trusted: [tlsText('server.crt')] })).destroy();
});

test('a side that speaks no TLS is told apart', async (t) => {
  const serve = async (accept: (socket: Socket) => void) => {
    const server = createServer(accept).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return (server.address() as { port: number }).port;
  };
  const inTheClear = await serve((socket) =>
    socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await refused(inTheClear, TRUSTING, 'not tls');
  const closing = await serve((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.destroy());
  });
  await refused(closing, TRUSTING, 'closed');
  const silent = await serve((socket) => {
    t.after(() => socket.destroy());
  });
  const timedOut = tcpNetwork.connect('127.0.0.1', silent, {
    timeoutMs: 50,
    tls: { serverName: 'localhost', settings: TRUSTING },
  });
  await assert.rejects(timedOut, (error) => error instanceof TlsError && error.code === 'ETIMEDOUT');
});

test('versions and ciphers are those that were asked for', async (t) => {
  const told: string[] = [];
  const accept = (socket: Parameters<Parameters<typeof tlsServer>[1]>[0]) => {
    told.push(`${socket.getProtocol()} ${socket.getCipher().standardName}`);
    socket.end();
  };
  const any = await tlsServer(t, accept);
  const cipher = 'ECDHE-RSA-AES128-GCM-SHA256';
  await heard(await connect(any, { ...TRUSTING, versions: ['TLSv1.2'], ciphers: [cipher] }));
  await heard(await connect(any, { ...TRUSTING, ciphers: ['TLS_AES_128_GCM_SHA256'], versions: ['TLSv1.3'] }));
  assert.deepEqual(told, ['TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLSv1.3 TLS_AES_128_GCM_SHA256']);
  const newest = await tlsServer(t, accept, { minVersion: 'TLSv1.3' });
  await refused(newest, { ...TRUSTING, versions: ['TLSv1.2'] }, 'alert', /protocol version/);
});

/** What a client hears that shows some certificate to a server that wants one. */
async function shown(t: TestContext, identity: TlsSettings['identity'], maxVersion: 'TLSv1.2' | 'TLSv1.3') {
  const port = await tlsServer(t, (socket) => socket.end(`hello ${socket.getPeerCertificate().subject.CN}`), {
    requestCert: true,
    rejectUnauthorized: true,
    ca: tlsFile('ca.crt'),
    maxVersion,
  });
  return heard(await connect(port, { ...TRUSTING, identity }));
}

test('a server that wants a certificate takes the right one', async (t) => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    assert.deepEqual(await shown(t, CLIENT, version), { text: 'hello carol', error: null });
  }
});

test('under TLS 1.3 it refuses after the handshake, and that is told', async (t) => {
  const { text, error } = await shown(t, null, 'TLSv1.3');
  assert.equal(text, '');
  assert.ok(error instanceof TlsError, String(error));
  assert.equal(error.problem, 'alert', error.message);
  assert.match(error.code, /CERTIFICATE_REQUIRED/);
});

test('nobody listens: an error of the network', async () => {
  await assert.rejects(connect(1, TRUSTING), { code: 'ECONNREFUSED' });
});
