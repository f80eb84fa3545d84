import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  JaasError,
  type LoginModule,
  parseJaasConfig,
  parseLoginConfiguration,
} from '../../../src/client/sasl/jaas.js';

type Options = Record<string, string>;

/** What Java 17 and Apache Kafka 4.3.1 make of a text: class and options, or the message of their refusal. */
const CONFIGS: readonly (readonly [text: string, expected: readonly [string, Options] | string])[] = [
  ['M required a="b";', ['M', { a: 'b' }]],
  ["org.foo.M Required a=b c='d' ;", ['org.foo.M', { a: 'b', c: 'd' }]],
  ['M required;', ['M', {}]],
  ['M required', 'JAAS config entry not terminated by semi-colon'],
  ['M', 'Login module control flag not specified in JAAS config'],
  ['', 'Login module not specified in JAAS config'],
  ['M foo;', "Invalid login module control flag 'foo' in JAAS config"],
  ['M required a;', "Value not specified for key 'a' in JAAS config"],
  ['M required a=;', "Value not specified for key 'a' in JAAS config"],
  ['M required a=1;', "Value not specified for key 'a' in JAAS config"],
  ['M required a="1" b=true;', ['M', { a: '1', b: 'true' }]],
  ['M required a="x\\n\\t\\101\\"y\\\\z";', ['M', { a: 'x\n\tA"y\\z' }]],
  ['M required a="x\ny";', "Value not specified for key 'y' in JAAS config"],
  ['M required a=b // comment\n c=d;', ['M', { a: 'b', c: 'd' }]],
  ['M required a=b /* comment */ c=d;', ['M', { a: 'b', c: 'd' }]],
  ['M required a=b / comment c=d;\n;', ['M', { a: 'b' }]],
  ['M required a="b"; N required c="d";', 'JAAS config property contains 2 login modules, should be 1 module'],
  ['M required a="b"; trailing', 'Login module control flag not specified in JAAS config'],
  ['M required a-b="c" d_e="f" $g="h" i.j="k" l1="m";', ['M', { $g: 'h', 'a-b': 'c', d_e: 'f', 'i.j': 'k', l1: 'm' }]],
  ['M required a=b,c;', "Value not specified for key 'null' in JAAS config"],
  ['M required username=user@example.com;', "Value not specified for key 'null' in JAAS config"],
  ['M required a=x1y2;', ['M', { a: 'x1y2' }]],
  ['M required "a"="b";', ['M', { a: 'b' }]],
  ['"M" "required" a="b";', ['M', { a: 'b' }]],
  ['M required a="b" a="c";', ['M', { a: 'c' }]],
  ['M required a="unterminated;', 'JAAS config entry not terminated by semi-colon'],
  ['M optional a="b";', ['M', { a: 'b' }]],
  ['M sufficient debug=false a="\u00e9\u4e2d";', ['M', { a: '\u00e9\u4e2d', debug: 'false' }]],
  ['M required a = "b" ;', ['M', { a: 'b' }]],
  ['# comment\nM required a="b";', "Invalid login module control flag 'comment' in JAAS config"],
  ['M required a=-5;', "Value not specified for key 'a' in JAAS config"],
  ['M required a=x-5;', ['M', { a: 'x-5' }]],
  ['KafkaClient { M required a="b"; };', 'Login module control flag is not available in the JAAS config'],
  ['M required a="\\u0041\\q\\r\\f\\a\\v\\b\\7\\377\\400";', ['M', { a: 'u0041q\r\f\u0007\u000b\b\u0007\u00ff 0' }]],
  ['M required a=/etc/x;', "Value not specified for key 'a' in JAAS config"],
  ['M required 1a="b";', "Value not specified for key 'null' in JAAS config"],
  ['M required a="b";;', 'Login module control flag not specified in JAAS config'],
  ['  \t\nM\nrequired\na="b"\n;\n\n', ['M', { a: 'b' }]],
];

/** The same of files: the modules of KafkaClient, null where there is no such section. */
const FILES: readonly (readonly [text: string, expected: readonly (readonly [string, Options])[] | null | string])[] = [
  [
    'KafkaClient {\n  org.foo.M required\n  username="a"\n  password="b";\n};\n',
    [['org.foo.M', { password: 'b', username: 'a' }]],
  ],
  [
    'KafkaServer { A required; };\nKafkaClient { B optional x="1" y=true; C sufficient; };',
    [
      ['B', { x: '1', y: 'true' }],
      ['C', {}],
    ],
  ],
  ['KafkaServer { A required; };', null],
  ['KafkaClient { M required a=b };', 'Line 1: expected [option key], found [}]'],
  ['KafkaClient { M required a="b"; }', 'expected [;], read [end of file]'],
  ['KafkaClient { M foo a="b"; };', 'Invalid control flag, FOO'],
  ['KafkaClient { M required a=1; };', 'Line 1: expected [option value], found [1]'],
  ['KafkaClient { M required a="$\x7bmy.dir}/f"; };', [['M', { a: '/opt/x/f' }]]],
  ['KafkaClient { M required a="$\x7bno.such}/f"; };', 'unable to expand property no.such'],
  ["KafkaClient { M required a='b'; };", "Line 1: expected [option value], found [']"],
  ['// c\n/* d */ KafkaClient { M required a="b"; // e\n };', [['M', { a: 'b' }]]],
  ['# c\nKafkaClient { M required a="b"; };', 'Line 1: expected [application name], found [#]'],
  ['"KafkaClient" { M required "a"="b"; };', [['M', { a: 'b' }]]],
  ['KafkaClient { M REQUIRED a="x\\"y\\n"; };', [['M', { a: 'x"y\n' }]]],
  ['kafkaclient { M required; };', null],
  ['KafkaClient { };', null],
  [
    'KafkaClient { M required a="b"; }; KafkaClient { N required; };',
    'Can not specify multiple entries for KafkaClient',
  ],
  ['', null],
  ['KafkaClient', 'expected [{], read [end of file]'],
  ['KafkaClient {', 'expected [module class name], read [end of file]'],
  ['KafkaClient { M required a="$\x7bmy.dir}$\x7b/}z"; };', [['M', { a: '/opt/x/z' }]]],
  ['KafkaClient { M required a=b-c.d_e$f*; };', [['M', { a: 'b-c.d_e$f*' }]]],
  ['KafkaClient { M required a=/tmp/x; };', 'expected [option value], read [end of file]'],
  ['KafkaClient { M required a="multi\nline"; };', 'Line 2: expected [=], found [; };]'],
];

const asPair = ({ className, options }: LoginModule) => [className, Object.fromEntries(options)] as const;

test('sasl.jaas.config is read as Kafka reads it', () => {
  for (const [text, expected] of CONFIGS) {
    if (typeof expected === 'string') {
      assert.throws(
        () => parseJaasConfig(text),
        (error) => error instanceof JaasError && error.message === expected,
        text,
      );
    } else assert.deepEqual(asPair(parseJaasConfig(text)), expected, text);
  }
});

test('a login configuration is read as Java reads it', () => {
  const property = (name: string) => (name === 'my.dir' ? '/opt/x' : null);
  for (const [text, expected] of FILES) {
    if (typeof expected === 'string') {
      assert.throws(
        () => parseLoginConfiguration(text, property),
        (error) => error instanceof JaasError && error.message === expected,
        text,
      );
      continue;
    }
    const modules = parseLoginConfiguration(text, property).get('KafkaClient') ?? [];
    assert.deepEqual(modules.length === 0 ? null : modules.map(asPair), expected, text);
  }
});
