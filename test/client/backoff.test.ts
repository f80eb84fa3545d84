import assert from 'node:assert/strict';
import test from 'node:test';
import { backoffMs, Pauses } from '../../src/client/backoff.js';
import { ClientClosedError } from '../../src/client/client-errors.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';

test('doubles up to the most, within a fifth', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 50].map((tries) => backoffMs(tries, 100, 1000, 0.5)),
    [100, 200, 400, 800, 1000, 1000],
  );
  assert.equal(backoffMs(1, 100, 1000, 0), 160);
  assert.equal(backoffMs(0, 100, 1000, 1), 120);
  assert.equal(backoffMs(9, 100, 1000, 1), 1000);
});

test('waits end when the client is closed', async () => {
  const clock = new VirtualClock();
  const pauses = new Pauses(clock, new SeededRandom(1));
  const first = pauses.wait(10);
  clock.advance(10);
  await first;
  const second = pauses.wait(10);
  pauses.close();
  await assert.rejects(second, ClientClosedError);
  await assert.rejects(pauses.wait(1), ClientClosedError);
  assert.equal(clock.timerCount, 0);
});
