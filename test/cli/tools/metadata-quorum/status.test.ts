import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointText, statusReport, worstLag } from '../../../../src/cli/tools/metadata-quorum/status.js';

const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA';
const replica = (id: number, logEndOffset: number, lastCaughtUpMs: number | null, directoryId = ZERO) => ({
  id,
  directoryId,
  logEndOffset,
  lastFetchMs: lastCaughtUpMs,
  lastCaughtUpMs,
});

test('the lag is that of the voter that is behind most', () => {
  const voters = [replica(1, 100, 5000), replica(2, 90, 4000), replica(3, 95, 4900)];
  assert.deepEqual(worstLag({ leaderId: 1, voters }), { maxFollowerLag: 10, maxFollowerLagTimeMs: 1000 });
});

test('a leader alone has no lag, and times that nobody tells are not known', () => {
  assert.deepEqual(worstLag({ leaderId: 1, voters: [replica(1, 7, null)] }), {
    maxFollowerLag: 0,
    maxFollowerLagTimeMs: 0,
  });
  assert.deepEqual(worstLag({ leaderId: 2, voters: [replica(1, 5, null), replica(2, 7, 9)] }), {
    maxFollowerLag: 2,
    maxFollowerLagTimeMs: null,
  });
});

test('voters and observers as Kafka writes them', () => {
  const report = statusReport('c', {
    leaderId: 1,
    leaderEpoch: 3,
    highWatermark: 9,
    voters: [replica(1, 9, 1, '4VVW8CU5TkC2SAAAAAAAAA')],
    observers: [replica(2, 8, 1)],
    endpoints: new Map([
      [
        1,
        [
          { listener: 'CONTROLLER', host: 'here', port: 9093 },
          { listener: 'OTHER', host: '::1', port: 9094 },
        ],
      ],
    ]),
  });
  assert.equal(
    report.plain(),
    [
      'ClusterId:              c',
      'LeaderId:               1',
      'LeaderEpoch:            3',
      'HighWatermark:          9',
      'MaxFollowerLag:         0',
      'MaxFollowerLagTimeMs:   0',
      'CurrentVoters:          [{"id": 1, "directoryId": "4VVW8CU5TkC2SAAAAAAAAA", "endpoints": ["CONTROLLER://here:9093", "OTHER://[::1]:9094"]}]',
      'CurrentObservers:       [{"id": 2}]',
      '',
    ].join('\n'),
  );
});

test('an IPv6 address stands in brackets', () => {
  assert.equal(endpointText({ listener: 'C', host: '::1', port: 1 }), 'C://[::1]:1');
});
