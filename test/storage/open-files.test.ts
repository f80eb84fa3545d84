import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OpenFiles } from '../../src/storage/open-files.js';
import { MemoryDisk } from '../support/memory-disk.js';

describe('OpenFiles', () => {
  it('never has more files open than allowed, and closes those unused for longest', () => {
    const disk = new MemoryDisk();
    const pool = new OpenFiles(disk, 8);
    const files = Array.from({ length: 30 }, (_, n) => pool.file(`/f${n}`));
    for (const file of files) {
      file.create();
      files[0]?.write(0, [Buffer.from('kept open')]);
    }
    assert.equal(disk.maxOpenFiles, 8);
    let opens = 0;
    disk.fault = (operation) => {
      if (operation === 'open') opens++;
      return null;
    };
    files[0]?.write(0, [Buffer.from('x')]);
    assert.equal(opens, 0);
    files[1]?.write(0, [Buffer.from('x')]);
    assert.equal(opens, 1);
  });

  it('opens a file again that was closed, under the name it has then', () => {
    const disk = new MemoryDisk();
    const file = new OpenFiles(disk, 1).file('/a');
    file.create();
    file.write(0, [Buffer.from('abc')]);
    file.rename('/b');
    file.write(3, [Buffer.from('def')]);
    assert.equal(disk.readWhole('/b').toString(), 'abcdef');
    assert.equal(disk.stat('/a'), null);
    file.remove();
    assert.equal(file.exists(), false);
  });

  it('finishes reads under way when a file is closed or removed', async () => {
    const disk = new MemoryDisk();
    const file = new OpenFiles(disk, 1).file('/a');
    file.create();
    file.write(0, [Buffer.from('abc')]);
    const into = Buffer.alloc(3);
    const read = file.read(0, into);
    file.remove();
    assert.equal(await read, 3);
    assert.equal(into.toString(), 'abc');
  });
});
