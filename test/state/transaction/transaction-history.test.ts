import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HistoryResult, TransactionHistory } from '../../support/transaction-history.js';

const HISTORIES = 5000;
const STEPS = 120;

function failureOf(seed: number, steps: number): string | null {
  try {
    new TransactionHistory(seed).run(steps);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The shortest beginning of the history that goes wrong. */
function shortest(seed: number): string {
  for (let steps = 1; ; steps++) {
    const failure = failureOf(seed, steps);
    if (failure === null) continue;
    const history = new TransactionHistory(seed);
    try {
      history.run(steps);
    } catch {
      return `seed ${seed}, ${steps} steps: ${failure}\n${history.steps.join('\n')}`;
    }
  }
}

test(`${HISTORIES} histories of producers and zombies: every transaction ends, and none is half visible`, () => {
  const total = { committed: 0, aborted: 0, fenced: 0 };
  for (let seed = 1; seed <= HISTORIES; seed++) {
    let result: HistoryResult;
    try {
      result = new TransactionHistory(seed).run(STEPS);
    } catch {
      assert.fail(shortest(seed));
    }
    total.committed += result.committed;
    total.aborted += result.aborted;
    total.fenced += result.fenced;
  }
  // What never happens would not be tested.
  for (const [what, count] of Object.entries(total)) assert.ok(count > HISTORIES / 4, `${count} ${what}`);
});
