import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { nodeDisk } from '../../src/host/node-disk.js';

const root = mkdtempSync(join(tmpdir(), 'kafkalite-disk-'));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

function failsWith(code: string, path: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DiskError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.path, path);
    assert.ok(error.message.includes(path), error.message);
    return true;
  };
}

test('buffers are written one after the other, at a position, however many they are', () => {
  const file = nodeDisk.open(at('many'), 'create');
  const buffers = Array.from({ length: 3000 }, (_, number) => Buffer.from(number % 7 === 0 ? '' : `${number};`));
  file.write(0, buffers);
  file.write(2, [Buffer.from('X')]);
  file.close();
  const expected = Buffer.concat(buffers);
  expected.write('X', 2);
  assert.deepEqual(readFileSync(at('many')), expected);
});

test('reads give what there is, now and later, and less only at the end', async () => {
  nodeDisk.writeWhole(at('read'), 'abcdef');
  const file = nodeDisk.open(at('read'), 'read');
  const into = Buffer.alloc(4, '.');
  assert.equal(file.readNow(1, into), 4);
  assert.equal(into.toString(), 'bcde');
  assert.equal(await file.read(4, into), 2);
  assert.equal(into.toString(), 'efde');
  assert.equal(file.readNow(6, into), 0);
  assert.equal(file.sizeBytes(), 6);
  file.close();
});

test('a close waits for reads that are under way, and nothing works after it', async () => {
  nodeDisk.writeWhole(at('closing'), Buffer.alloc(100_000, 'z'));
  const file = nodeDisk.open(at('closing'), 'write');
  const into = Buffer.alloc(100_000);
  const reading = file.read(0, into);
  const syncing = file.sync();
  file.close();
  file.close();
  assert.equal(await reading, 100_000);
  await syncing;
  assert.equal(into.at(-1), 'z'.charCodeAt(0));
  await assert.rejects(file.read(0, into), failsWith('EBADF', at('closing')));
  assert.throws(() => file.write(0, [into]), failsWith('EBADF', at('closing')));
});

test('truncate cuts and grows', () => {
  const file = nodeDisk.open(at('cut'), 'create');
  file.write(0, [Buffer.from('12345')]);
  file.truncate(2);
  file.truncate(3);
  file.syncNow();
  file.close();
  assert.equal(readFileSync(at('cut'), 'latin1'), '12\0');
});

test('what is missing: errors name code and path, or nothing happens', async () => {
  assert.throws(() => nodeDisk.open(at('none'), 'read'), failsWith('ENOENT', at('none')));
  assert.throws(() => nodeDisk.open(at('none'), 'write'), failsWith('ENOENT', at('none')));
  assert.throws(() => nodeDisk.list(at('none')), failsWith('ENOENT', at('none')));
  assert.throws(() => nodeDisk.readWhole(at('none')), failsWith('ENOENT', at('none')));
  assert.throws(() => nodeDisk.syncNow(at('none')), failsWith('ENOENT', at('none')));
  await assert.rejects(nodeDisk.sync(at('none')), failsWith('ENOENT', at('none')));
  assert.equal(nodeDisk.stat(at('none')), null);
  nodeDisk.remove(at('none'));
  nodeDisk.removeTree(at('none'));
  nodeDisk.writeWhole(at('plain'), '');
  assert.equal(nodeDisk.stat(join(at('plain'), 'below')), null);
  assert.throws(
    () => nodeDisk.makeDirectory(join(at('plain'), 'below')),
    failsWith('ENOTDIR', join(at('plain'), 'below')),
  );
});

test('directories: made with parents, listed sorted, renamed, synced, removed', async () => {
  nodeDisk.makeDirectory(at('d/e/f'));
  nodeDisk.makeDirectory(at('d/e/f'));
  for (const name of ['b', 'c', 'a']) nodeDisk.writeWhole(at(`d/e/${name}`), name);
  assert.deepEqual(nodeDisk.list(at('d/e')), ['a', 'b', 'c', 'f']);
  nodeDisk.rename(at('d/e/a'), at('d/e/b'));
  assert.equal(nodeDisk.readWhole(at('d/e/b')).toString(), 'a');
  nodeDisk.rename(at('d/e'), at('d/g'));
  await nodeDisk.sync(at('d'));
  nodeDisk.syncNow(at('d/g/b'));
  assert.equal(nodeDisk.stat(at('d/g'))?.kind, 'directory');
  nodeDisk.removeTree(at('d'));
  assert.equal(nodeDisk.stat(at('d')), null);
});

test('modified times are kept to the millisecond', () => {
  nodeDisk.writeWhole(at('dated'), 'x');
  for (let timeMs = 1_700_000_000_000; timeMs < 1_700_000_000_300; timeMs += 7) {
    nodeDisk.setModifiedMs(at('dated'), timeMs);
    assert.deepEqual(nodeDisk.stat(at('dated')), { kind: 'file', sizeBytes: 1, modifiedMs: timeMs });
  }
});

test('a disk has room', () => {
  const { totalBytes, usableBytes } = nodeDisk.freeBytes(root);
  assert.ok(totalBytes > 0 && usableBytes >= 0 && usableBytes <= totalBytes);
  assert.ok(statSync(root).isDirectory());
});
