import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePartitionFile } from '../../../../src/cli/tools/leader-election/partition-file.js';

test('partitions of a file', () => {
  assert.deepEqual(parsePartitionFile('{"partitions":[{"topic":"a","partition":1},{"topic":"b","partition":0}]}'), [
    { topic: 'a', partition: 1 },
    { topic: 'b', partition: 0 },
  ]);
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['no json', /^Replica election data is empty$/],
  ['{"a":1}', /^Replica election data is missing "partitions" field$/],
  ['[]', /^com\.fasterxml\.jackson\.databind\.JsonMappingException: Expected JSON object, received \[\]$/],
  [
    '{"partitions":[{"topic":"x"}]}',
    /^com\.fasterxml\.jackson\.databind\.JsonMappingException: No such field exists: `partition`$/,
  ],
  [
    '{"partitions":[{"topic":"x","partition":1},{"topic":"x","partition":1}]}',
    /^Replica election data contains duplicate partitions: \[x-1\]$/,
  ],
];

for (const [text, message] of REFUSED) {
  test(`refused: ${text}`, () => {
    assert.throws(
      () => parsePartitionFile(text),
      (error: Error) => message.test(error.message),
    );
  });
}
