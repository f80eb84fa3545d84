import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.js';
import { Dispatch, type Reply } from '../../src/broker/dispatch.js';
import type { AnyHandler, RequestContext } from '../../src/broker/handler.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';

const FRAME_BYTES = 100_000;
const CONTEXT = {} as RequestContext;

/** ApiVersions version 0 with a client id that fills a frame. */
function frameIn(buffers: BufferPool): Buffer {
  const frame = buffers.take(FRAME_BYTES);
  frame.fill(0);
  frame.writeInt16BE(apiVersionsApi.key, 0);
  frame.writeInt16BE(-1, 8);
  return frame;
}

function dispatchWith(buffers: BufferPool, handler: Partial<AnyHandler>): Dispatch {
  const handle = () => ({ errorCode: 0, apiKeys: [] });
  return new Dispatch([{ api: apiVersionsApi, handle, ...handler }], buffers);
}

const isFree = (buffers: BufferPool, frame: Buffer): boolean => buffers.take(FRAME_BYTES).buffer === frame.buffer;

test("a request's memory is used anew once a handler that leaves it has answered", async () => {
  const buffers = new BufferPool(1 << 20);
  const frame = frameIn(buffers);
  dispatchWith(buffers, { leavesRequest: true }).handle(frame, CONTEXT);
  assert.ok(isFree(buffers, frame));
});

test('not before the answer is there', async () => {
  const buffers = new BufferPool(1 << 20);
  const frame = frameIn(buffers);
  let answer: (response: object) => void = () => undefined;
  const handle = () => new Promise<object>((resolve) => (answer = resolve));
  const reply = dispatchWith(buffers, { leavesRequest: true, handle }).handle(frame, CONTEXT) as Promise<Reply>;
  assert.ok(!isFree(buffers, frame));
  answer({ errorCode: 0, apiKeys: [] });
  await reply;
  assert.ok(isFree(buffers, frame));
});

test('and not where a handler may keep a part of it', () => {
  const buffers = new BufferPool(1 << 20);
  const frame = frameIn(buffers);
  dispatchWith(buffers, {}).handle(frame, CONTEXT);
  assert.ok(!isFree(buffers, frame));
});
