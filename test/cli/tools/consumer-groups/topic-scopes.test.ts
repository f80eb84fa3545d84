import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTopicScopes } from '../../../../src/cli/tools/consumer-groups/topic-scopes.js';

test('a topic is all of it, or the partitions behind a colon', () => {
  assert.deepEqual(parseTopicScopes(['orders', 'payments:0,2', 'users:1,']), [
    { topic: 'orders', partitions: null },
    { topic: 'payments', partitions: [0, 2] },
    { topic: 'users', partitions: [1] },
  ]);
});

test('what is neither is an error with the table of options', () => {
  for (const text of ['t:', ':', 't:0:1']) {
    const message = `Invalid topic arg '${text}', expected topic name and partitions`;
    assert.throws(() => parseTopicScopes([text]), { name: 'UsageError', message });
  }
  assert.throws(() => parseTopicScopes(['t:0,x']), {
    name: 'UsageError',
    message: "Invalid partition 'x' specified in topic arg 't:0,x''",
  });
});
