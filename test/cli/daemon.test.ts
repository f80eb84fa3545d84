import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { daemonOutput } from '../../src/cli/daemon.js';

const SERVER_START = fileURLToPath(new URL('../../../bin/kafka-server-start', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'kafkalite-daemon-'));
after(() => rmSync(root, { recursive: true }));

test('only tools that run on take -daemon, and only as their first word', () => {
  assert.equal(daemonOutput('server-start', ['-daemon', 'server.properties']), 'kafkaServer.out');
  assert.equal(daemonOutput('server-start', ['server.properties', '-daemon']), null);
  assert.equal(daemonOutput('topics', ['-daemon']), null);
  assert.equal(daemonOutput('toString', ['-daemon']), null);
});

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

test('a start in the background returns at once; what it prints goes to a file', { timeout: 30_000 }, async () => {
  const logs = join(root, 'logs');
  mkdirSync(logs);
  const output = join(logs, 'kafkaServer.out');
  const told = new Promise<string>((resolve) => {
    const watcher = watch(logs, () => {
      const text = textOf(output);
      if (!text.endsWith('\n')) return;
      watcher.close();
      resolve(text);
    });
  });
  const args = [SERVER_START, '-daemon', 'no-such.properties'];
  const started = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, LOG_DIR: logs },
    encoding: 'utf8',
  });
  assert.equal(started.status, 0);
  assert.equal(started.stdout, '');
  assert.match(started.stderr, /^Started in the background with process id [1-9]\d*; its output goes to \/.*\.out\n$/);
  assert.match(await told, /no-such\.properties\n$/);
});
