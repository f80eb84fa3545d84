import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Connection, type ListeningSocket, type Network, NetworkError } from '../../src/base/network.js';

/** One side of a connection, noting what happens to it. */
class Side {
  readonly connection: Connection;
  received: Buffer[] = [];
  ends = 0;
  drains = 0;
  closes: (NetworkError | null)[] = [];
  private waiters: { condition: () => boolean; resolve: () => void }[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
    connection.handlers = {
      onData: (chunk) => this.note(() => this.received.push(chunk)),
      onDrain: () => this.note(() => this.drains++),
      onEnd: () => this.note(() => this.ends++),
      onClose: (error) => this.note(() => this.closes.push(error)),
    };
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }

  get receivedBytes(): number {
    return this.received.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push({ condition, resolve }));
  }

  private note(change: () => void): void {
    change();
    this.waiters = this.waiters.filter(({ condition, resolve }) => {
      if (!condition()) return true;
      resolve();
      return false;
    });
  }
}

interface Pair {
  readonly client: Side;
  readonly server: Side;
  readonly listening: ListeningSocket;
}

async function withPair(network: Network, use: (pair: Pair) => Promise<void>): Promise<void> {
  let accepted: (side: Side) => void = () => undefined;
  const serverSide = new Promise<Side>((resolve) => {
    accepted = resolve;
  });
  const listening = await network.listen('127.0.0.1', 0, (connection) => accepted(new Side(connection)));
  const client = new Side(await network.connect('127.0.0.1', listening.port, { timeoutMs: 5000 }));
  const server = await serverSide;
  try {
    await use({ client, server, listening });
  } finally {
    client.connection.destroy();
    server.connection.destroy();
    await listening.close();
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof NetworkError, String(error));
  return error.code;
}

/** What every network has to do; each implementation runs it. */
export function testNetwork(name: string, makeNetwork: () => Network): void {
  test(`${name}: bytes arrive in order, in both directions, with the right ports`, async () => {
    await withPair(makeNetwork(), async ({ client, server, listening }) => {
      client.connection.resume();
      server.connection.resume();
      client.connection.write([Buffer.from('a'), Buffer.alloc(0), Buffer.from('bc')]);
      client.connection.write([Buffer.from('d')]);
      server.connection.write([Buffer.from('xyz')]);
      await server.until(() => server.text === 'abcd');
      await client.until(() => client.text === 'xyz');
      assert.equal(client.connection.remotePort, listening.port);
      assert.equal(server.connection.localPort, listening.port);
      assert.equal(server.connection.remotePort, client.connection.localPort);
      assert.equal(server.connection.remoteAddress, '127.0.0.1');
    });
  });

  test(`${name}: nothing arrives before resume, and none of it is lost`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      client.connection.write([Buffer.from('early')]);
      server.connection.write([Buffer.from('ping')]);
      client.connection.resume();
      await client.until(() => client.text === 'ping');
      assert.equal(server.text, '');
      server.connection.resume();
      await server.until(() => server.text === 'early');
    });
  });

  test(`${name}: what a reader does to bytes it got does not change the writer's`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      const bytes = Buffer.from('mine');
      server.connection.resume();
      client.connection.write([bytes]);
      await server.until(() => server.text === 'mine');
      server.received[0]?.fill(0);
      assert.equal(bytes.toString(), 'mine');
    });
  });

  test(`${name}: a paused reader makes the writer wait for drain`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      const chunk = Buffer.alloc(1024 * 1024, 7);
      let sent = 0;
      while (client.connection.write([chunk])) sent++;
      sent++;
      while (client.connection.pendingBytes < 4 * chunk.length) {
        assert.equal(client.connection.write([chunk]), false);
        sent++;
      }
      assert.equal(client.drains, 0);
      server.connection.resume();
      await client.until(() => client.drains === 1);
      assert.equal(client.connection.pendingBytes, 0);
      await server.until(() => server.receivedBytes === sent * chunk.length);
    });
  });

  test(`${name}: pause holds back what comes after it`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      server.connection.resume();
      client.connection.write([Buffer.from('1')]);
      await server.until(() => server.text === '1');
      server.connection.pause();
      client.connection.write([Buffer.from('2')]);
      server.connection.write([Buffer.from('x')]);
      client.connection.resume();
      await client.until(() => client.text === 'x');
      assert.equal(server.text, '1');
      server.connection.resume();
      await server.until(() => server.text === '12');
    });
  });

  test(`${name}: one side ends, the other still answers, then both close in order`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      client.connection.resume();
      server.connection.resume();
      client.connection.write([Buffer.from('last')]);
      client.connection.end();
      await server.until(() => server.ends === 1);
      assert.equal(server.text, 'last');
      assert.equal(server.closes.length, 0);
      server.connection.write([Buffer.from('answer')]);
      server.connection.end();
      await client.until(() => client.closes.length === 1);
      await server.until(() => server.closes.length === 1);
      assert.equal(client.text, 'answer');
      assert.deepEqual([client.closes, server.closes], [[null], [null]]);
    });
  });

  test(`${name}: after destroy this side closes without error and the other one notices`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      server.connection.resume();
      client.connection.destroy();
      client.connection.destroy();
      await client.until(() => client.closes.length === 1);
      await server.until(() => server.ends + server.closes.length > 0);
      server.connection.end();
      await server.until(() => server.closes.length === 1);
      assert.deepEqual(client.closes, [null]);
      assert.equal(client.connection.write([Buffer.from('late')]), true);
      assert.equal(client.closes.length, 1);
    });
  });

  test(`${name}: bytes that the other side never read end its writer with an error`, async () => {
    await withPair(makeNetwork(), async ({ client, server }) => {
      client.connection.resume();
      while (client.connection.pendingBytes < 1024 * 1024) client.connection.write([Buffer.alloc(1024 * 1024)]);
      server.connection.destroy();
      await client.until(() => client.closes.length === 1);
      assert.match(client.closes[0]?.code ?? 'no error', /^(ECONNRESET|EPIPE)$/);
    });
  });

  test(`${name}: nobody listens, or somebody already does`, async () => {
    const network = makeNetwork();
    const listening = await network.listen('127.0.0.1', 0, (connection) => connection.destroy());
    assert.equal(await codeOf(network.listen('127.0.0.1', listening.port, () => undefined)), 'EADDRINUSE');
    await listening.close();
    assert.equal(await codeOf(network.connect('127.0.0.1', listening.port, { timeoutMs: 5000 })), 'ECONNREFUSED');
    const again = await network.listen('127.0.0.1', listening.port, () => undefined);
    assert.equal(again.port, listening.port);
    await again.close();
  });

  test(`${name}: a closed listener leaves open connections alone`, async () => {
    await withPair(makeNetwork(), async ({ client, server, listening }) => {
      await listening.close();
      server.connection.resume();
      client.connection.write([Buffer.from('still')]);
      await server.until(() => server.text === 'still');
    });
  });
}
