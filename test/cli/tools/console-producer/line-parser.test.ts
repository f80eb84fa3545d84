import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineParser } from '../../../../src/cli/tools/console-producer/line-parser.js';

function parse(properties: Record<string, string>, line: string) {
  const { key, value, headers } = new LineParser(new Map(Object.entries(properties))).parse(Buffer.from(line));
  return {
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: headers?.map((header) => [header.key, header.value?.toString() ?? null]),
  };
}

test('without properties a line is a value, whatever its bytes', () => {
  const line = Buffer.from([0xff, 0x09, 0xfe]);
  assert.deepEqual(new LineParser(new Map()).parse(line).value, line);
});

test('keys and headers are cut off at the first separator', () => {
  const both = { 'parse.key': 'true', 'parse.headers': 'true' };
  assert.deepEqual(parse(both, 'a:1,b:2\tk\tv\tw'), {
    key: 'k',
    value: 'v\tw',
    headers: [
      ['a', '1'],
      ['b', '2'],
    ],
  });
  assert.deepEqual(parse({ 'parse.key': 'true', 'key.separator': '=>' }, 'k=>'), {
    key: 'k',
    value: '',
    headers: undefined,
  });
});

test('the null marker stands for null in keys, values and headers', () => {
  const properties = { 'parse.key': 'true', 'parse.headers': 'true', 'null.marker': 'N' };
  assert.deepEqual(parse(properties, 'h:N\tN\tN'), { key: null, value: null, headers: [['h', null]] });
  assert.deepEqual(parse(properties, 'N\tk\tv'), { key: 'k', value: 'v', headers: undefined });
});

test('a line without its parts is an error with its number, or a value where errors are ignored', () => {
  assert.throws(() => parse({ 'parse.key': 'true' }, 'x'), /^ToolError: No key separator found on line number 1: 'x'$/);
  assert.throws(() => parse({ 'parse.headers': 'true' }, '\tx'), /No header key separator found in pair ''/);
  const lenient = { 'parse.key': 'true', 'ignore.error': 'true' };
  assert.deepEqual(parse(lenient, 'x'), { key: null, value: 'x', headers: undefined });
});

test('separators that cannot be told apart are refused', () => {
  const equal = { 'parse.headers': 'true', 'headers.separator': ':' };
  assert.throws(() => parse(equal, ''), /headers\.separator and headers\.key\.separator may not be equal/);
});
