import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProperties, parseProperties } from '../../src/config/properties.js';

function parsed(text: string): Record<string, string> {
  return Object.fromEntries(parseProperties(Buffer.from(text, 'latin1')));
}

// What java.util.Properties of OpenJDK 17 makes of each file.
const MEASURED: [text: string, properties: Record<string, string>][] = [
  ['a=1\nb:2\nc 3\nd\n', { a: '1', b: '2', c: '3', d: '' }],
  ['  a \t= \f 1  \r\nb==\rc::x', { a: '1  ', b: '=', c: ':x' }],
  ['# no\n! no\n a=1 # yes\n', { a: '1 # yes' }],
  ['a=1,\\\n   2,\\\r\n\t3\n', { a: '1,2,3' }],
  ['a=x\\\n# not a comment\n', { a: 'x# not a comment' }],
  ['a=1\na=2\n', { a: '2' }],
  ['a\\=b\\:c\\ d=e', { 'a=b:c d': 'e' }],
  ['a=\\t\\n\\r\\f\\q\\\\', { a: '\t\n\r\fq\\' }],
  ['a=\\u0041\\u20AC\\u00e9', { a: 'A\u20ac\u00e9' }],
  ['a=\u00e9', { a: '\u00e9' }],
  ['a=\u00c3\u00a9', { a: '\u00c3\u00a9' }],
  ['a=1\\', { a: '1' }],
  ['\\\n#\f\r=\t\\b\ta\r\n\t\\u0041', { '': 'b\ta', A: '' }],
  ['\\\n!', {}],
  ['\\\n\r', {}],
  ['x=1\\\\\\\n  \\\n!y', { x: '1\\!y' }],
  ['', {}],
  ['\\', { '': '' }],
  ['a=1\n \\\n', { a: '1', '': '' }],
];

test('a properties file is read as Java does', () => {
  for (const [text, properties] of MEASURED) assert.deepEqual(parsed(text), properties, JSON.stringify(text));
});

test('keys keep the order of the file, numbers too', () => {
  assert.deepEqual(
    [...parseProperties(Buffer.from('b=1\n10=2\n__proto__=3\n2=4\nb=5')).keys()],
    ['b', '10', '__proto__', '2'],
  );
});

test('a broken \\u is an error', () => {
  for (const text of ['a=\\u00g0', 'a=\\u12', '\\uZZZZ=1']) {
    assert.throws(() => parsed(text), {
      message: 'Malformed \\uxxxx encoding.',
      javaClass: 'java.lang.IllegalArgumentException',
    });
  }
});

test('what is written reads back, and looks as Java writes it', () => {
  const properties = new Map([
    ['cluster.id', 'MkU3OEVBNTcwNTJENDM2Qg'],
    ['a b=:#!', ' x y\t\u20ac\\'],
  ]);
  const text = formatProperties(properties, 1_700_000_000_000);
  const [first, second, ...rest] = text.split('\n');
  assert.equal(first, '#');
  assert.match(second as string, /^#(Tue|Wed) Nov 1[45] \d\d:(13|28|43|58):20 \S+ 2023$/);
  assert.deepEqual(rest, ['cluster.id=MkU3OEVBNTcwNTJENDM2Qg', 'a\\ b\\=\\:\\#\\!=\\ x y\\t\\u20AC\\\\', '']);
  assert.deepEqual(parseProperties(Buffer.from(text, 'latin1')), properties);
});
