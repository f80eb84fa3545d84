import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inColumns } from '../../../../src/cli/tools/metadata-shell/columns.js';
import { parseCommandLine } from '../../../../src/cli/tools/metadata-shell/command-lines.js';
import { outputOf } from '../../../../src/cli/tools/metadata-shell/commands.js';
import { completions } from '../../../../src/cli/tools/metadata-shell/completion.js';
import { NO_PROVENANCE, rootOf } from '../../../../src/cli/tools/metadata-shell/image-nodes.js';
import { wordsOf } from '../../../../src/cli/tools/metadata-shell/line-words.js';
import { tokenText, zonedText } from '../../../../src/cli/tools/metadata-shell/node-texts.js';
import { globPattern } from '../../../../src/cli/tools/metadata-shell/paths.js';
import { entityName, entityOf } from '../../../../src/cli/tools/metadata-shell/quota-names.js';
import type { MetadataRecord } from '../../../../src/protocol/generated/metadata-records.js';
import { MetadataDelta } from '../../../../src/state/metadata/delta.js';
import { MetadataImage } from '../../../../src/state/metadata/image.js';

function shellOf(...records: MetadataRecord[]) {
  const image = new MetadataImage();
  for (const record of records) image.replay(record, new MetadataDelta());
  const state = { root: rootOf(image, NO_PROVENANCE), workingDirectory: '/' };
  return { state, columns: null, helpWidth: 75, history: ['a', 'b', 'c'] };
}

const said = (shell: ReturnType<typeof shellOf>, line: string): string => {
  const command = parseCommandLine(wordsOf(line), true, 75);
  return command.kind === 'answer' ? command.text : outputOf(command.name, command.arguments, shell);
};

// Measured on the reader of lines that Apache Kafka 4.3.1 has.
const LINES: Readonly<Record<string, readonly string[]>> = {
  'ls "image"': ['ls', 'image'],
  "ls 'a b'": ['ls', 'a b'],
  'ls a\\/b a\\ b': ['ls', 'a/b', 'a b'],
  'ls "image': ['ls', 'image'],
  'a  b ': ['a', 'b', ''],
  '': [''],
  '  ': [''],
  'a \\': ['a', ''],
  "ls 'a'b": ['ls', 'ab'],
};

for (const [line, words] of Object.entries(LINES)) {
  test(`the words of [${line}]`, () => assert.deepEqual(wordsOf(line), words));
}

test('names with wildcards mean others, broken ones themselves', () => {
  for (const name of ['abc', 'a.b', 'a,b', 'a}b', '\\*', 'a[b]', '{a', 'x{a,{b}}', '(a)']) {
    assert.equal(globPattern(name), null, name);
  }
  assert.ok(globPattern('a*')?.test('a.b'));
  assert.ok(globPattern('a?c')?.test('abc') && !globPattern('a?c')?.test('ac'));
  assert.ok(globPattern('{a,b.}x')?.test('b.x') && !globPattern('{a,b.}x')?.test('bcx'));
});

test('names stand in as many columns as the screen has room for', () => {
  const names = ['acls', 'clientQuotas', 'cluster', 'configs', 'delegationToken', 'features'];
  assert.equal(inColumns(names, null), `${names.join('\n')}\n`);
  assert.equal(inColumns(['a', 'b', 'c'], 8), 'a  c\nb  \n');
  assert.equal(
    inColumns(names, 31),
    'acls          configs\nclientQuotas  delegationToken\ncluster       features\n'.replace(/ +$/gm, ''),
  );
});

test('names of quotas are read back, whatever is in them', () => {
  const entity = [
    { entityType: 'user', entityName: 'al(i)ce' },
    { entityType: 'client-id', entityName: 'c\\d_' },
  ];
  const name = entityName(entity);
  assert.equal(name, 'clientId(c\\\\d_)_user(al\\(i\\)ce)');
  assert.deepEqual(
    entityOf(name),
    new Map([
      ['client-id', 'c\\d_'],
      ['user', 'al(i)ce'],
    ]),
  );
  assert.equal(entityName([{ entityType: 'user', entityName: null }]), '');
  for (const broken of ['', 'user(', 'user(a', 'user(a)x', 'user(a)_', 'other(a)'])
    assert.equal(entityOf(broken), null);
});

test('a time has as short a fraction as can be', () => {
  assert.equal(zonedText(-1), '1969-12-31T23:59:59.999Z[UTC]');
  assert.equal(zonedText(0), '1970-01-01T00:00:00Z[UTC]');
  assert.equal(zonedText(10_100), '1970-01-01T00:00:10.1Z[UTC]');
});

test('a token is told of with what Kafka has for brackets', () => {
  const token = { owner: 'User:al', requester: '', renewers: ['User:a', 'User:b'], issueTimestamp: 1, maxTimestamp: 2 };
  assert.equal(
    tokenText({ ...token, expirationTimestamp: 3, tokenId: 'id' }),
    'DelegationTokenDatatokenId=id(owner=User:al(tokenRequester=User:al(renewers=User:a User:b, issueTimestamp=1, maxTimestamp=2), expiryTimestamp=3',
  );
});

test('an image is a tree', () => {
  const acl = { id: 'AAAAAAAAAAAAAAAAAAAACg', resourceType: 2, resourceName: 'n', patternType: 3 };
  const shell = shellOf(
    { type: 'FeatureLevelRecord', version: 0, value: { name: 'metadata.version', featureLevel: 30 } },
    { type: 'ConfigRecord', version: 0, value: { resourceType: 4, resourceName: '', name: 'k', value: 'v' } },
    {
      type: 'AccessControlEntryRecord',
      version: 0,
      value: { ...acl, principal: 'User:a', host: '*', operation: 3, permissionType: 3 },
    },
  );
  assert.equal(said(shell, 'cat /image/features/*'), 'Optional[4.3-IV0]\n');
  assert.equal(said(shell, 'tree image/configs'), 'BROKER:\n  k:\n    v\n');
  assert.equal(said(shell, 'ls image/configs/BROKER: none'), 'ls: none: no such file or directory.\nk\n');
  assert.equal(
    said(shell, `cat image/acls/byId/${acl.id}`),
    'StandardAcl[resourceType=TOPIC, resourceName=n, patternType=LITERAL, principal=User:a, host=*, operation=READ, permissionType=ALLOW]\n',
  );
  assert.equal(said(shell, 'cd image/acls/../features') + said(shell, 'pwd'), '/image/features\n');
  assert.equal(said(shell, 'history 2'), '    1  b\n    2  c\n');
  assert.equal(said(shell, 'l'), "invalid choice: 'l': did you mean 'ls'?\n");
});

test('commands and paths are completed', () => {
  const { state } = shellOf();
  assert.deepEqual(completions('h', state), [['help', 'history'], 'h']);
  assert.deepEqual(completions('man l', state), [['ls'], 'l']);
  assert.deepEqual(completions('cat image/cl', state), [['image/clientQuotas/', 'image/cluster/'], 'image/cl']);
  assert.deepEqual(completions('ls /local/', state), [['/local/commitId', '/local/version'], '/local/']);
  assert.deepEqual(completions('cd image x', state)[0], []);
  assert.deepEqual(completions('pwd ', state)[0], []);
});
