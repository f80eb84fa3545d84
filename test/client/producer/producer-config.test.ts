import assert from 'node:assert/strict';
import test from 'node:test';
import { producerSettings } from '../../../src/client/producer/producer-config.js';

const settings = (...entries: [string, string][]) =>
  producerSettings(new Map([['bootstrap.servers', 'a:1'], ...entries]));

test('defaults are those of Java', () => {
  const { acks, idempotent, batchSizeBytes, lingerMs, bufferMemoryBytes, maxInFlight, deliveryTimeoutMs, compression } =
    settings();
  assert.deepEqual(
    [acks, idempotent, batchSizeBytes, lingerMs, bufferMemoryBytes, maxInFlight, deliveryTimeoutMs, compression],
    [-1, true, 16384, 5, 33554432, 5, 120000, 0],
  );
});

test('what rules idempotence out turns its default off, and contradicts a wish', () => {
  assert.equal(settings(['acks', '1']).idempotent, false);
  assert.equal(settings(['retries', '0']).idempotent, false);
  assert.throws(() => settings(['acks', '1'], ['enable.idempotence', 'true']), /Must set acks to all/);
  assert.throws(() => settings(['retries', '0'], ['enable.idempotence', 'true']), /Must set retries to non-zero/);
  assert.throws(
    () => settings(['max.in.flight.requests.per.connection', '6']),
    /must be set to at most 5. Current value is 6/,
  );
});

test('the delivery timeout covers linger and request timeout', () => {
  assert.equal(settings(['request.timeout.ms', '200000']).deliveryTimeoutMs, 200005);
  assert.throws(
    () => settings(['delivery.timeout.ms', '1']),
    /should be equal to or larger than linger.ms \+ request.timeout.ms/,
  );
});
