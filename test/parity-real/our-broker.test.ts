import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApacheKafka, findApacheKafka } from '../interop/apache-kafka.js';
import { checkParity, missingForParity, OUR_TOOLS } from '../parity/kit.js';
import { SCENARIOS, scriptsOf } from './scenarios.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? missingForParity() : kafka.missing;

test('the tools of Apache Kafka print on our broker what they print on theirs', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await checkParity(t, { tools: scriptsOf(kafka, t), brokerTools: OUR_TOOLS, only: SCENARIOS });
});
