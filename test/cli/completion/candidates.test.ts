import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, type NameSource } from '../../../src/cli/completion/candidates.js';
import { flag, maybeText, text } from '../../../src/cli/options/option-rows.js';
import type { ToolTable } from '../../../src/cli/tool-tables.js';

const JOPT: ToolTable = {
  dialect: 'joptsimple',
  tool: {
    description: '',
    options: {
      'bootstrap-server': text('server', 'Brokers.'),
      config: text('name=value', 'A setting.', { repeats: true, completes: ['a=', 'b='] }),
      file: text('path', 'A file.', { completes: 'file' }),
      list: flag('List.'),
      output: text('format', 'How.', { completes: ['plain', 'json'] }),
      secret: flag('Works and is not shown.', { hidden: true }),
      state: maybeText('state', 'State.', { completes: ['Empty', 'Stable'] }),
      topic: text('topic', 'A topic.', { completes: 'topic' }),
      partition: text('partition', 'A partition.', { completes: 'partition' }),
    },
  },
};

const ARGPARSE: ToolTable = {
  dialect: 'argparse4j',
  tool: {
    prog: 'tool',
    options: { 'bootstrap-server': text('', 'Brokers.', { short: 'b' }) },
    commands: {
      format: {
        help: 'Formats.',
        options: {
          config: text('', 'A file.', { short: 'c', completes: 'file' }),
          release: text('', 'A release.', { completes: 'release' }),
          kind: text('', 'A kind.', { choices: ['big', 'small'] }),
          words: text('', 'Some.', { many: '+', completes: ['one', 'two'] }),
          yes: flag('Yes.'),
          no: flag('No.'),
        },
        groups: [{ names: ['yes', 'no'] }],
      },
      info: { help: 'Tells.', options: {}, positionals: { what: text('', 'What.', { completes: ['all', 'some'] }) } },
    },
  },
};

const NAMES: Record<string, readonly string[]> = {
  topic: ['__consumer_offsets', 'events', 'other'],
  release: ['4.2', '4.3'],
};

const names: NameSource = (kind) => NAMES[kind] ?? [];

async function words(table: ToolTable, line: string): Promise<string[] | 'files'> {
  const found = await candidates(table, line.split(' '), names);
  return found.files ? 'files' : found.words.map(({ word }) => word);
}

const CASES: readonly (readonly [ToolTable, string, readonly string[] | 'files'])[] = [
  [JOPT, '--s', ['--state']],
  [JOPT, '-s', ['-state']],
  [JOPT, '--list --l', []],
  [JOPT, '--config a=1 --c', ['--config']],
  [JOPT, '--output ', ['plain', 'json']],
  [JOPT, '-output j', ['json']],
  [JOPT, '--output=j', ['--output=json']],
  [JOPT, '--list=', []],
  [JOPT, '--nothing=', []],
  [JOPT, '--config ', ['a=', 'b=']],
  [JOPT, '--topic ', ['events', 'other']],
  [JOPT, '--topic=o', ['--topic=other']],
  [JOPT, '--topic _', ['__consumer_offsets']],
  [JOPT, '--file ', 'files'],
  [JOPT, '--file=x', 'files'],
  [JOPT, '--state S', ['Stable']],
  [JOPT, '--state --l', ['--list']],
  // The argument of an option is one, whatever it looks like.
  [JOPT, '--topic --l', []],
  [JOPT, '--topic --list --li', ['--list']],
  [JOPT, '--bootstrap-server ', []],
  [JOPT, '--list x', []],
  [JOPT, '-- --l', []],
  [ARGPARSE, '', ['format', 'info']],
  [ARGPARSE, '-b x:1 f', ['format']],
  [ARGPARSE, '-', ['--help', '--bootstrap-server']],
  [ARGPARSE, 'format --c', ['--config']],
  [ARGPARSE, 'format -c ', 'files'],
  [ARGPARSE, 'format --rel 4.3', ['4.3']],
  [ARGPARSE, 'format --kind s', ['small']],
  [ARGPARSE, 'format --yes --n', []],
  [ARGPARSE, 'format --config --n', ['--no']],
  [ARGPARSE, 'format --words one t', ['two']],
  [ARGPARSE, 'info ', ['all', 'some']],
  [ARGPARSE, 'info all s', []],
];

for (const [table, line, expected] of CASES) {
  test(`${table.dialect}: '${line}'`, async () => {
    assert.deepEqual(await words(table, line), expected);
  });
}

test('where an argument may be left out, options are proposed beside the values', async () => {
  const found = await words(JOPT, '--state ');
  assert.deepEqual(found.slice(0, 2), ['Empty', 'Stable']);
  assert.ok(found.includes('--list') && !found.includes('--state') && !found.includes('--secret'));
});

test('an option tells what it is for, and a name what kind it is of', async () => {
  assert.deepEqual((await candidates(JOPT, ['--li'], names)).words, [{ word: '--list', description: 'List.' }]);
  assert.deepEqual((await candidates(JOPT, ['--topic', 'o'], names)).words, [{ word: 'other', description: 'topic' }]);
});

test('whoever gives the names is told of the options so far, also of those before a command', async () => {
  const asked: unknown[] = [];
  const source: NameSource = (kind, given) => {
    asked.push([kind, Object.fromEntries(given)]);
    return [];
  };
  await candidates(JOPT, ['--bootstrap-server', 'a:1', '--topic=t', '--config', 'a=1', '--partition', ''], source);
  await candidates(ARGPARSE, ['-b', 'a:1', 'format', '--release', ''], source);
  assert.deepEqual(asked, [
    ['partition', { 'bootstrap-server': ['a:1'], topic: ['t'], config: ['a=1'], partition: [] }],
    ['release', { 'bootstrap-server': ['a:1'], release: [] }],
  ]);
});
