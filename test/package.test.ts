import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const LIMIT = { timeout: 120_000 };

describe('the package, installed', () => {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-package-'));
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: root, encoding: 'utf8' });
  let files: string[] = [];

  before(() => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', root], {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [tarball] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[];
    files = tarball?.files.map(({ path }) => path) ?? [];
    writeFileSync(join(root, 'package.json'), '{"name":"user","private":true,"type":"module"}');
    const install = ['install', '--ignore-scripts', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'];
    execFileSync('npm', [...install, join(root, tarball?.filename ?? '')], { cwd: root, stdio: 'ignore' });
  }, LIMIT);
  after(() => rmSync(root, { recursive: true, force: true }));

  it('holds what it runs and no tests', () => {
    assert.ok(files.includes('dist/src/index.js') && files.includes('dist/src/index.d.ts'));
    assert.ok(files.includes('config/server.properties'));
    assert.deepEqual(
      files.filter((path) => /(?:^|\/)test\/|\.test\.|\.map$|^src\//.test(path)),
      [],
    );
  });

  it('has the tools', () => {
    assert.match(run(join(root, 'node_modules', '.bin', 'kafka-storage'), 'random-uuid'), /^[\w-]{22}\n$/);
  });

  it('has the library', LIMIT, () => {
    const program = `
      import { startBroker } from 'kafkalite';
      const broker = await startBroker();
      const admin = broker.kafkajs().admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'made' }] });
      console.log((await admin.listTopics()).join());
      await admin.disconnect();
      await broker.close();`;
    writeFileSync(join(root, 'program.js'), program);
    assert.equal(run(process.execPath, 'program.js'), 'made\n');
  });
});
