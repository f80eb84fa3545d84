import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell, csvCells } from '../../../../src/cli/tools/consumer-groups/csv.js';

test('a text is quoted where Kafka quotes it', () => {
  for (const plain of ['orders', 'a=b', 'é', '-', 'a/b', '123456789012345678901234'])
    assert.equal(csvCell(plain), plain);
  for (const quoted of ['my group', ' lead', 'a+b', 'x,y', '#c', "a'b", 'tab\ttab', '1234567890123456789012345']) {
    assert.equal(csvCell(quoted), `"${quoted}"`);
  }
  assert.equal(csvCell('a"b'), '"a""b"');
});

test('cells are read as they were written', () => {
  assert.deepEqual(csvCells('t1,0,3'), ['t1', '0', '3']);
  assert.deepEqual(csvCells('"a ""b"", c",,"3" ,'), ['a "b", c', '', '3', '']);
  assert.deepEqual(csvCells(' "t1"'), [' "t1"'], 'a quote begins a text at the beginning of a cell alone');
  assert.deepEqual(csvCells(''), ['']);
});

test('a quote that is not closed, and what stands behind one, are errors', () => {
  assert.throws(() => csvCells('"t1,0'), { message: 'Missing closing quote for value' });
  assert.throws(() => csvCells('"t1"x,0'), {
    message:
      "Unexpected character ('x' (code 120)): Expected column separator character (',' (code 44)) or end-of-line",
  });
});

test('any text comes back', () => {
  for (const text of ['', 'plain', 'a,b', '"', '""', 'a"b,c', ' ', 'x'.repeat(40)]) {
    assert.deepEqual(csvCells(`${csvCell(text)},end`), [text, 'end']);
  }
});
