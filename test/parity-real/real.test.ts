import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApacheKafka, findApacheKafka } from '../interop/apache-kafka.js';
import { checkParity, missingForParity, OUR_TOOLS } from '../parity/kit.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? missingForParity() : kafka.missing;

/** Where both a tool and a broker have a say; the other scenarios need no broker, or show one alone. */
const SCENARIOS = [
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
  'kgroups-types',
  'dump-log-records',
  'delete-records',
  'log-dirs',
  'configs-topics',
  'transactions-tool',
  'transactions-isolation',
];

test('our tools on Apache Kafka print what its own print there', { skip }, async (t) => {
  await checkParity(t, { tools: OUR_TOOLS, brokerTools: scripts(t), only: SCENARIOS });
});

test('the tools of Apache Kafka print on our broker what they print on theirs', { skip }, async (t) => {
  await checkParity(t, { tools: scripts(t), brokerTools: OUR_TOOLS, only: SCENARIOS });
});

/** A directory of scripts that run Apache Kafka's tools, as long as the test runs. */
function scripts(t: TestContext): string {
  assert.ok(kafka instanceof ApacheKafka);
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-scripts-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  kafka.writeScripts(directory);
  return directory;
}
