import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeDirectoryLock } from '../../src/host/directory-lock.js';
import { hasKernelLock } from '../../src/host/kernel-locks.js';

const canLock = process.platform === 'linux' && spawnSync('flock', ['--version']).status === 0;

test('a lock that another program holds is seen', { skip: !canLock && 'needs Linux and flock(1)' }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-locks-'));
  const path = join(root, '.lock');
  writeFileSync(path, '');
  const holder = spawn('flock', [path, 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(holder.stdout, 'data');
    assert.equal(hasKernelLock(path, statSync(path)), true);
    assert.equal(hasKernelLock(root, statSync(root)), false);
    assert.equal(takeDirectoryLock(path), null);
    holder.stdin.end();
    await once(holder, 'exit');
    assert.equal(hasKernelLock(path, statSync(path)), false);
    const lock = takeDirectoryLock(path);
    assert.ok(lock);
    lock.release();
  } finally {
    holder.kill();
    rmSync(root, { recursive: true });
  }
});
