import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { AtomicFile } from '../../src/storage/atomic-file.js';
import { MemoryDisk } from '../support/memory-disk.js';

function newDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.makeDirectory('/d');
  disk.syncNow('/');
  return disk;
}

describe('AtomicFile', () => {
  it('can be read at once when it is new, and survives a power cut once saved', async () => {
    const disk = newDisk();
    const file = new AtomicFile(disk, '/d/f');
    assert.equal(file.read(), null);
    const saved = file.save('first');
    assert.equal(disk.readWhole('/d/f').toString(), 'first');
    await saved;
    disk.cutPower();
    assert.equal(disk.readWhole('/d/f').toString(), 'first');
  });

  it('has the old or the new content after a power cut at any moment, never another', async () => {
    for (let cutAfter = 0; cutAfter < 8; cutAfter++) {
      const disk = newDisk();
      const file = new AtomicFile(disk, '/d/f');
      await file.save('old');
      let left = cutAfter;
      disk.fault = (_, path) => (left-- > 0 ? null : new DiskError('EIO', path, 'no power'));
      await file.save('new').catch(() => undefined);
      disk.fault = null;
      disk.cutPower(
        () => true,
        () => false,
      );
      assert.match(disk.readWhole('/d/f').toString(), /^(old|new)$/, `after ${cutAfter} operations`);
    }
  });

  it('writes only the newest of what is saved in a row', async () => {
    const disk = newDisk();
    const file = new AtomicFile(disk, '/d/f');
    await file.save('0');
    let renames = 0;
    disk.fault = (operation) => {
      if (operation === 'rename') renames++;
      return null;
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => file.save(`content ${n}`)));
    assert.equal(disk.readWhole('/d/f').toString(), 'content 19');
    assert.ok(renames <= 2, `${renames} renames`);
    assert.deepEqual(disk.list('/d'), ['f']);
  });

  it('tells a failure, and saves again after it', async () => {
    const disk = newDisk();
    const file = new AtomicFile(disk, '/d/f');
    await file.save('old');
    disk.fault = (operation, path) => (operation === 'sync' ? new DiskError('EIO', path, 'bad sector') : null);
    await assert.rejects(file.save('lost'), /bad sector/);
    disk.fault = null;
    await file.save('new');
    assert.equal(disk.readWhole('/d/f').toString(), 'new');
  });

  it('writes nothing after its directory was given up', async () => {
    const disk = newDisk();
    const file = new AtomicFile(disk, '/d/f');
    await file.save('old');
    const saved = file.save('new');
    file.abandon();
    disk.rename('/d', '/gone');
    await saved;
    await file.save('newer');
    assert.equal(disk.stat('/d'), null);
  });

  it('follows its directory to another name', async () => {
    const disk = newDisk();
    const file = new AtomicFile(disk, '/d/f');
    await file.save('old');
    const saved = file.save('new');
    disk.rename('/d', '/e');
    file.moveTo('/e/f');
    await saved;
    assert.equal(disk.readWhole('/e/f').toString(), 'new');
  });
});
