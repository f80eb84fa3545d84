import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argparseError, parseArgparse, parseCommands } from '../../../src/cli/options/argparse.js';
import type { ArgparseTool } from '../../../src/cli/options/argparse-parser.js';
import { usageWidth } from '../../../src/cli/options/argparse-usage.js';
import { flag, integer, maybeText, type OptionRows, text } from '../../../src/cli/options/option-rows.js';
import type { OptionSet } from '../../../src/cli/options/option-set.js';
import { AnswerInstead, UsageError } from '../../../src/cli/options/usage-error.js';

const TOOL = {
  prog: 'kafka-storage',
  description: 'The Kafka storage tool.',
  options: {},
  commands: {
    info: {
      description: 'Get information about the Kafka log directories on this node.',
      options: { config: text('', 'The Kafka configuration file to use.', { short: 'c', required: true }) },
    },
    format: {
      description: 'Format the Kafka log directories on this node.',
      options: {
        config: text('', 'The Kafka configuration file to use.', { short: 'c', required: true }),
        'cluster-id': text('', 'The cluster ID to use.', { short: 't', required: true }),
        'add-scram': text(
          '',
          "A SCRAM_CREDENTIAL to add to the __cluster_metadata log e.g.\n'SCRAM-SHA-256=[name=alice,password=alice-secret]'\n" +
            '\'SCRAM-SHA-512=[name=alice,iterations=8192,salt="N3E=",saltedpassword="YCE="]\'',
          { short: 'S', repeats: true },
        ),
        'ignore-formatted': flag(
          'When this option is passed, the format command will skip over already formatted directories rather than failing.',
          { short: 'g' },
        ),
        'release-version': text('', 'rv', { short: 'r' }),
        num: integer('{1..5}', 'number', { short: 'n', choices: ['1', '2', '3', '4', '5'] }),
        level: text('', 'lvl', { choices: ['low', 'high'] }),
        standalone: flag('st', { short: 's' }),
        'no-initial-controllers': flag('nic', { short: 'N' }),
        'initial-controllers': text('', 'ic', { short: 'I' }),
      },
      groups: [{ names: ['standalone', 'no-initial-controllers', 'initial-controllers'] }],
    },
    'random-uuid': { description: 'Print a random UUID.', options: {} },
    many: {
      help: 'many things',
      options: {
        props: text('PROP=VALUE', 'p', { many: '+' }),
        star: text('', '', { many: '*' }),
        opt: maybeText('', ''),
      },
      positionals: { pos: text('', 'a positional'), rest: text('', '', { many: '*' }) },
    },
  },
} satisfies ArgparseTool;

function parsed(argv: readonly string[]): string {
  try {
    const { command, options } = parseCommands(TOOL, argv);
    const rows: OptionRows = TOOL.commands[command].options;
    const all = options as unknown as OptionSet<OptionRows>;
    const given = Object.keys(rows)
      .filter((name) => all.has(name))
      .map((name) => (rows[name]?.argument === 'none' ? name : `${name}=${all.values(name).join('|')}`));
    return [command, ...given, ...all.rest.map((word) => `(${word})`)].join(' ');
  } catch (error) {
    assert.ok(error instanceof Error);
    return error instanceof AnswerInstead ? 'help' : `! ${error.message}`;
  }
}

