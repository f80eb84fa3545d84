import { test } from 'node:test';
import { checkParity, missingForParity, OUR_TOOLS } from './kit.js';

const SCENARIOS = [
  'storage-*',
  'server-start-*',
  'topics-*',
  'producer-*',
  'consumer-*',
  'get-offsets*',
  'groups-*',
  'kgroups-*',
  'perf-*',
  'e2e-*',
  'verifiable-*',
  'share-consumer-*-errors',
  'delete-records*',
  'dump-log-*',
  'log-dirs',
  'transactions-*',
  'configs-topics*',
  'configs-options-*',
  'configs-lists',
  'admin-unreachable',
  'client-*',
  'cluster',
  'features',
  'features-mapping',
  'leader-election',
  'metadata-quorum',
  'reassign-files',
  'reassign-partitions*',
  'replica-verification',
  'help-*',
];

test('our tools on our broker print what the tools of Apache Kafka print on theirs', {
  skip: missingForParity(),
}, async (t) => {
  await checkParity(t, { tools: OUR_TOOLS, brokerTools: OUR_TOOLS, only: SCENARIOS });
});
