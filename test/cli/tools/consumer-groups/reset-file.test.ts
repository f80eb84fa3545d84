import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseResetFile, readResetFile } from '../../../../src/cli/tools/consumer-groups/reset-file.js';
import { TestIo } from '../../test-io.js';

/** `group t1-0=3 ...`, a group a line. */
function told(text: string, onlyGroup: string | null): string[] {
  return [...parseResetFile(text, onlyGroup)].map(([group, offsets]) => {
    return [group, ...[...offsets].map(([key, { offset }]) => `${key}=${offset}`)].join(' ');
  });
}

test('a file of one group need not name it', () => {
  assert.deepEqual(told('t1,0,3\nt1,1,2\n', 'g'), ['g t1-0=3 t1-1=2']);
  assert.deepEqual(told('"t1","0","3"\r\nt1, 1, +2', 'g'), ['g t1-0=3 t1-1=2']);
  assert.deepEqual(told('t1,0,3\nt1,0,4\n', 'g'), ['g t1-0=4'], 'the last line counts');
});

test('a file of several groups names them', () => {
  const text = 'g,t1,0,3\nh,t2,0,1\ng,t1,1,2\n';
  assert.deepEqual(told(text, 'g'), ['g t1-0=3 t1-1=2', 'h t2-0=1']);
  assert.deepEqual(told(text, null), ['g t1-0=3 t1-1=2', 'h t2-0=1']);
});

test('where several groups are asked for the first cell is a group, whatever it says', () => {
  assert.deepEqual(told('t1,0,3\n', null), ['t1 0-3=0']);
});

test('numbers that are missing are 0, and the greatest is Infinity', () => {
  assert.deepEqual(told('t1,0', 'g'), ['g t1-0=0']);
  assert.deepEqual(told('t1,,3', 'g'), ['g t1-0=3']);
  assert.deepEqual(told('t1,0,null', 'g'), ['g t1-0=0']);
  assert.deepEqual(told('t1,0,9223372036854775807', 'g'), ['g t1-0=Infinity']);
});

test('a file of line ends has no plan, an empty one is an error', () => {
  assert.deepEqual(told('\n\n', 'g'), []);
  assert.throws(() => told('', 'g'), { message: 'No content to map due to end-of-input' });
  assert.throws(() => told('t1,0,3\n\nt1,1,2', 'g'), { message: 'No content to map due to end-of-input' });
});

test('what is no number is named as the form with a group has it, unless the first line was without', () => {
  assert.throws(() => told('t1,a,b', 'g'), {
    message: 'Cannot deserialize value of type `int` from String "b": not a valid `int` value',
  });
  assert.throws(() => told('t1,0,3\nt1,1,x', 'g'), {
    message: 'Cannot deserialize value of type `long` from String "x": not a valid `long` value',
  });
  assert.throws(() => told('g,t1,0,99999999999999999999', 'g'), {
    message: 'Numeric value (99999999999999999999) out of range of long (-9223372036854775808 - 9223372036854775807)',
  });
  assert.throws(() => told('g,t1,2147483648,3', 'g'), { message: 'Numeric value (2147483648) out of range of int' });
});

test('too many cells, and offsets below 0, are refused', () => {
  assert.throws(() => told('t1,0,3,4,5', 'g'), {
    message: 'Too many entries: expected at most 4 (value #4 (1 chars) "5")',
  });
  assert.deepEqual(told('t1,0,3,', 'g'), ['g t1-0=3'], 'one comma at the end is none');
  assert.throws(() => told('t1,0,-5', 'g'), { name: 'UsageError', message: 'Invalid negative offset' });
});

const directory = mkdtempSync(join(tmpdir(), 'kafkalite-reset-'));
after(() => rmSync(directory, { recursive: true }));

test('a file is read whole; one that cannot be read is named', () => {
  const path = join(directory, 'plan.csv');
  writeFileSync(path, 't1,0,3\n');
  assert.equal(readResetFile(new TestIo(), path), 't1,0,3\n');
  const missing = join(directory, 'missing.csv');
  assert.throws(() => readResetFile(new TestIo(), missing), {
    javaEnd: {
      javaClass: 'java.lang.RuntimeException',
      javaMessage: `java.io.IOException: Unable to read file ${missing}`,
    },
  });
});
