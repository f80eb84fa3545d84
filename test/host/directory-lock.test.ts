import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { takeDirectoryLock } from '../../src/host/directory-lock.js';

const root = mkdtempSync(join(tmpdir(), 'kafkalite-lock-'));
after(() => rmSync(root, { recursive: true }));

const HOLDER = `
  import { takeDirectoryLock } from ${JSON.stringify(new URL('../../src/host/directory-lock.js', import.meta.url).href)};
  process.stdout.write(takeDirectoryLock(process.argv[1]) === null ? 'busy' : 'held');
  process.stdin.resume();
`;

async function startHolder(path: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { child, said: String(said) };
}

test('only one holds the lock; releasing it removes the empty file and lets the next one in', () => {
  const path = join(root, 'one');
  const first = takeDirectoryLock(path);
  assert.ok(first);
  assert.equal(readFileSync(path, 'utf8'), '');
  assert.equal(takeDirectoryLock(path), null);
  first.release();
  first.release();
  assert.ok(!existsSync(path));
  const second = takeDirectoryLock(path);
  assert.ok(second);
  second.release();
});

test('another process holds it until it is killed, and its file stays', async () => {
  const path = join(root, 'killed');
  const { child, said } = await startHolder(path);
  assert.equal(said, 'held');
  assert.equal(takeDirectoryLock(path), null);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(existsSync(path));
  const lock = takeDirectoryLock(path);
  assert.ok(lock);
  const { child: late, said: answer } = await startHolder(path);
  assert.equal(answer, 'busy');
  late.kill();
  await once(late, 'exit');
  lock.release();
});

test('without the addon the lock is a socket, and that of whoever has the addon is seen', () => {
  const path = join(root, 'socket');
  const first = takeDirectoryLock(path, null);
  assert.ok(first);
  assert.equal(takeDirectoryLock(path, null), null);
  first.release();
  const other = takeDirectoryLock(path);
  assert.ok(other);
  assert.equal(takeDirectoryLock(path, null), null);
  other.release();
});

test('a directory that is missing is an error', () => {
  assert.throws(() => takeDirectoryLock(join(root, 'none', '.lock')), { code: 'ENOENT' });
});
