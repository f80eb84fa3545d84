// Runs the compiled tests: run-tests.mjs [--fast] [PART-OF-A-FILE-NAME ...]. Exits 1 when one failed.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const testDir = fileURLToPath(new URL('../dist/test/', import.meta.url));
const words = process.argv.slice(2);
const fast = words.includes('--fast');
const parts = words.filter((word) => !word.startsWith('--'));
/** Need a real Apache Kafka, and so Java and Maven. */
const slow = /^(interop|parity-real)\//;

const files = readdirSync(testDir, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => !(fast && slow.test(name)))
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  .sort()
  .map((name) => testDir + name);

const counts = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];
const stream = run({ files, concurrency: Math.max(2, availableParallelism()), timeout: 10 * 60_000 });
// A file is a test of its own around those in it: only the innermost count.
const isCounted = (/** @type {any} */ data) => data.details?.type !== 'suite' && !files.includes(data.name);
stream.on('test:pass', (data) => {
  if (!isCounted(data)) return;
  if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
  else counts.passed++;
});
stream.on('test:fail', (data) => {
  counts.failed++;
  failures.push(`${data.file ?? ''} ${data.name}`);
});
stream.compose(spec).pipe(process.stdout, { end: false });
stream.on('end', () => {
  setImmediate(() => {
    for (const failure of failures) console.log(`FAILED ${failure}`);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
    process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  });
});
