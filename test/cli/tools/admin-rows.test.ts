import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { Report } from '../../../src/cli/format/report.js';
import { outputSchemas } from '../../../src/cli/output-schemas.js';
import { dependenciesOf, dependenciesReport, releaseReport } from '../../../src/cli/tools/features/known-levels.js';
import { electionReport } from '../../../src/cli/tools/leader-election/report.js';
import { replicationReport } from '../../../src/cli/tools/metadata-quorum/replication.js';
import { statusReport } from '../../../src/cli/tools/metadata-quorum/status.js';
import { KafkaError } from '../../../src/protocol/errors.js';

const QUORUM = {
  leaderId: 1,
  leaderEpoch: 2,
  highWatermark: 9,
  voters: [
    { id: 2, directoryId: '4VVW8CU5TkC2SAAAAAAAAA', logEndOffset: 8, lastFetchMs: null, lastCaughtUpMs: null },
    { id: 1, directoryId: '4VVW8CU5TkC2SAAAAAAAAB', logEndOffset: 9, lastFetchMs: 1000, lastCaughtUpMs: 900 },
  ],
  observers: [{ id: 3, directoryId: 'AAAAAAAAAAAAAAAAAAAAAA', logEndOffset: 7, lastFetchMs: 10, lastCaughtUpMs: 10 }],
  endpoints: new Map([[1, [{ listener: 'C', host: 'here', port: 1 }]]]),
};

const ELECTIONS = [
  { topic: 'a', partition: 0, value: true as const },
  { topic: 'a', partition: 1, value: new KafkaError('ELECTION_NOT_NEEDED') },
  { topic: 'b', partition: 0, value: new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'No such topic as b') },
];

const REPORTS: readonly (readonly [tool: string, schema: string, report: Report])[] = [
  ['kafka-metadata-quorum', 'QUORUM_STATUS_SCHEMA', statusReport('c', QUORUM)],
  ['kafka-metadata-quorum', 'QUORUM_REPLICA_SCHEMA', replicationReport(QUORUM, null)],
  ['kafka-leader-election', 'ELECTION_SCHEMA', electionReport('PREFERRED', ELECTIONS)],
  ['kafka-features', 'FEATURE_OF_RELEASE_SCHEMA', releaseReport('4.0')],
  [
    'kafka-features',
    'FEATURE_DEPENDENCIES_SCHEMA',
    dependenciesReport([dependenciesOf('eligible.leader.replicas.version=1'), dependenciesOf('metadata.version=17')]),
  ],
];

for (const [tool, name, { rows }] of REPORTS) {
  test(`${tool}: rows as ${name} says`, async () => {
    const schema = (await outputSchemas()).get(tool)?.get(name);
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema as object);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.ok(validate(row), `${JSON.stringify(row)}: ${JSON.stringify(validate.errors)}`);
  });
}

test('replicas: the leader first, and times as so long ago where they are wanted', () => {
  assert.equal(
    replicationReport(QUORUM, 2000).plain(),
    [
      'NodeId\tDirectoryId           \tLogEndOffset\tLag\tLastFetchTimestamp\tLastCaughtUpTimestamp\tStatus  \t',
      '1     \t4VVW8CU5TkC2SAAAAAAAAB\t9           \t0  \t1000 ms ago       \t1100 ms ago          \tLeader  \t',
      '2     \t4VVW8CU5TkC2SAAAAAAAAA\t8           \t1  \t-1                \t-1                   \tFollower\t',
      '3     \tAAAAAAAAAAAAAAAAAAAAAA\t7           \t2  \t1990 ms ago       \t1990 ms ago          \tObserver\t',
      '',
    ].join('\n'),
  );
});

test('a time that lies ahead is told of', () => {
  assert.throws(() => replicationReport(QUORUM, 500).plain(), /possible drift in system clock/);
});

test('elections as Kafka prints them', () => {
  assert.equal(
    electionReport('UNCLEAN', ELECTIONS).plain(),
    [
      'Successfully completed leader election (UNCLEAN) for partitions a-0',
      'Valid replica already elected for partitions a-1',
      'Error completing leader election (UNCLEAN) for partition: b-0: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: No such topic as b',
      '',
    ].join('\n'),
  );
});
