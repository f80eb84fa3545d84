import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkExecutable,
  duplicates,
  parsePlan,
  parseTopics,
  planText,
} from '../../../../src/cli/tools/reassign-partitions/plan-file.js';

test('a plan with directories: any is no wish', () => {
  const plan = parsePlan(
    '{"version":1,"partitions":[{"topic":"a","partition":1,"replicas":[3,1],"log_dirs":["any","/d"]},{"topic":"b","partition":0,"replicas":[2]}]}',
  );
  assert.deepEqual(plan.partitions, [
    { topic: 'a', partition: 1, replicas: [3, 1] },
    { topic: 'b', partition: 0, replicas: [2] },
  ]);
  assert.deepEqual(plan.moves, [{ topic: 'a', partition: 1, broker: 1, logDir: '/d' }]);
});

test('a plan without a version or partitions is read', () => {
  assert.deepEqual(parsePlan('{}'), { partitions: [], moves: [] });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['{"version":2}', /Not supported version field value 2/],
  ['[]', /Expected JSON object, received \[\]/],
  ['{"partitions":{}}', /Expected JSON array, received \{\}/],
  ['{"partitions":[{"topic":"a","partition":0}]}', /No such field exists: `replicas`/],
  ['{"partitions":[{"topic":"a","partition":"0","replicas":[1]}]}', /Expected `Integer` value, received "0"/],
  [
    '{"partitions":[{"topic":"a","partition":0,"replicas":[1,2],"log_dirs":["x"]}]}',
    /Size of replicas list \[1, 2\] is different from size of log dirs list \[x\] for partition a-0/,
  ],
  ['not json', /Unrecognized token 'not'/],
];

for (const [text, message] of REFUSED) {
  test(`refused: ${text}`, () => {
    assert.throws(() => parsePlan(text), message);
  });
}

test('what can be executed', () => {
  const plan = (...replicas: number[][]) => ({
    partitions: replicas.map((ids) => ({ topic: 'a', partition: 0, replicas: ids })),
    moves: [],
  });
  assert.throws(() => checkExecutable(plan()), /Partition reassignment list cannot be empty/);
  assert.throws(() => checkExecutable(plan([])), /Partition replica list cannot be empty/);
  assert.throws(() => checkExecutable(plan([1], [2])), /duplicate topic partitions: a-0/);
  assert.throws(() => checkExecutable(plan([1, 2, 1])), /a-0 contains multiple entries for 1/);
  assert.doesNotThrow(() => checkExecutable(plan([1, 2])));
});

test('topics to move', () => {
  assert.deepEqual(parseTopics('{"topics":[{"topic":"a"},{"topic":"b"}],"version":1}'), ['a', 'b']);
  assert.throws(() => parseTopics('nope'), /The input string is not a valid JSON/);
  assert.throws(() => parseTopics('{"topics":[{}]}'), /No such field exists: `topic`/);
});

test('a plan as text: sorted, with what is known of the directories', () => {
  const partitions = [
    { topic: 'b', partition: 0, replicas: [1] },
    { topic: 'a', partition: 10, replicas: [2, 1] },
    { topic: 'a', partition: 9, replicas: [] },
  ];
  assert.equal(
    planText(partitions, ({ topic }, broker) => (topic === 'a' && broker === 1 ? '/d"' : null)),
    '{"version":1,"partitions":[{"topic":"a","partition":9,"replicas":[],"log_dirs":[]},{"topic":"a","partition":10,"replicas":[2,1],"log_dirs":["any","/d\\""]},{"topic":"b","partition":0,"replicas":[1],"log_dirs":["any"]}]}',
  );
});

test('duplicates are told once', () => {
  assert.deepEqual(duplicates([1, 2, 1, 1, 2, 3], String), [1, 2]);
});
