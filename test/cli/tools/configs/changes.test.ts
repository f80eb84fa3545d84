import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJopt } from '../../../../src/cli/options/jopt.js';
import { changesOf, parseAdded } from '../../../../src/cli/tools/configs/changes.js';
import { TOOL } from '../../../../src/cli/tools/configs/options.js';
import { TestIo } from '../../test-io.js';

test('what stands in brackets is one value', () => {
  assert.deepEqual(
    [...parseAdded('a=1,b=[x,y=z],SCRAM-SHA-256=[iterations=8192,password=p],c = 3 ,d=,')],
    [
      ['a', '1'],
      ['b', 'x,y=z'],
      ['SCRAM-SHA-256', 'iterations=8192,password=p'],
      ['c', '3'],
      ['d', ''],
    ],
  );
  assert.deepEqual([...parseAdded('cleanup.policy=[compact')], [['cleanup.policy', 'compact']]);
  assert.deepEqual([...parseAdded('a=1,a=2')], [['a', '2']]);
});

test('what is no pair is refused', () => {
  for (const text of ['', 'a', ',a=1', 'a=b=c', 'a=1,,b=2']) {
    assert.throws(() => parseAdded(text), /requirement failed: Invalid entity config/, text);
  }
});

test('names of settings have few characters, and words to delete are cut at commas', () => {
  const changes = (...argv: string[]) => changesOf(parseJopt(TOOL, argv), new TestIo());
  assert.throws(() => changes('--add-config', 'a b=1'), /Invalid character found for config key: a b/);
  assert.deepEqual(changes('--delete-config', 'a,, b ', '--delete-config', 'c').deleted, ['a', 'b', 'c']);
  assert.deepEqual(changes('--delete-config', ',').deleted, [',']);
  const { added } = changes('--add-config', 'a=1,c=2,e=3,g=4,i=5,k=6');
  assert.deepEqual([...added.keys()], ['e', 'a', 'i', 'g', 'c', 'k']);
});
