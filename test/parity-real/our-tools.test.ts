import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApacheKafka, findApacheKafka } from '../interop/apache-kafka.js';
import { checkParity, missingForParity, OUR_TOOLS } from '../parity/kit.js';
import { AUTHORIZER_SCENARIOS, SCENARIOS, SHARE_SCENARIOS, scriptsOf } from './scenarios.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? missingForParity() : kafka.missing;

test('our tools on Apache Kafka print what its own print there', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await checkParity(t, {
    tools: OUR_TOOLS,
    brokerTools: scriptsOf(kafka, t),
    only: [...SCENARIOS, ...SHARE_SCENARIOS, ...AUTHORIZER_SCENARIOS],
  });
});
