import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { prepareNode } from './running-node.js';
import { kafkalite, runTool, type Toolset } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

test('Apache Kafka does not start on a directory that this broker runs on', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await startBeside(t, kafkalite, kafka);
});

test('this broker does not start on a directory that Apache Kafka runs on', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  await startBeside(t, kafka, kafkalite);
});

/** Both would write to it: what one has written the other would take for damage. */
async function startBeside(t: TestContext, first: Toolset, second: Toolset): Promise<void> {
  const bed = new Bed(t);
  const node = await bed.start(first);
  const directory = join(bed.directory, 'node');
  // On ports of its own, so that these are not what keeps it from starting.
  const { file } = await prepareNode(second, { directory });
  const { status, stdout, stderr } = await runTool(second, 'kafka-server-start', [file]);
  assert.equal(status, 1);
  assert.match(stdout + stderr, /Failed to acquire lock on file .*\.lock/);
  await node.stop();
}
