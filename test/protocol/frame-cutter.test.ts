import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameCutter } from '../../src/protocol/frame-cutter.js';
import { SeededRandom } from '../support/seeded-random.js';

function frame(content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(content)]);
}

const CONTENTS = ['a', 'bcd', 'efghij'];
const STREAM = Buffer.concat(CONTENTS.map(frame));

const asTheySay = (length: Buffer): number => length.readInt32BE(0);

function cut(...chunks: Buffer[]): string[] {
  const cutter = new FrameCutter(asTheySay);
  return chunks.flatMap((chunk) => cutter.push(chunk).map(String));
}

describe('frames are the same however the stream is cut', () => {
  it('at any two places', () => {
    for (let first = 0; first <= STREAM.length; first++)
      for (let second = first; second <= STREAM.length; second++) {
        const chunks = [STREAM.subarray(0, first), STREAM.subarray(first, second), STREAM.subarray(second)];
        assert.deepEqual(cut(...chunks), CONTENTS, `${first}, ${second}`);
      }
  });

  it('byte by byte', () => {
    assert.deepEqual(cut(...[...STREAM].map((byte) => Buffer.from([byte]))), CONTENTS);
  });

  it('at random places', () => {
    const random = new SeededRandom(1);
    const contents = Array.from({ length: 200 }, () => 'x'.repeat(1 + random.below(100)));
    const stream = Buffer.concat(contents.map(frame));
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; ) {
      const end = at + 1 + random.below(150);
      chunks.push(stream.subarray(at, end));
      at = end;
    }
    assert.deepEqual(cut(...chunks), contents);
  });
});

describe('a length that cannot be', () => {
  const refuse = (bytes: Buffer): number => {
    throw new Error(`refused: ${bytes.toString('hex')}`);
  };

  it('is refused as soon as it is there, in one piece', () => {
    const cutter = new FrameCutter(refuse);
    assert.deepEqual(cutter.push(Buffer.from([0x7f, 1])), []);
    assert.deepEqual(cutter.push(Buffer.from([2])), []);
    assert.throws(() => cutter.push(Buffer.from([3, 4])), /^Error: refused: 7f010203$/);
  });
});
