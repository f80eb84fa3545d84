import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateRegex } from '../../../../src/cli/tools/consumer-groups/validate-regex.js';
import { TestIo } from '../../test-io.js';

/** What Apache Kafka 4.3.1 says of each. */
const MEASURED = {
  'a.*': 'valid',
  '': 'valid',
  '[': 'invalid: missing closing ]',
  '(a': 'invalid: missing closing )',
  'a)': 'invalid: regexp/syntax: internal error',
  '*': 'invalid: missing argument to repetition operator',
  'a{2,1}': 'invalid: invalid repeat count',
  'a**': 'invalid: invalid nested repetition operator',
  '(?=a)': 'invalid: invalid or unsupported Perl syntax',
  '\\1': 'invalid: invalid escape sequence',
  '\\': 'invalid: trailing backslash at end of expression',
  '[b-a]': 'invalid: invalid character class range',
  '(?P<n>a)(?P<n>b)': 'invalid: duplicate capture group name',
  '(?P<n': 'invalid: invalid named capture',
};

for (const [text, verdict] of Object.entries(MEASURED)) {
  test(`'${text}' is ${verdict}`, () => {
    const io = new TestIo();
    assert.equal(validateRegex(text, io), 0);
    assert.equal(io.stdout.text, `The regular expression \`${text}\` is ${verdict}.\n`);
  });
}