// What argparse4j 0.7.0 makes of the same words.
const MEASURED: [argv: string[], outcome: string][] = [
  [[], '! too few arguments'],
  [['nope'], "! invalid choice: 'nope' (choose from 'info', 'format', 'random-uuid', 'many')"],
  [['info'], '! argument --config/-c is required'],
  [['info', '-c'], '! argument --config/-c: expected one argument'],
  [['info', '--config'], '! argument --config/-c: expected one argument'],
  [['info', '-c', 'a'], 'info config=a'],
  [['info', '-ca'], 'info config=a'],
  [['info', '-c=a'], 'info config=a'],
  [['info', '--config=a'], 'info config=a'],
  [['info', '--conf', 'a'], 'info config=a'],
  [['info', '--c', 'a'], 'info config=a'],
  [['info', '-c', 'a', '-c', 'b'], 'info config=b'],
  [['info', '-c', 'a', 'extra'], "! unrecognized arguments: 'extra'"],
  [['info', '-c', 'a', '--bogus'], "! unrecognized arguments: '--bogus'"],
  [['info', '-c', 'a', '--bogus=1'], "! unrecognized arguments: '--bogus=1'"],
  [['info', '-c', 'a', '-z'], "! unrecognized arguments: '-z'"],
  [['--bogus', 'info', '-c', 'a'], "! unrecognized arguments: '--bogus'"],
  [['info', '--config', '-x'], '! argument --config/-c: expected one argument'],
  [['info', '--config', '--cluster'], '! argument --config/-c: expected one argument'],
  [['info', '--config=-x'], 'info config=-x'],
  [['info', '-c', '-1'], 'info config=-1'],
  [['inf', '-c', 'a'], 'info config=a'],
  [['random-uuid', 'extra'], "! unrecognized arguments: 'extra'"],
  [['random-uuid', 'a', 'b'], "! unrecognized arguments: 'a b'"],
  [['random-uuid', '--x', 'a'], "! unrecognized arguments: '--x'"],
  [['format', '-t', 'x', '-c', 'y'], 'format config=y cluster-id=x'],
  [['format', '-t', 'x', '-c', 'y', '-s'], 'format config=y cluster-id=x standalone'],
  [
    ['format', '-t', 'x', '-c', 'y', '-s', '-N'],
    '! argument --no-initial-controllers/-N: not allowed with argument --standalone/-s',
  ],
  [
    ['format', '-t', 'x', '-c', 'y', '-sN'],
    '! argument --no-initial-controllers/-N: not allowed with argument --standalone/-s',
  ],
  [['format', '-t', 'x', '-c', 'y', '-gs'], 'format config=y cluster-id=x ignore-formatted standalone'],
  [['format', '-t', 'x', '-c', 'y', '-gsx'], "! unrecognized arguments: '-gsx'"],
  [
    ['format', '-t', 'x', '-c', 'y', '-I', '1', '-s'],
    '! argument --standalone/-s: not allowed with argument --initial-controllers/-I',
  ],
  [['format', '-t', 'x', '-c', 'y', '--s'], 'format config=y cluster-id=x standalone'],
  [['format', '-t', 'x', '-c', 'y', '--ignore'], 'format config=y cluster-id=x ignore-formatted'],
  [
    ['format', '-t', 'x', '-c', 'y', '--i'],
    '! ambiguous option: --i could match --ignore-formatted, --initial-controllers',
  ],
  [['format', '-t', 'x', '-c', 'y', '-S', 'a', '-S', 'b'], 'format config=y cluster-id=x add-scram=a|b'],
  [
    ['format', '-t', 'x', '-c', 'y', '--ignore-formatted=1'],
    "! argument --ignore-formatted/-g: ignore implicit argument '1'",
  ],
  [['format', '-t', 'x', '-c', 'y', '-n', '9'], "! argument --num/-n: invalid choice: '9' (choose from {1,2,3,4,5})"],
  [
    ['format', '-t', 'x', '-c', 'y', '-n', 'x'],
    `! argument --num/-n: could not convert 'x' to Integer (For input string: "x")`,
  ],
  [['format', '-t', 'x', '-c', 'y', '-n', '4'], 'format config=y cluster-id=x num=4'],
  [
    ['format', '-t', 'x', '-c', 'y', '--level', 'mid'],
    "! argument --level: invalid choice: 'mid' (choose from {low,high})",
  ],
  [['format', '-t', '', '-c', 'y'], 'format config=y cluster-id='],
  [['format', '-t', 'a b', '-c', 'y'], 'format config=y cluster-id=a b'],
  [['format', '-t', 'x', '-c', 'y', '--'], 'format config=y cluster-id=x'],
  [['format', '-t', 'x', '-c', 'y', '--', 'z'], "! unrecognized arguments: 'z'"],
  [['many', 'p'], 'many (p)'],
  [['many'], '! too few arguments'],
  [['many', '--props', 'a', 'b', '--', 'p'], 'many props=a|b (p)'],
  [['many', 'p', '--props', 'a', 'b'], 'many props=a|b (p)'],
  [['many', 'p', '--props'], '! argument --props: expected 1 argument(s)'],
  [['many', 'p', '--star'], 'many star= (p)'],
  [['many', 'p', '--star', '1', '2'], 'many star=1|2 (p)'],
  [['many', 'p', '--opt'], 'many opt= (p)'],
  [['many', 'p', '--opt', 'v'], 'many opt=v (p)'],
  [['many', 'p', 'q', 'r'], 'many (p) (q) (r)'],
  [['many', '--opt', 'v', 'p'], 'many opt=v (p)'],
  [['many', 'p', '--props', 'a', '--props', 'b'], 'many props=b (p)'],
  [['--version'], "! unrecognized arguments: '--version'"],
  [['-x'], "! unrecognized arguments: '-x'"],
  [['info', '-c', 'a', '-h'], 'help'],
  [['info', '-h', '--nonsense'], 'help'],
  [['-h'], 'help'],
  [['info', '--help'], 'help'],
  [['info', '--he'], 'help'],
  [['format', '-t', 'x', '-c', 'y', '-h'], 'help'],
  [['info', '-c', '-'], 'info config=-'],
  [['info', '-c', ''], 'info config='],
  [['info', '--config', ''], 'info config='],
  [[''], "! invalid choice: '' (choose from 'info', 'format', 'random-uuid', 'many')"],
];

