import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaRegex, PatternSyntaxError } from '../../../src/cli/format/java-regex.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

/** What Java made of a pattern: which of the subjects it matches, one digit each, or why it is none. */
interface RegexVector {
  readonly subjects?: readonly string[];
  readonly pattern: string;
  readonly matches?: string;
  readonly index?: number;
  readonly message?: string;
}

test('patterns match what they match in Java, and are refused with its words', () => {
  const [head, ...vectors] = readVectors<RegexVector>(vectorFile('java-regex.jsonl.gz'));
  const subjects = head?.subjects as readonly string[];
  const failures: unknown[] = [];
  for (const vector of vectors) {
    const got = outcome(vector.pattern, subjects);
    const { pattern: _, ...wanted } = vector;
    if (JSON.stringify(got) !== JSON.stringify(wanted)) failures.push({ vector, got });
  }
  assert.deepEqual(failures.slice(0, 10), [], `${failures.length} of ${vectors.length} failed`);
  assert.ok(vectors.length > 2000);
});

function outcome(pattern: string, subjects: readonly string[]): object {
  try {
    const matches = javaRegex(pattern);
    return { matches: subjects.map((subject) => (matches(subject) ? '1' : '0')).join('') };
  } catch (error) {
    if (!(error instanceof PatternSyntaxError)) throw error;
    return { index: error.index, message: error.message };
  }
}

test('repetitions of repetitions end before long', () => {
  for (const pattern of ['(a+)+b', '(a|aa)+b', '((a*)*)*b', '([a-z]+)*?b', '(.*)*x']) {
    assert.equal(javaRegex(pattern)('a'.repeat(200)), false, pattern);
  }
});

test('line breaks in a text are told apart as in Java', () => {
  assert.equal(javaRegex('a$\\n')('a\n'), true);
  assert.equal(javaRegex('(?m)a$\\r\\n^b')('a\r\nb'), true);
  assert.equal(javaRegex('a.b')('a\u0085b'), false);
  assert.equal(javaRegex('(?d)a.b')('a\u0085b'), true);
  assert.equal(javaRegex('a\\Rb')('a\r\nb'), true);
  assert.equal(javaRegex('a\\R\\nb')('a\r\nb'), true);
});
