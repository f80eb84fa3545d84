import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTopicId } from '../../../../src/cli/tools/topics/topic-id.js';

test('an id is read with padding and without, and what its last bits say too much is left out', () => {
  assert.equal(parseTopicId('-_-_-_-_-_-_-_-_-_-_-w'), '-_-_-_-_-_-_-_-_-_-_-w');
  assert.equal(parseTopicId('AAAAAAAAAAAAAAAAAAAAAQ=='), 'AAAAAAAAAAAAAAAAAAAAAQ');
  assert.equal(parseTopicId('AAAAAAAAAAAAAAAAAAAAAR'), 'AAAAAAAAAAAAAAAAAAAAAQ');
});

/** What Apache Kafka 4.3.1 says. */
const MEASURED = {
  A: 'Input byte[] should at least have 2 bytes for base64 bytes',
  '=': 'Input byte[] should at least have 2 bytes for base64 bytes',
  bogus: 'Last unit does not have enough valid bits',
  'bogus!!': 'Illegal base64 character 21',
  éAAA: 'Illegal base64 character -17',
  'AB=': 'Input byte array has wrong 4-byte ending unit',
  'AAAA=': 'Input byte array has wrong 4-byte ending unit',
  'AB===': 'Input byte array has incorrect ending byte at 4',
  AB: 'Input string `AB` decoded as 1 bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID',
  '': 'Input string `` decoded as 0 bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID',
  AAAAAAAAAAAAAAAAAAAAAAAAA:
    'Input string with prefix `AAAAAAAAAAAAAAAAAAAAAAAA` is too long to be decoded as a base64 UUID',
};

for (const [text, message] of Object.entries(MEASURED)) {
  test(`'${text}' is no id`, () => {
    assert.throws(() => parseTopicId(text), { message });
  });
}