test('words are read as argparse4j reads them', () => {
  for (const [argv, outcome] of MEASURED) assert.equal(parsed(argv), outcome, JSON.stringify(argv));
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

function errorText(argv: readonly string[], width = 75): string {
  const error = thrown(() => parseCommands(TOOL, argv, width));
  assert.ok(error instanceof UsageError);
  return error.text;
}

const FORMAT_USAGE = `usage: kafka-storage format [-h] --config CONFIG --cluster-id CLUSTER_ID
                     [--add-scram ADD_SCRAM] [--ignore-formatted]
                     [--release-version RELEASE_VERSION] [--num {1..5}]
                     [--level {low,high}] [--standalone |
                     --no-initial-controllers |
                     --initial-controllers INITIAL_CONTROLLERS]
`;

// The texts of the following tests are those of argparse4j 0.7.0 for the same tool.
test('errors show the usage of what was read, and are filled up to the width', () => {
  const usage = 'usage: kafka-storage [-h] {info,format,random-uuid,many} ...\n';
  assert.equal(errorText([]), `${usage}kafka-storage: error: too few arguments\n`);
  assert.equal(
    errorText(['nope']),
    `${usage}kafka-storage:  error:  invalid   choice:   'nope'   (choose  from  'info',
'format', 'random-uuid', 'many')\n`,
  );
  assert.equal(
    errorText(['info']),
    'usage: kafka-storage info [-h] --config CONFIG\nkafka-storage: error: argument --config/-c is required\n',
  );
  assert.equal(
    errorText(['format', '-t', 'x', '-c', 'y', '-s', '-N']),
    `${FORMAT_USAGE}kafka-storage: error:  argument  --no-initial-controllers/-N:  not  allowed
with argument --standalone/-s\n`,
  );
  assert.equal(
    errorText(['many']),
    `usage: kafka-storage many [-h] [--props PROP=VALUE [PROP=VALUE ...]]
                     [--star [STAR [STAR ...]]] [--opt [OPT]] pos
                     [rest [rest ...]]
kafka-storage: error: too few arguments\n`,
  );
});

test('a word that is nearly an option or a command is answered with it', () => {
  assert.equal(
    errorText(['format', '-t', 'x', '-c', 'y', '--bogus']),
    `${FORMAT_USAGE}kafka-storage: error: unrecognized arguments: '--bogus'\n\nDid you mean:\n\t--num\n`,
  );
  assert.match(errorText(['inof']), /\n\nDid you mean:\n\tinfo\n$/);
  assert.doesNotMatch(errorText(['zzzzzzzz']), /Did you mean/);
});

test('help is laid out as argparse4j does', () => {
  const help = thrown(() => parseCommands(TOOL, ['--help']));
  assert.ok(help instanceof AnswerInstead);
  assert.equal(
    help.message,
    `usage: kafka-storage [-h] {info,format,random-uuid,many} ...

The Kafka storage tool.

positional arguments:
  {info,format,random-uuid,many}
    many                 many things

optional arguments:
  -h, --help             show this help message and exit
`,
  );
  const format = thrown(() => parseCommands(TOOL, ['format', '-h']));
  assert.ok(format instanceof AnswerInstead);
  assert.equal(
    format.message,
    `${FORMAT_USAGE}
Format the Kafka log directories on this node.

optional arguments:
  -h, --help             show this help message and exit
  --config CONFIG, -c CONFIG
                         The Kafka configuration file to use.
  --cluster-id CLUSTER_ID, -t CLUSTER_ID
                         The cluster ID to use.
  --add-scram ADD_SCRAM, -S ADD_SCRAM
                         A    SCRAM_CREDENTIAL     to     add     to    the
                         __cluster_metadata log e.g.
                         'SCRAM-SHA-256=[name=alice,password=alice-
                         secret]'
                         'SCRAM-SHA-512=[name=alice,iterations=8192,salt="
                         N3E=",saltedpassword="YCE="]'
  --ignore-formatted, -g
                         When this option  is  passed,  the  format command
                         will  skip  over   already  formatted  directories
                         rather than failing.
  --release-version RELEASE_VERSION, -r RELEASE_VERSION
                         rv
  --num {1..5}, -n {1..5}
                         number
  --level {low,high}     lvl
  --standalone, -s       st
  --no-initial-controllers, -N
                         nic
  --initial-controllers INITIAL_CONTROLLERS, -I INITIAL_CONTROLLERS
                         ic
`,
  );
});

const FLAT = {
  prog: 'kafka-producer-perf-test',
  description: 'Measures.',
  options: {
    topic: text('', 'produce to it', { required: true }),
    'record-size': integer('RECORD-SIZE', 'bytes'),
    'payload-file': text('PAYLOAD-FILE', 'file'),
    'bootstrap-server': text('host:port', 'server', { default: 'localhost:9092' }),
    version: flag('show version', { short: 'v', shortFirst: true }),
    old: text('', 'kept for old scripts', { hidden: true }),
  },
  groups: [{ required: true, names: ['record-size', 'payload-file'] }],
  sections: [{ title: 'Where', description: 'For newer ones only this', names: ['bootstrap-server'] }],
};

test('a tool without commands, with a group of which one is required and a section of its own', () => {
  const options = parseArgparse(FLAT, ['--topic', 't', '--rec=5', '--old', 'x']);
  assert.deepEqual([options.value('record-size'), options.value('bootstrap-server')], [5, 'localhost:9092']);
  const usage = `usage: kafka-producer-perf-test
       [-h] --topic TOPIC [--bootstrap-server host:port] [-v]
       (--record-size RECORD-SIZE | --payload-file PAYLOAD-FILE)
`;
  const error = thrown(() => parseArgparse(FLAT, ['--topic', 't']));
  assert.ok(error instanceof UsageError);
  assert.equal(error.message, 'one of the arguments --record-size --payload-file is required');
  assert.equal(
    error.text,
    `${usage}kafka-producer-perf-test: error:  one  of  the  arguments  --record-size --
payload-file is required\n`,
  );
  const own = argparseError(FLAT, null, '--record-size should be greater than zero.');
  assert.match(
    own.text,
    /kafka-producer-perf-test: {2}error: {2}--record-size {2}should {2}be {2}greater {2}than\nzero\.\n$/,
  );
  const help = thrown(() => parseArgparse(FLAT, ['-h']));
  assert.ok(help instanceof AnswerInstead);
  assert.match(
    help.message,
    /\n {2}-v, --version {10}show version\n\nWhere:\n {2}For newer ones only this\n\n {2}--bootstrap-server host:port\n {25}server \(default: localhost:9092\)\n$/,
  );
  assert.doesNotMatch(help.message, /--old/);
});

test('what a command needs of the tool above it stands in its usage', () => {
  const tool = {
    prog: 'kafka-transactions.sh',
    options: { 'bootstrap-server': text('host:port', 's', { required: true }) },
    commandsName: 'COMMAND',
    commandsTitle: 'commands',
    commands: { list: { help: 'list transactions', options: { 'duration-filter': integer('', 'd') } } },
  } satisfies ArgparseTool;
  const missing = thrown(() => parseCommands(tool, ['list']));
  assert.ok(missing instanceof UsageError);
  assert.equal(
    missing.text,
    `usage: kafka-transactions.sh [-h] --bootstrap-server host:port COMMAND ...
kafka-transactions.sh: error: argument --bootstrap-server is required\n`,
  );
  const parsedList = parseCommands(tool, ['--boot', 'a:1', 'li', '--duration-filter', '-1']);
  assert.equal(parsedList.command, 'list');
  assert.equal(parsedList.options.value('duration-filter'), -1);
  assert.equal(parsedList.global.value('bootstrap-server'), 'a:1');
  const help = thrown(() => parseCommands(tool, ['--bootstrap-server', 'a:1', 'list', '-h']));
  assert.ok(help instanceof AnswerInstead);
  assert.match(
    help.message,
    /^usage: kafka-transactions\.sh --bootstrap-server host:port list \[-h\]\n {29}\[--duration-filter DURATION_FILTER\]\n/,
  );
  const top = thrown(() => parseCommands(tool, ['-h']));
  assert.ok(top instanceof AnswerInstead);
  assert.match(top.message, /\ncommands:\n {2}COMMAND\n {4}list {17}list transactions\n$/);
});

test('the width is that of the terminal, where it is known', () => {
  assert.deepEqual([usageWidth(undefined), usageWidth('100'), usageWidth('x'), usageWidth('3')], [75, 95, 75, 75]);
});
