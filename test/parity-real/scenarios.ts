import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ApacheKafka } from '../interop/apache-kafka.js';

/** Where both a tool and a broker have a say; the other scenarios need no broker, or show one alone. */
export const SCENARIOS = [
  'topics-create',
  'topics-list',
  'topics-describe',
  'topics-alter',
  'topics-delete',
  'producer-plain',
  'producer-keys',
  'producer-headers',
  'consumer-basic',
  'consumer-formatter',
  'get-offsets',
  'groups-list',
  'groups-describe',
  'groups-delete',
  'groups-reset-positions',
  'kgroups-list',
  'kgroups-types',
  'dump-log-records',
  'transactions-isolation',
  'configs-topics',
  'configs-users',
  'features',
  'leader-election',
  'log-dirs',
  'metadata-quorum',
];

/** Of the tools for administrators; Apache Kafka's own take too long for so many commands. */
export const ADMINISTRATION_SCENARIOS = [
  'configs-*',
  'client-metrics',
  'reassign-log-dirs',
  'reassign-partitions',
  'replica-verification',
  'streams-application-reset',
];

/** What needs an authorizer, which our broker does not have. */
export const AUTHORIZER_SCENARIOS = ['acls-add-list-remove'];

/** Of share consumers: Apache Kafka's own take too long for so many. */
export const SHARE_SCENARIOS = [
  'share-consumer-basic',
  'share-consumer-formatters',
  'share-consumer-perf',
  'share-consumer-verifiable',
];

/** A directory of scripts that run Apache Kafka's tools, as long as the test runs. */
export function scriptsOf(kafka: ApacheKafka, t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-scripts-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  kafka.writeScripts(directory);
  return directory;
}
