import assert from 'node:assert/strict';
import test from 'node:test';
import { answerLength } from '../../src/client/answer-length.js';
import { FrameCutter } from '../../src/protocol/frame-cutter.js';

const framed = (...texts: string[]): Buffer =>
  Buffer.concat(
    texts.map((text) => {
      const frame = Buffer.alloc(4 + text.length);
      frame.writeInt32BE(text.length, 0);
      frame.write(text, 4);
      return frame;
    }),
  );

test('cuts the same answers however the bytes come', () => {
  const bytes = framed('aaaa', 'bbbbbbbbbb', 'ccccc');
  for (let size = 1; size <= bytes.length; size++) {
    const frames = new FrameCutter(answerLength);
    const cut: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      cut.push(...frames.push(bytes.subarray(at, at + size)).map(String));
    }
    assert.deepEqual(cut, ['aaaa', 'bbbbbbbbbb', 'ccccc'], `in pieces of ${size}`);
  }
});

test('names TLS, HTTP and other foreign protocols', () => {
  const tlsAlert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50]);
  assert.throws(() => new FrameCutter(answerLength).push(tlsAlert), /security\.protocol=SSL/);
  assert.throws(
    () => new FrameCutter(answerLength).push(Buffer.from('HTTP/1.1 400 Bad Request')),
    /an HTTP server answers there/,
  );
  assert.throws(
    () => new FrameCutter(answerLength).push(Buffer.from([0xff, 0xff, 0xff, 0xff])),
    /does not speak Kafka.*are host and port right/,
  );
});
