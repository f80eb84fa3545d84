import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topicPattern } from '../../../src/cli/format/topic-pattern.js';
import type { ToolError } from '../../../src/cli/tool-error.js';

test('a comma stands for |, spaces count for nothing, and quotes around it go', () => {
  const matches = topicPattern(' "orders, pay ments" ');
  assert.deepEqual(['orders', 'payments', 'order', 'orders2'].map(matches), [true, true, false, false]);
  assert.equal(topicPattern("'''a'\"")('a'), true);
});

test('what is no Java expression is refused with the words of the real tool, and for people with the reason', () => {
  assert.throws(
    () => topicPattern('a(b'),
    (error: ToolError) => {
      assert.equal(error.javaEnd?.javaMessage, 'a(b is an invalid regex.');
      assert.equal(error.message, 'a(b is an invalid regex: Unclosed group, near its character 4');
      return true;
    },
  );
});
