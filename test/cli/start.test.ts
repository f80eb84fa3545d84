import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const STORAGE = fileURLToPath(new URL('../../../bin/kafka-storage', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'kafkalite-start-'));
after(() => rmSync(root, { recursive: true }));

let caches = 0;

/** A place of its own for each test: other processes on this machine use the user's. */
function emptyCache(): string {
  const path = join(root, `cache-${caches++}`);
  mkdirSync(path);
  return path;
}

function storage(env: NodeJS.ProcessEnv, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(STORAGE, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.deepEqual([status, stderr], [0, '']);
  assert.notEqual(stdout, '');
}

/** The directory of the one build in a cache. */
function toolCache(cache: string): string {
  const [build, ...others] = readdirSync(join(cache, 'kafkalite'));
  assert.deepEqual(others, []);
  return join(cache, 'kafkalite', build as string, 'storage');
}

test('what a run compiled is kept for the next one, once for each set of options', () => {
  const cache = emptyCache();
  const env = { XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '' };
  storage(env, 'random-uuid');
  const directory = toolCache(cache);
  const files = readdirSync(directory).sort();
  assert.ok(files.includes('storage.cjs') && files.includes('part-core.cjs') && files.includes('kinds'), files.join());
  const core = join(directory, 'part-core.cjs');
  const sizeBytes = statSync(core).size;
  utimesSync(core, 1, 1);
  storage(env, 'random-uuid');
  assert.equal(statSync(core).mtimeMs, 1000);
  storage(env, 'format', '--help');
  assert.notEqual(statSync(core).mtimeMs, 1000);
  assert.ok(statSync(core).size > sizeBytes, 'holds the code of both runs');
  assert.deepEqual(readFileSync(join(directory, 'kinds'), 'utf8').split('\n'), ['', '--help']);
});

test('a cache that is broken or cannot be written changes nothing', () => {
  const cache = emptyCache();
  const env = { XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '' };
  storage(env, 'random-uuid');
  const core = join(toolCache(cache), 'part-core.cjs');
  const whole = statSync(core).size;
  writeFileSync(core, 'not compiled code');
  storage(env, 'random-uuid');
  assert.ok(statSync(core).size > whole / 2, 'written anew');
  const file = join(emptyCache(), 'file');
  writeFileSync(file, '');
  storage({ ...env, XDG_CACHE_HOME: file }, 'random-uuid');
});

test('nothing is kept where that is not wanted', () => {
  const cache = emptyCache();
  storage({ XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '1' }, 'random-uuid');
  storage({ XDG_CACHE_HOME: '', HOME: '', NODE_DISABLE_COMPILE_CACHE: '' }, 'random-uuid');
  assert.deepEqual(readdirSync(cache), []);
});

test('what builds of long ago left goes when a new one comes', () => {
  const cache = emptyCache();
  const [old, recent] = [join(cache, 'kafkalite', 'old'), join(cache, 'kafkalite', 'recent')];
  for (const path of [old, recent]) mkdirSync(path, { recursive: true });
  utimesSync(old, 1, 1);
  storage({ XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '' }, 'random-uuid');
  assert.ok(!existsSync(old));
  assert.ok(existsSync(recent));
});
