import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JoptTool, parseJopt } from '../../../src/cli/options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../../src/cli/options/jopt-checks.js';
import { double, flag, integer, long, maybeText, type OptionRows, text } from '../../../src/cli/options/option-rows.js';
import { AnswerInstead, UsageError } from '../../../src/cli/options/usage-error.js';

const ROWS = {
  list: flag('List things.'),
  topic: text(
    'topic',
    'The topic to use. It is long enough to wrap over the end of a line of eighty columns, and a bit more than that.',
  ),
  partitions: integer('# of partitions', 'How many.'),
  timeout: long('timeout (ms)', '(Deprecated) default.', { default: '5000' }),
  state: maybeText('', 'state.', { onlyWith: ['list'] }),
  ratio: double('', 'r'),
  config: text('name=value', 'c', { repeats: true }),
};
const TOOL: JoptTool<typeof ROWS> = { description: 'Do things.', options: ROWS };

function parsed(...argv: string[]): string {
  try {
    const options = parseJopt(TOOL, argv);
    const given = (['list', 'topic', 'partitions', 'timeout', 'state', 'ratio'] as const)
      .filter((name) => options.has(name))
      .map((name) => (name === 'list' ? name : `${name}=${options.values(name).join('|')}`));
    return [...given, ...options.rest.map((word) => `(${word})`)].join(' ');
  } catch (error) {
    assert.ok(error instanceof Error);
    return `! ${error.message}`;
  }
}

// What joptsimple 5.0.4 without abbreviations makes of the same words.
const MEASURED: [argv: string[], outcome: string][] = [
  [['--list'], 'list'],
  [['-list'], 'list'],
  [['-l'], '! l is not a recognized option'],
  [['--topic', 'a'], 'topic=a'],
  [['--topic=a'], 'topic=a'],
  [['-topic', 'a'], 'topic=a'],
  [['-topic=a'], 'topic=a'],
  [['--topic'], '! Option topic requires an argument'],
  [['--topic', ''], 'topic='],
  [['--topic='], 'topic='],
  [['--topic', '--list'], 'topic=--list'],
  [['--topic', '-x'], 'topic=-x'],
  [['--topic', '-'], 'topic=-'],
  [['--topic', '--'], 'topic=--'],
  [['--topic', 'a b=c'], 'topic=a b=c'],
  [['--topic=a=b'], 'topic=a=b'],
  [['--topic', 'a', 'b'], 'topic=a (b)'],
  [['--banana'], '! banana is not a recognized option'],
  [['--banana=1'], '! banana is not a recognized option'],
  [['-x'], '! x is not a recognized option'],
  [['-xyz'], '! x is not a recognized option'],
  [['-topicx'], '! t is not a recognized option'],
  [['--top', 'a'], '! top is not a recognized option'],
  [['--Topic', 'a'], '! Topic is not a recognized option'],
  [['---topic', 'a'], '! -topic is not a recognized option'],
  [['--=x'], '!  is not a recognized option'],
  [['--list', 'foo'], 'list (foo)'],
  [['--list=foo'], 'list'],
  [['--list=', 'x'], 'list (x)'],
  [['foo', '--list'], 'list (foo)'],
  [['--', '--list'], '(--list)'],
  [['-'], '(-)'],
  [[''], '()'],
  [['--list', '--list'], 'list'],
  [['--state'], '! Option(s) [state] are unavailable given other options on the command line'],
  [['--list', '--state'], 'list state='],
  [['--list', '--state', 'stable'], 'list state=stable'],
  [['--list', '--state=stable'], 'list state=stable'],
  [['--list', '--state', '--topic', 'x'], 'list topic=x state='],
  [['--list', '--state', '-x'], '! x is not a recognized option'],
  [['--partitions', '-1'], 'partitions=-1'],
  [['--partitions=-1'], 'partitions=-1'],
  [['--partitions', 'x'], "! Cannot parse argument 'x' of option partitions"],
  [['--partitions', '1.5'], "! Cannot parse argument '1.5' of option partitions"],
  [['--partitions', ' 1'], "! Cannot parse argument ' 1' of option partitions"],
  [['--partitions', '99999999999'], "! Cannot parse argument '99999999999' of option partitions"],
  [['--timeout', '5x'], "! Cannot parse argument '5x' of option timeout"],
  [['--timeout', '-1'], 'timeout=-1'],
  [['--ratio', '0.5'], 'ratio=0.5'],
  [['--ratio', 'x'], "! Cannot parse argument 'x' of option ratio"],
  [['--help', '--banana'], '! banana is not a recognized option'],
];

test('words are read as joptsimple reads them', () => {
  for (const [argv, outcome] of MEASURED) assert.equal(parsed(...argv), outcome, JSON.stringify(argv));
});

