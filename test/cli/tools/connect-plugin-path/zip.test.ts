import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentOf, entryOf, readZip, writeZip, ZipError } from '../../../../src/cli/tools/connect-plugin-path/zip.js';

const NONE_32 = 0xffff_ffff;
const archive = (names: readonly string[]): Buffer =>
  writeZip(names.map((name) => entryOf(name, Buffer.from(`in ${name}`))));
const contents = (bytes: Buffer) => [...readZip(bytes)].map(([name, entry]) => [name, String(contentOf(entry))]);

/** The same archive with its directory described, and its sizes kept, as only zip64 can. */
function asZip64(bytes: Buffer): Buffer {
  const end = bytes.subarray(-22);
  const count = end.readUInt16LE(10);
  const start = end.readUInt32LE(16);
  const entries: Buffer[] = [];
  for (let index = 0, at = start; index < count; index++) {
    const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    const header = Buffer.from(bytes.subarray(at, at + 46));
    const extra = Buffer.alloc(6 + 28);
    extra.writeUInt16LE(0x5455, 0);
    extra.writeUInt16LE(2, 2);
    extra.writeUInt16LE(1, 6);
    extra.writeUInt16LE(24, 8);
    for (const [index64, field] of [24, 20, 42].entries()) {
      extra.writeBigUInt64LE(BigInt(header.readUInt32LE(field)), 10 + index64 * 8);
      header.writeUInt32LE(NONE_32, field);
    }
    header.writeUInt16LE(extra.length, 30);
    entries.push(header, name, extra);
    at += 46 + name.length;
  }
  const directory = Buffer.concat(entries);
  const wideEnd = Buffer.alloc(56);
  wideEnd.writeUInt32LE(0x06064b50, 0);
  wideEnd.writeBigUInt64LE(BigInt(count), 32);
  wideEnd.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  const narrowEnd = Buffer.from(end);
  narrowEnd.writeUInt16LE(0xffff, 10);
  narrowEnd.writeUInt32LE(NONE_32, 16);
  return Buffer.concat([bytes.subarray(0, start), directory, wideEnd, locator, narrowEnd]);
}

describe('an archive', () => {
  it('is read as it was written', () => {
    assert.deepEqual(contents(archive(['a', 'b/c'])), [
      ['a', 'in a'],
      ['b/c', 'in b/c'],
    ]);
  });

  it('is read where only zip64 can say where things are', () => {
    assert.deepEqual(contents(asZip64(archive(['a', 'b/c']))), [
      ['a', 'in a'],
      ['b/c', 'in b/c'],
    ]);
  });

  it('that is damaged, cut or none at all says so', () => {
    const zip64 = asZip64(archive(['a']));
    const damaged = Buffer.from(zip64);
    damaged.writeUInt8(0, zip64.length - 22 - 20 - 56);
    for (const bytes of [damaged, archive(['a']).subarray(20), Buffer.from('no archive'), Buffer.alloc(0)]) {
      assert.throws(() => readZip(bytes), ZipError);
    }
  });

  it('is not written with more entries than it can count', () => {
    const entry = entryOf('a', Buffer.alloc(0));
    assert.throws(() => writeZip(new Array(0xffff).fill(entry)), /65535 entries.*zip64/);
  });
});
