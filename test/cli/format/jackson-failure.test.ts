import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jacksonFailure } from '../../../src/cli/format/jackson-failure.js';

const place = (line: number, column: number): string =>
  `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Measured on Apache Kafka 4.3.1. */
const MEASURED: readonly (readonly [string, string])[] = [
  ['{\n', `Unexpected end-of-input: expected close marker for Object (start marker at ${place(1, 1)})`],
  ['{"a"\n', 'Unexpected end-of-input within/between Object entries'],
  ['{"a":\n', 'Unexpected end-of-input within/between Object entries'],
  ['{"a":1\n', `Unexpected end-of-input: expected close marker for Object (start marker at ${place(1, 1)})`],
  ['{"a":1 "b":2}\n', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`],
  ['[1 2]\n', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
  ['[1,\n', 'Unexpected end-of-input within/between Array entries'],
  ['{"a":tru}\n', `Unrecognized token 'tru': was expecting ${VALUES}`],
  [
    '{"a":-}\n',
    "Unexpected character ('}' (code 125)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
  ],
  ['{"a":01}\n', 'Invalid numeric value: Leading zeroes not allowed'],
  [
    '{"a":"b\n"}\n',
    'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
  ],
  ['{"a":1]\n', `Unexpected close marker ']': expected '}' (for Object starting at ${place(1, 1)})`],
  ['{a:1}\n', "Unexpected character ('a' (code 97)): was expecting double-quote to start field name"],
  ['{"a" 1}\n', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
  ['}\n', "Unexpected close marker '}': no open Object to close"],
  ['{"a":"x', 'Unexpected end-of-input: was expecting closing quote for a string value'],
  ['{"a":]}\n', `Unexpected character (']' (code 93)): expected a valid value ${VALUES}`],
  ['{"a":1.}\n', "Unexpected character ('}' (code 125)) in numeric value: Decimal point not followed by a digit"],
  ['{"a":"\\q"}\n', "Unrecognized character escape 'q' (code 113)"],
  ['nul\n', `Unrecognized token 'nul': was expecting ${VALUES}`],
  ['{"a":[1,]}\n', `Unexpected character (']' (code 93)): expected a valid value ${VALUES}`],
];

for (const [text, message] of MEASURED) {
  test(`${JSON.stringify(text)}`, () => {
    assert.equal(jacksonFailure(text).split('\n at ')[0], message);
  });
}

test('the place of what is wrong', () => {
  assert.equal(jacksonFailure('{\n').split('\n at ')[1], place(2, 1));
  assert.equal(jacksonFailure('{"a":1,}\n').split('\n at ')[1], place(1, 8));
  assert.equal(jacksonFailure("{'a':1}\n").split('\n at ')[1], place(1, 2));
});
