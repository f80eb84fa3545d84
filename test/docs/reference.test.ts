import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const GENERATOR = join(PROJECT, 'scripts/generate-reference.mjs');

describe('the reference of the tools', () => {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-reference-'));
  after(() => rmSync(root, { recursive: true }));
  const written = (path: string): string => readFileSync(join(root, path), 'utf8');

  it('is what the code says', () => {
    copyFileSync(join(PROJECT, 'README.md'), join(root, 'README.md'));
    execFileSync(process.execPath, [GENERATOR, root]);
    for (const path of ['README.md', 'docs/tools.md', 'docs/output.md']) {
      const isCurrent = written(path) === readFileSync(join(PROJECT, path), 'utf8');
      assert.ok(isCurrent, `${path} is not what the code says: run node scripts/generate-reference.mjs`);
    }
  });

  it('tells of an option its argument, its default, and whether it is ours alone', () => {
    const lines = written('docs/tools.md').split('\n');
    const topics = lines.slice(lines.indexOf('## kafka-topics'));
    const row = (option: string): string | undefined => topics.find((line) => line.startsWith(`| \`--${option}\``));
    assert.match(
      row('output') ?? '',
      /^\| `--output` \| `plain\\\|table\\\|json\\\|ndjson` \| {2}\| \*not in Kafka\* \| How /,
    );
    assert.match(row('config') ?? '', /^\| `--config` \| `name=value` \| {2}\| repeatable \| A setting /);
    assert.doesNotMatch(row('list') ?? 'not in Kafka', /not in Kafka/);
    assert.ok(lines.some((line) => line.startsWith('| `--offset` | `consume offset` | `latest` |')));
  });

  it('is not written into a README without a place for it', () => {
    writeFileSync(join(root, 'README.md'), '# Nothing\n');
    const { status, stderr } = spawnSync(process.execPath, [GENERATOR, root], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /README\.md has no place for the tools/);
  });
});