test('a second argument is an error when one is read, and none where the option repeats', () => {
  const options = parseJopt(TOOL, ['--topic', 'a', '--topic', 'b', '--config', 'x=1', '--config', 'y']);
  assert.throws(() => options.value('topic'), {
    message: 'Found multiple arguments for option topic, but you asked for only one',
  });
  assert.deepEqual(options.values('config'), ['x=1', 'y']);
  assert.equal(options.value('timeout'), 5000);
  assert.equal(options.value('partitions'), null);
  assert.equal(options.has('timeout'), false);
});

// The table as joptsimple 5.0.4 prints it.
const TABLE = `Option                                   Description                           
------                                   -----------                           
--config <String: name=value>            c                                     
--help                                   Print usage information.              
--list                                   List things.                          
--partitions <Integer: # of partitions>  How many.                             
--ratio <Double>                         r                                     
--state [String]                         state.                                
--timeout <Long: timeout (ms)>           (Deprecated) default. (default: 5000) 
--topic <String: topic>                  The topic to use. It is long enough to
                                           wrap over the end of a line of      
                                           eighty columns, and a bit more than 
                                           that.                               
--version                                Display Kafka's version.              
`;

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('help, version and errors', () => {
  const help = thrown(() => parseJopt(TOOL, ['--help']));
  assert.ok(help instanceof AnswerInstead);
  assert.equal(help.message, `Do things.\n${TABLE}`);
  const version = thrown(() => parseJopt(TOOL, ['--version']));
  assert.ok(version instanceof AnswerInstead);
  assert.equal(version.message, '4.3.1\n');
  const nothing = thrown(() => parseJopt(TOOL, []));
  assert.ok(nothing instanceof UsageError);
  assert.equal(nothing.text, `Do things.\n${TABLE}`);
  const unknown = thrown(() => parseJopt(TOOL, ['--banana']));
  assert.ok(unknown instanceof UsageError);
  assert.equal(unknown.text, `banana is not a recognized option\n${TABLE}`);
});

test('long names, arguments and descriptions wrap as joptsimple wraps them', () => {
  const options = {
    'bootstrap-server': text(
      'server(s) to use for bootstrapping',
      'REQUIRED: a very long name and a very long description that goes on and on.',
      { required: true },
    ),
    'x-very-long-option-name-that-takes-more-than-half-of-the-line': text('and has an argument', 'd'),
    neg: maybeText('neg', 'x'),
    messages: flag('word'.repeat(23)),
    newline: flag('line one\nline two which is very very long so that it has to be wrapped somewhere'),
    secret: flag('not shown', { hidden: true }),
  } satisfies OptionRows;
  const error = thrown(() => parseJopt({ description: 'd', options }, ['--neg']));
  assert.ok(error instanceof UsageError);
  assert.equal(
    error.text,
    `Missing required option(s) [bootstrap-server]
Option (* = required)                  Description                              
---------------------                  -----------                              
* --bootstrap-server <String: server   REQUIRED: a very long name and a very    
  (s) to use for bootstrapping>          long description that goes on and on.  
--help                                 Print usage information.                 
--messages                                                                      
                                         ${'word'.repeat(23)}
--neg [String: neg]                    x                                        
--newline                              line one                                 
                                       line two which is very very long so      
                                         that it has to be wrapped somewhere    
--version                              Display Kafka's version.                 
--x-very-long-option-name-that-takes-  d                                        
  more-than-half-of-the-line <String:                                           
  and has an argument>                                                          
`,
  );
});

test('checks of options have the messages of Kafka', () => {
  const options = parseJopt(TOOL, ['--list', '--topic', 'x']);
  const checks = new JoptChecks(TOOL, options);
  checks.require('list', 'topic');
  checks.forbidWith('list', ['partitions']);
  checks.forbidWith('partitions', ['list']);
  checks.forbidSetWith(['list', 'partitions'], ['topic']);
  const messages: [act: () => void, message: string][] = [
    [() => checks.require('topic', 'partitions'), 'Missing required argument "[partitions]"'],
    [() => checks.forbidWith('list', ['ratio', 'topic']), 'Option "[list]" can\'t be used with option "[topic]"'],
    [
      () => checks.forbidSetWith(['topic', 'list'], ['topic'], ' (why)'),
      'Option combination "[[topic], [list]]" can\'t be used with option "[topic]" (why)',
    ],
  ];
  for (const [act, message] of messages) {
    const error = thrown(act);
    assert.ok(error instanceof UsageError);
    assert.equal(error.text, `${message}\n${TABLE}`);
  }
});

test('key=value texts', () => {
  assert.deepEqual(
    [...parseKeyValues(['a=1', 'b', 'c=', 'd=x=y', 'a=2'])],
    [
      ['a', '2'],
      ['b', ''],
      ['c', ''],
      ['d', 'x=y'],
    ],
  );
});
