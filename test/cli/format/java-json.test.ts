import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaJsonText, parseJavaJson } from '../../../src/cli/format/java-json.js';

/** As Jackson writes what it read; null for what it does not read. */
function rewritten(text: string): string | null {
  const parsed = parseJavaJson(text);
  return parsed === null ? null : javaJsonText(parsed.value);
}

test('what is read is written as Jackson writes it', () => {
  const cases = [
    [' {"a" : [1 , true,null, "x"]}\n', '{"a":[1,true,null,"x"]}'],
    ['"A\\u00e9\\n\\"\\/\\u001f"', '"Aé\\n\\"/\\u001F"'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['[0,-0,-7,99999999999999999999]', '[0,0,-7,99999999999999999999]'],
    ['[1.0,1e3,1.50e-7,123456789.0,-0.0,1e400]', '[1.0,1000.0,1.5E-7,1.23456789E8,-0.0,"Infinity"]'],
    ['[ ]', '[]'],
    ['{ }', '{}'],
    ['  ', ''],
  ];
  for (const [text = '', expected] of cases) assert.equal(rewritten(text), expected, text);
});

test('what follows the value counts only where it touches a number or a word', () => {
  for (const text of ['{} x', '{}x', '"a"b', '3 x', 'true,']) assert.notEqual(rewritten(text), null, text);
  for (const text of ['3x', '3,', 'nullx', 'trueé']) assert.equal(rewritten(text), null, text);
});

test('what is no JSON', () => {
  const texts = ['', '{', '[1,]', '{"a":1,}', '[1 2]', "{'a':1}", '{a:1}', '01', '+1', '1.', '.5', 'NaN', '// x\n{}'];
  for (const text of [...texts, '"\t"', '"\\x"', '"a', 'tru', '\ufeff{}']) assert.equal(rewritten(text), null, text);
});
