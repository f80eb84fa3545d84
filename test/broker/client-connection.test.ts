import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.js';
import type { Connection } from '../../src/base/network.js';
import { ClientConnection } from '../../src/broker/client-connection.js';
import { type Dispatch, type Reply, UnreadableRequestError } from '../../src/broker/dispatch.js';
import { LoopbackNetwork } from '../../src/host/loopback.js';
import { settle } from '../support/client-host.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** A server that is told by the first letter of a request what to do; the client sees bytes. */
class Bed {
  readonly logger = new RecordingLogger();
  readonly begun: string[] = [];
  readonly later = new Map<string, (reply: Reply) => void>();
  received = '';
  receivedBytes = 0;
  readonly buffers = new BufferPool(1 << 20);
  clientClosed = false;
  serverClosed = 0;
  server!: Connection;
  client!: Connection;

  async open(readsAtOnce = true): Promise<void> {
    const network = new LoopbackNetwork();
    const listening = await network.listen('', 0, (connection) => {
      this.server = connection;
      new ClientConnection({
        connection,
        dispatch: { handle: (frame: Buffer) => this.handle(String(frame)) } as unknown as Dispatch,
        context: { connectionId: 'one' } as never,
        clock: new VirtualClock(),
        logger: this.logger,
        maxRequestBytes: 1000,
        buffers: this.buffers,
        onClose: () => this.serverClosed++,
      });
    });
    this.client = await network.connect('', listening.port, { timeoutMs: 1000 });
    this.client.handlers = {
      onData: (chunk) => {
        this.receivedBytes += chunk.length;
        if (chunk.length < 100) this.received += String(chunk);
      },
      onDrain: () => undefined,
      onEnd: () => this.client.end(),
      onClose: () => {
        this.clientClosed = true;
      },
    };
    if (readsAtOnce) this.client.resume();
  }

  send(...requests: string[]): void {
    for (const request of requests) {
      const length = Buffer.alloc(4);
      length.writeInt32BE(request.length);
      this.client.write([length, Buffer.from(request)]);
    }
  }

  private handle(request: string): Reply | Promise<Reply> {
    this.begun.push(request);
    if (request.startsWith('silent')) return null;
    if (request.startsWith('unreadable')) throw new UnreadableRequestError('no sense in it');
    if (request.startsWith('broken')) throw new Error('a broken handler');
    if (request.startsWith('big')) return [this.buffers.take(600_000)];
    if (!request.startsWith('later')) return [Buffer.from(`${request};`)];
    return new Promise((resolve) => this.later.set(request, resolve));
  }
}

let bed: Bed;
beforeEach(async () => {
  bed = new Bed();
  await bed.open();
});

describe('requests of a connection', () => {
  it('are answered one at a time and in order', async () => {
    bed.send('a', 'later-1', 'b', 'silent', 'c');
    await settle();
    assert.equal(bed.received, 'a;');
    assert.deepEqual(bed.begun, ['a', 'later-1']);
    bed.later.get('later-1')?.([Buffer.from('late;')]);
    await settle();
    assert.equal(bed.received, 'a;late;b;c;');
  });

  it('wait while the client does not take its answers', async () => {
    bed = new Bed();
    await bed.open(false);
    bed.send(...Array.from({ length: 10 }, (_, n) => `big-${n}`));
    await settle();
    const { length } = bed.begun;
    assert.ok(length > 0 && length < 10, `${length} were begun`);
    bed.client.resume();
    await settle(300);
    assert.equal(bed.begun.length, 10);
    assert.equal(bed.receivedBytes, 6_000_000);
  });

  it('have the memory of their answers used anew', async () => {
    const memory = bed.buffers.take(600_000);
    bed.buffers.giveBack(memory);
    bed.send('big');
    await settle(100);
    assert.equal(bed.receivedBytes, 600_000);
    assert.equal(bed.buffers.take(600_000).buffer, memory.buffer);
  });

  it('are not read without end while one waits', async () => {
    bed.send('later-1');
    for (let n = 0; n < 40; n++) {
      bed.send('x'.repeat(900));
      await settle(3);
    }
    assert.ok(bed.client.pendingBytes > 10_000, `${bed.client.pendingBytes} bytes wait at the client`);
    bed.later.get('later-1')?.(null);
    await settle(100);
    assert.equal(bed.begun.length, 41);
    assert.equal(bed.client.pendingBytes, 0);
  });

  it('are still answered when the client sends no more', async () => {
    bed.send('a', 'later-1', 'b');
    bed.client.end();
    await settle();
    bed.later.get('later-1')?.([Buffer.from('late;')]);
    await settle();
    assert.equal(bed.received, 'a;late;b;');
    assert.deepEqual([bed.clientClosed, bed.serverClosed], [true, 1]);
  });
});

describe('a connection is closed', () => {
  const cases: [string, () => void, 'INFO' | 'ERROR', RegExp][] = [
    ['by what cannot be read', () => bed.send('unreadable', 'a'), 'INFO', /^Closing connection one: no sense in it$/],
    ['by a request that is too long', () => bed.send('x'.repeat(1001)), 'INFO', /socket\.request\.max\.bytes \(1000\)/],
    ['by a length that cannot be', () => void bed.client.write([Buffer.alloc(4)]), 'INFO', /a request of 0 bytes/],
    ['by a handler that fails', () => bed.send('broken', 'a'), 'ERROR', /a broken handler/],
  ];
  for (const [name, act, level, message] of cases) {
    it(name, async () => {
      act();
      await settle();
      assert.deepEqual([bed.received, bed.clientClosed, bed.serverClosed], ['', true, 1]);
      assert.match(bed.logger.at(level)[0] ?? '', message);
    });
  }

  it('and an answer that comes later goes nowhere', async () => {
    bed.send('later-1', 'a');
    await settle();
    bed.server.destroy();
    await settle();
    bed.later.get('later-1')?.([Buffer.from('late;')]);
    await settle();
    assert.deepEqual(bed.begun, ['later-1']);
    assert.deepEqual(bed.logger.at('ERROR'), []);
  });
});
