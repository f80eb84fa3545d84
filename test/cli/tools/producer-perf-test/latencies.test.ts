import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies } from '../../../../src/cli/tools/producer-perf-test/latencies.js';

test('a line for each interval, and a summary with percentiles', () => {
  const lines: string[] = [];
  const latencies = new Latencies(0, 4, 1000, (line) => lines.push(line));
  latencies.record(10, 1, 1024 * 1024, 500);
  latencies.record(30, 1, 1024 * 1024, 1000);
  latencies.record(20, 1, 1024 * 1024, 1500);
  assert.deepEqual(lines, ['2 records sent, 2.0 records/sec (2.00 MB/sec), 20.0 ms avg latency, 30.0 ms max latency.']);
  assert.equal(
    latencies.summary(2000),
    '3 records sent, 1.500000 records/sec (1.50 MB/sec), 20.00 ms avg latency, 30.00 ms max latency, 20 ms 50th, 30 ms 95th, 30 ms 99th, 30 ms 99.9th.',
  );
});

test('the steady state says so with its first line', () => {
  const lines: string[] = [];
  const latencies = new Latencies(0, 4, 1000, (line) => lines.push(line), 'steady state ');
  latencies.record(5, 1, 0, 1000);
  latencies.record(5, 1, 0, 2000);
  assert.deepEqual(
    lines.map((line) => line.slice(0, 16)),
    ['In steady state.', '1 records sent, ', '1 records sent, '],
  );
  assert.match(latencies.summary(2000), /^2 steady state records sent, /);
});

test('nothing sent is no division by nothing', () => {
  assert.match(
    new Latencies(0, 1, 1000, () => undefined).summary(1000),
    /^0 records sent, 0\.000000 .* NaN ms avg latency, 0\.00 ms max latency, 0 ms 50th/,
  );
});

test('records that came back together count each; the first after an interval is the last of its window', () => {
  const lines: string[] = [];
  const latencies = new Latencies(0, 10, 1000, (line) => lines.push(line));
  latencies.record(10, 4, 4 * 1024 * 1024, 500);
  latencies.record(60, 6, 6 * 1024 * 1024, 1000);
  latencies.record(70, 1, 1024 * 1024, 2000);
  assert.deepEqual(lines, [
    '5 records sent, 5.0 records/sec (5.00 MB/sec), 20.0 ms avg latency, 60.0 ms max latency.',
    '6 records sent, 6.0 records/sec (6.00 MB/sec), 61.7 ms avg latency, 70.0 ms max latency.',
  ]);
  assert.match(latencies.summary(2000), /^11 records sent, .* 42\.73 ms avg .* 60 ms 50th, 70 ms 95th/);
});

test('of many records some stand for all in the percentiles', () => {
  const latencies = new Latencies(0, 2_000_000, 1e9, () => undefined);
  for (let n = 0; n < 1000; n++) latencies.record(n, 2000, 0, 0);
  assert.match(latencies.summary(1), /500 ms 50th, 950 ms 95th, 990 ms 99th, 999 ms 99\.9th/);
});
