import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resolveVariables } from '../../src/config/config-providers.js';
import { nodeDisk } from '../../src/host/node-disk.js';

const ENV = 'org.apache.kafka.common.config.provider.EnvVarConfigProvider';
const FILE = 'org.apache.kafka.common.config.provider.FileConfigProvider';
const DIRECTORY = 'org.apache.kafka.common.config.provider.DirectoryConfigProvider';

let root = '';
before(() => {
  root = mkdtempSync(join(tmpdir(), 'kafkalite-providers-'));
  writeFileSync(join(root, 'secrets.properties'), written('k=v1\nspaced\\ key=v 2\nn=%{env:FOO}\nu=\u00e9\n'));
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd/f1'), 'content\n');
});
after(() => rmSync(root, { recursive: true }));

/** Variables are told here as `%{x:y}`, since a plain string with `${` looks like a forgotten template. */
function written(text: string): string {
  return text.replaceAll('%{', '${').replaceAll('ROOT', root);
}

function resolved(value: string, providers: Record<string, string>): string | undefined {
  const properties = new Map([
    [
      'config.providers',
      Object.keys(providers)
        .filter((name) => !name.includes('.'))
        .join(','),
    ],
    ...Object.entries(providers).map(([name, text]): [string, string] => {
      return [`config.providers.${name.includes('.') ? name : `${name}.class`}`, text];
    }),
    ['a', written(value)],
  ]);
  const sources = { disk: nodeDisk, env: { FOO: 'foo', BAR: 'bar' } };
  return resolveVariables(properties, sources).get('a')?.replaceAll(root, 'ROOT').replaceAll('${', '%{');
}

// As Apache Kafka 4.3.1 resolves them.
test('variables of the environment', () => {
  assert.equal(resolved('x%{env:FOO}y%{env:BAR}%{other:z}', { env: ENV }), 'xfooybar%{other:z}');
  assert.equal(resolved('%{env:NOPE}', { env: ENV }), '%{env:NOPE}');
  assert.equal(resolved('%{env:FOO}', {}), '%{env:FOO}');
  assert.equal(resolved('%{env:FOO}%{env:BAR}', { env: ENV, 'env.param.allowlist.pattern': 'B.*' }), '%{env:FOO}bar');
  assert.throws(() => resolved('%{env:path:FOO}', { env: ENV }), {
    message: "Path is not supported for EnvVarConfigProvider, invalid value 'path'",
  });
});

test('variables of properties files', () => {
  assert.equal(resolved('%{f:ROOT/secrets.properties:k}', { f: FILE }), 'v1');
  assert.equal(resolved('%{f:ROOT/secrets.properties:spaced key}', { f: FILE }), 'v 2');
  assert.equal(resolved('%{f:ROOT/secrets.properties:u}', { f: FILE }), '\u00e9');
  assert.equal(resolved('%{f:ROOT/secrets.properties:n}', { f: FILE, env: ENV }), '%{env:FOO}');
  assert.equal(resolved('%{f:ROOT/secrets.properties:none}', { f: FILE }), '%{f:ROOT/secrets.properties:none}');
  assert.equal(resolved('%{f:k}', { f: FILE }), '%{f:k}');
  assert.equal(resolved('%{env:FOO}-%{f:ROOT/secrets.properties:k}', { env: ENV, f: FILE }), 'foo-v1');
  assert.throws(() => resolved('%{f:ROOT/none:k}', { f: FILE }), {
    message: `Could not read properties from file ${root}/none`,
  });
});

test('variables of a directory, and where files may be', () => {
  assert.equal(resolved('%{d:ROOT/d:f1}', { d: DIRECTORY }), 'content\n');
  assert.equal(resolved('%{d:ROOT/d:none}', { d: DIRECTORY }), '%{d:ROOT/d:none}');
  assert.equal(resolved('%{d:ROOT/d:../secrets.properties}', { d: DIRECTORY }), '%{d:ROOT/d:../secrets.properties}');
  const file = '%{f:ROOT/secrets.properties:k}';
  assert.equal(resolved(file, { f: FILE, 'f.param.allowed.paths': `/etc,${root}` }), 'v1');
  assert.equal(resolved(file, { f: FILE, 'f.param.allowed.paths': `${root}/d` }), file);
  const around = '%{f:ROOT/d/../secrets.properties:k}';
  assert.equal(resolved(around, { f: FILE, 'f.param.allowed.paths': `${root}/d` }), around);
  assert.throws(() => resolved(file, { f: FILE, 'f.param.allowed.paths': 'relative' }), {
    message: 'Path relative is not absolute',
  });
});

test('a provider that there is not', () => {
  assert.throws(() => resolved('x', { p: 'no.such' }), {
    message:
      'Invalid value no.such for configuration config.providers.p.class: Could not load config provider class or one of its dependencies',
  });
});
