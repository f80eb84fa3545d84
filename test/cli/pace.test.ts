import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../src/cli/pace.js';
import { VirtualClock } from '../support/virtual-clock.js';

test('so many a second, after the first two', async () => {
  const clock = new VirtualClock();
  const pace = new Pace(clock, 4);
  assert.equal(pace.wait(0), null);
  const waiting = pace.wait(1);
  assert.ok(waiting !== null);
  clock.advance(250);
  await waiting;
  assert.equal(pace.wait(1), null);
  clock.advance(10_000);
  assert.equal(pace.wait(40), null, 'what was late is made up for');
});

test('without a limit nothing waits, and at none a second all does until the end', async () => {
  const clock = new VirtualClock();
  assert.equal(new Pace(clock, -1).wait(1000), null);
  const none = new Pace(clock, 0);
  assert.equal(none.wait(0), null);
  const waiting = none.wait(1);
  clock.advance(1e9);
  none.stop();
  await waiting;
  assert.equal(none.wait(2), null);
});
