import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { kafkalite, linesOf, outputOf, runTool, type Toolset } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

test('the tools of Apache Kafka work on this broker', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const bed = new Bed(t);
  const { bootstrap } = await bed.start(kafkalite);
  await useTopicsRecordsAndGroups(t, kafka, bootstrap);
  await useTheRest(t, kafka, bootstrap, bed.directory);
});

test("this project's tools work on Apache Kafka", { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const { bootstrap } = await new Bed(t).start(kafka);
  await useTopicsRecordsAndGroups(t, kafkalite, bootstrap);
});

async function useTopicsRecordsAndGroups(t: TestContext, tools: Toolset, bootstrap: string): Promise<void> {
  const at = ['--bootstrap-server', bootstrap];
  const topics = (...args: string[]) => linesOf(tools, 'kafka-topics', [...at, ...args]);
  const groups = (...args: string[]) => linesOf(tools, 'kafka-consumer-groups', [...at, ...args]);

  await t.test('topics are created, altered, described and deleted', async () => {
    const created = await topics(
      '--create',
      '--topic',
      'orders',
      '--partitions',
      '2',
      '--config',
      'retention.ms=1000000',
    );
    assert.deepEqual(created, ['Created topic orders.']);
    await topics('--create', '--topic', 'gone');
    await topics('--alter', '--topic', 'orders', '--partitions', '3');
    await topics('--delete', '--topic', 'gone');
    assert.deepEqual(await topics('--list'), ['orders']);
    const [head = '', ...partitions] = await topics('--describe', '--topic', 'orders');
    assert.match(
      head,
      /^Topic: orders\tTopicId: \S{22}\tPartitionCount: 3\tReplicationFactor: 1\t.*retention\.ms=1000000/,
    );
    const rows = partitions.map((line) => line.replace(/\s+/g, ' ').trim());
    for (const n of [0, 1, 2])
      assert.match(rows[n] ?? '', new RegExp(`^Topic: orders Partition: ${n} Leader: 1 Replicas: 1 Isr: 1`));
    const again = await runTool(tools, 'kafka-topics', [...at, '--create', '--topic', 'orders']);
    assert.equal(again.status, 1);
    assert.match(again.stdout, /Topic 'orders' already exists/);
  });

  await t.test('records of every codec come back with key, headers and order', async () => {
    await topics('--create', '--topic', 'codecs');
    const written: string[] = [];
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      const lines = Array.from({ length: 50 }, (_, n) => `codec:${codec}\tkey-${n}\tvalue ${n} of ${codec}`);
      const parse = ['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true'];
      const args = [...at, '--topic', 'codecs', '--compression-codec', codec, ...parse];
      await outputOf(tools, 'kafka-console-producer', args, { input: `${lines.join('\n')}\n` });
      written.push(...lines);
    }
    const print = ['headers', 'key'].flatMap((what) => ['--formatter-property', `print.${what}=true`]);
    const wanted = [
      '--topic',
      'codecs',
      '--from-beginning',
      '--max-messages',
      String(written.length),
      '--timeout-ms',
      '30000',
    ];
    assert.deepEqual(await linesOf(tools, 'kafka-console-consumer', [...at, ...wanted, ...print]), written);
    assert.deepEqual(await linesOf(tools, 'kafka-get-offsets', [...at, '--topic', 'codecs']), ['codecs:0:250']);
  });

  await t.test('groups of both protocols commit, are described, reset and deleted', async () => {
    for (const protocol of ['classic', 'consumer']) {
      const wanted = ['--topic', 'codecs', '--from-beginning', '--max-messages', '20', '--timeout-ms', '30000'];
      const member = ['--group', protocol, '--command-property', `group.protocol=${protocol}`];
      await outputOf(tools, 'kafka-console-consumer', [...at, ...wanted, ...member]);
    }
    const rows = (await groups('--describe', '--all-groups')).map((line) =>
      line.trim().split(/\s+/).slice(0, 6).join(' '),
    );
    assert.ok(rows.includes('classic codecs 0 20 250 230'), rows.join('\n'));
    assert.ok(rows.includes('consumer codecs 0 20 250 230'), rows.join('\n'));
    await groups('--group', 'classic', '--topic', 'codecs', '--reset-offsets', '--to-offset', '5', '--execute');
    assert.match((await groups('--describe', '--group', 'classic')).join('\n'), /codecs +0 +5 +250 +245/);
    await groups('--delete', '--group', 'classic');
    // A consumer without --group leaves an empty group of a made-up name for ten minutes, as at Apache Kafka.
    const left = (await groups('--list')).filter((group) => !group.startsWith('console-consumer-'));
    assert.deepEqual(left, ['consumer']);
  });
}

/** What Apache Kafka alone has tools for. */
async function useTheRest(t: TestContext, tools: Toolset, bootstrap: string, directory: string): Promise<void> {
  const at = ['--bootstrap-server', bootstrap];

  await t.test('settings are changed and described', async () => {
    const entity = [...at, '--entity-type', 'topics', '--entity-name', 'orders'];
    await outputOf(tools, 'kafka-configs', [...entity, '--alter', '--add-config', 'max.message.bytes=2000000']);
    const described = await outputOf(tools, 'kafka-configs', [...entity, '--describe']);
    assert.match(described, /max\.message\.bytes=2000000 /);
  });

  await t.test('records are deleted, and the API versions told', async () => {
    const cut = JSON.stringify({ partitions: [{ topic: 'codecs', partition: 0, offset: 240 }], version: 1 });
    const file = join(directory, 'cut.json');
    writeFileSync(file, cut);
    const deleted = await outputOf(tools, 'kafka-delete-records', [...at, '--offset-json-file', file]);
    assert.match(deleted, /low_watermark: 240/);
    const earliest = await linesOf(tools, 'kafka-get-offsets', [...at, '--topic', 'codecs', '--time', 'earliest']);
    assert.deepEqual(earliest, ['codecs:0:240']);
    const versions = await outputOf(tools, 'kafka-broker-api-versions', at);
    assert.match(versions, /Produce\(0\): 0 to 13 \[usable: 13\]/);
    assert.match(await outputOf(tools, 'kafka-cluster', ['cluster-id', ...at]), /^Cluster ID: \S{22}\n$/);
  });
}
