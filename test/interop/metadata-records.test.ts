import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { metadataHistory } from './metadata-history.js';
import { metadataRecords } from './metadata-records.js';
import { kafkalite, type Toolset } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

test('both brokers write the same records for the same history', { skip, timeout: 200_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const [theirs, ours] = await Promise.all([live(t, kafka, kafka), live(t, kafkalite, kafka)]);
  assert.ok(theirs.length > 100, `only ${theirs.length} records`);
  assert.deepEqual(ours, theirs);
});

/** What a broker that lived through the history has in its metadata log. */
async function live(t: TestContext, tools: Toolset, dumpWith: Toolset): Promise<string[]> {
  const bed = new Bed(t);
  for (const part of metadataHistory) {
    const node = await bed.start(tools);
    await part.play(node.bootstrap);
    await (part.end === 'stop' ? node.stop() : node.kill());
  }
  return metadataRecords(dumpWith, join(bed.directory, 'node', 'data', '__cluster_metadata-0'));
}
