import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { outputSchemas } from '../../src/cli/output-schemas.js';
import { TOOL_TABLES } from '../../src/cli/tool-tables.js';

const PROJECT = new URL('../../../', import.meta.url);

test('every launcher has its table of options', () => {
  const launchers = readdirSync(new URL('bin/', PROJECT)).filter((name) => !/\.(?:sh|json)$/.test(name));
  assert.deepEqual(Object.keys(TOOL_TABLES).sort(), launchers.sort());
});

test('every schema of an output is known', async () => {
  const source = new URL('src/cli/tools/', PROJECT);
  const files = readdirSync(source, { recursive: true }).map(String);
  const exported = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, source), 'utf8').matchAll(/^export const (\w+_SCHEMA)\b/gm)])
    .map(([, name]) => name);
  // Tools that print the same share a schema.
  const known = new Map(
    [...(await outputSchemas()).values()].flatMap((schemas) => [...schemas].map(([a, b]) => [b, a])),
  );
  assert.deepEqual([...known.values()].sort(), exported.sort());
});
