import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolError } from '../../../../src/cli/tool-error.js';
import type { Deserializer } from '../../../../src/cli/tools/console-consumer/deserializer.js';
import { deserializerNamed } from '../../../../src/cli/tools/console-consumer/deserializers.js';

const PACKAGE = 'org.apache.kafka.common.serialization.';

function named(name: string, properties: Record<string, string> = {}, isKey = false): Deserializer {
  const full = name.includes('.') ? name : `${PACKAGE}${name}Deserializer`;
  return deserializerNamed(full, { properties: new Map(Object.entries(properties)), isKey });
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Measured on Apache Kafka 4.3.1: deserializer, bytes, what it prints, and the value as JSON. */
const VALUES: readonly (readonly [name: string, bytes: string, text: string, json: string | null])[] = [
  ['String', '68c3a9', 'hé', null],
  ['String', 'ff8081', '\ufffd\ufffd\ufffd', null],
  ['String', 'eda080 41', '\ufffdA', null],
  ['Bytes', '09 7e 5c 7f c3a9', '\\x09~\\x5C\\x7F\\xC3\\xA9', null],
  ['ByteBuffer', '0102', 'java.nio.HeapByteBuffer[pos=0 lim=2 cap=2]', null],
  ['Short', '8000', '-32768', '-32768'],
  ['Integer', '0000002a', '42', '42'],
  ['Long', '8000000000000000', '-9223372036854775808', '-9223372036854775808'],
  ['Float', '7fc00000', 'NaN', '"NaN"'],
  ['Float', '6e756c6c', '1.8988725E28', '1.8988725E28'],
  ['Double', '416312d000000000', '1.0E7', '1.0E7'],
  ['Double', 'fff0000000000000', '-Infinity', '"-Infinity"'],
  ['Double', '8000000000000000', '-0.0', '-0.0'],
  ['Boolean', '01', 'true', 'true'],
  ['UUID', '312d322d332d342d35', '00000001-0002-0003-0004-000000000005', '"00000001-0002-0003-0004-000000000005"'],
];

for (const [name, bytes, text, json] of VALUES) {
  test(`${name} makes ${text} of ${bytes}`, () => {
    assert.equal(String(named(name).text(hex(bytes))), text);
    assert.equal(named(name).json(hex(bytes)), json);
  });
}

/** Measured: deserializer, bytes, Java's exception and its message. */
const ERRORS: readonly (readonly [name: string, bytes: string, javaClass: string, message: string])[] = [
  ['Integer', '00', 'SerializationException', 'Size of data received by IntegerDeserializer is not 4'],
  ['Double', '00', 'SerializationException', 'Size of data received by Deserializer is not 8'],
  ['Float', '', 'SerializationException', 'Size of data received by Deserializer is not 4'],
  ['Boolean', '02', 'SerializationException', 'Unexpected byte received by BooleanDeserializer: 2'],
  ['Boolean', 'ff', 'SerializationException', 'Unexpected byte received by BooleanDeserializer: -1'],
  ['UUID', '6162', 'SerializationException', 'Error parsing data into UUID'],
  ['UUID', '312d322d332d342d352d36', 'SerializationException', 'Error parsing data into UUID'],
  ['UUID', '2d2d2d2d', 'SerializationException', 'Error parsing data into UUID'],
  ['Void', '', 'IllegalArgumentException', 'Data should be null for a VoidDeserializer.'],
];

for (const [name, bytes, javaClass, message] of ERRORS) {
  test(`${name} refuses ${bytes || 'nothing'}`, () => {
    for (const read of [named(name).text, named(name).json]) {
      assert.throws(
        () => read(hex(bytes)),
        (error: ToolError) => {
          assert.equal(error.javaEnd?.javaClass.split('.').at(-1), javaClass);
          assert.equal(error.javaEnd?.javaMessage, message);
          return true;
        },
      );
    }
  });
}

test('the encoding is that for keys or for values, else that for both', () => {
  const utf16 = hex('0068 00e9');
  assert.equal(named('String', { 'deserializer.encoding': 'UTF-16BE' }).text(utf16), 'hé');
  assert.equal(named('String', { 'deserializer.encoding': 'UTF-16BE' }).json(utf16), '"hé"');
  const both = { 'key.deserializer.encoding': 'UTF-16LE', 'deserializer.encoding': 'UTF-16BE' };
  assert.equal(named('String', both).text(utf16), 'hé');
  assert.equal(named('String', both, true).text(utf16), '栀\ue900');
  assert.throws(() => named('String', { 'value.deserializer.encoding': 'nope' }), /Unsupported encoding nope/);
  assert.throws(() => named('UUID', { 'deserializer.encoding': 'nope' }).text(utf16), /unsupported encoding nope/);
});

test('a class that is not known is named, with those that are', () => {
  assert.throws(
    () => named('no.such.Deserializer'),
    /There is no deserializer no\.such\.Deserializer; there are String/,
  );
  assert.throws(() => named('constructor'), /There is no deserializer/);
});

const listOf = (inner: string): Deserializer =>
  named('List', {
    'default.list.value.serde.type': 'java.util.ArrayList',
    'default.list.value.serde.inner': `${PACKAGE}Serdes$${inner}Serde`,
  });

test('lists are read in both of their forms', () => {
  const variable = hex('01 00000003 00000001 61 ffffffff 00000002 6263');
  assert.equal(listOf('String').text(variable), '[a, null, bc]');
  assert.equal(listOf('String').json(variable), '["a",null,"bc"]');
  const constant = hex('00 00000001 00000001 00000003 00000001 00000003');
  assert.equal(listOf('Integer').text(constant), '[1, null, 3]');
  assert.equal(listOf('Integer').json(constant), '[1,null,3]');
  assert.equal(listOf('Bytes').json(hex('01 00000001 00000001 ff')), '[{"base64":"/w=="}]');
  // What is missing of the last entry is zeros.
  assert.equal(listOf('Bytes').text(hex('01 00000001 00000005 6162')), '[ab\\x00\\x00\\x00]');
});

test('lists that are none are refused in the words of Kafka', () => {
  const errors: readonly (readonly [bytes: string, message: RegExp])[] = [
    ['02', /Invalid serialization strategy flag value/],
    ['', /Unable to deserialize into a List/],
    ['00 ffffffff 00000000', /The number of null list entries cannot be negative/],
    ['00 00000063', /cannot be larger than overall number of elements/],
    ['01 ffffffff', /The number of list entries cannot be negative/],
    ['01 00000063', /cannot be larger than overall number of bytes/],
    ['01 00000001 fffffff0', /A list entry cannot have negative size/],
    ['01 00000001 00000063', /A list entry cannot be larger/],
    ['01 00000001 00000000', /End of the stream was reached prematurely/],
  ];
  for (const [bytes, message] of errors) assert.throws(() => listOf('Integer').text(hex(bytes)), message);
  assert.throws(() => listOf('String').text(hex('00 00000000 00000000')), /not a known fixed-size deserializer/);
});

test('a list is told what it lacks', () => {
  const type = { 'default.list.key.serde.type': 'java.util.ArrayList' };
  assert.throws(() => named('List', {}, true), /determine the list class/);
  assert.throws(() => named('List', type, true), /determine the inner serde class/);
  assert.throws(() => named('List', { 'default.list.key.serde.type': 'x' }, true), /list class "x" could not be found/);
  const inner = { ...type, 'default.list.key.serde.inner': 'x' };
  assert.throws(() => named('List', inner, true), /inner serde class "x" could not be found/);
});

test('JSON is written again without spaces, numbers as Java has them', () => {
  const json = named('org.apache.kafka.connect.json.JsonDeserializer');
  const read = (text: string) => json.text(Buffer.from(text));
  assert.equal(
    read('{ "a": [1, 2.50, 1e2, true, null], "b" : "q\u00f6\\u0001\\/\\n" }'),
    '{"a":[1,2.5,100.0,true,null],"b":"qö\\u0001/\\n"}',
  );
  assert.equal(read('12345678901234567890'), '12345678901234567890');
  assert.equal(read('{"a":1,"b":2,"a":3}'), '{"a":3,"b":2}');
  assert.equal(read('007'), '7');
  assert.equal(read('1 2'), '1');
  assert.equal(read(' '), '');
  for (const text of ['{', '[1,]', '{a:1}', 'nul', '"\u0001"']) assert.throws(() => read(text), /of JSON/, text);
});
