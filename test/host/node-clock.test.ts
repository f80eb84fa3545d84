import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { nodeClock } from '../../src/host/node-clock.js';

test('a timer calls back once, after its delay, and not when it was cancelled', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const calls: string[] = [];
    nodeClock.setTimer(9.2, () => calls.push('first'));
    nodeClock.setTimer(5, () => calls.push('cancelled')).cancel();
    mock.timers.tick(9);
    assert.deepEqual(calls, []);
    mock.timers.tick(1);
    mock.timers.tick(100);
    assert.deepEqual(calls, ['first']);
  } finally {
    mock.timers.reset();
  }
});

test('a timer of 30 days waits 30 days, though Node cuts its own off at 24.8', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const dayMs = 24 * 3600 * 1000;
    let calls = 0;
    nodeClock.setTimer(30 * dayMs, () => calls++);
    const cancelled = nodeClock.setTimer(30 * dayMs, () => calls++);
    mock.timers.tick(0x7fff_ffff);
    mock.timers.tick(30 * dayMs - 0x7fff_ffff - 1);
    assert.equal(calls, 0);
    cancelled.cancel();
    mock.timers.tick(1);
    assert.equal(calls, 1);
  } finally {
    mock.timers.reset();
  }
});

test('the clocks run', () => {
  assert.ok(Number.isInteger(nodeClock.nowMs()) && nodeClock.nowMs() > 1.7e12);
  const before = nodeClock.monotonicMs();
  assert.ok(nodeClock.monotonicMs() >= before);
});
