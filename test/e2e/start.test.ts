import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { freePorts, killStartedNodes, StartedNode } from '../support/started-node.js';

const { Kafka } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
const root = mkdtempSync(join(tmpdir(), 'kafkalite-start-'));
after(() => {
  killStartedNodes();
  rmSync(root, { recursive: true, force: true });
});

const LIMIT = { timeout: 30_000 };

async function topicsAt(port: number): Promise<string[]> {
  const admin = new Kafka({ brokers: [`localhost:${port}`], logLevel: 0 }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'made' }] });
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics;
}

async function listeners(): Promise<[port: number, listeners: string]> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  return [port, `PLAINTEXT://localhost:${port},CONTROLLER://localhost:${controllerPort}`];
}

describe('kafka-server-start.sh', { concurrency: 3 }, () => {
  it('starts by the environment alone, stops on SIGTERM, and cannot share its directory', LIMIT, async (t) => {
    const directory = join(root, 'environment');
    const [port, addresses] = await listeners();
    const env = {
      KAFKA_CFG_LISTENERS: addresses,
      KAFKA_CFG_LOG_DIRS: directory,
      KAFKA_CFG_NUM_PARTITIONS: '3',
      CLUSTER_ID: 'MkU3OEVBNTcwNTJENDM2Qg',
    };
    const node = new StartedNode([], env);
    t.after(() => node.stop('SIGKILL'));
    await node.ready();
    assert.match(node.stdout, /^Formatted new directory .*environment\.$/m);
    assert.match(readFileSync(join(directory, 'meta.properties'), 'utf8'), /^cluster\.id=MkU3OEVBNTcwNTJENDM2Qg$/m);
    assert.ok((await topicsAt(port)).includes('made'));
    assert.ok(existsSync(join(directory, 'made-2')));

    const [, others] = await listeners();
    const second = await new StartedNode([], { ...env, KAFKA_CFG_LISTENERS: others }).ended;
    assert.equal(second.status, 1);
    assert.match(
      second.stderr,
      new RegExp(`lock .*${directory}\\. A Kafka instance in another process .* is using this`),
    );

    const marker = join(directory, '.kafka_cleanshutdown');
    assert.ok(!existsSync(marker));
    const { status, stdout } = await node.stop('SIGTERM');
    assert.equal(status, 143);
    assert.match(stdout, /shut down completed \(kafka\.server\.KafkaRaftServer\)\n$/);
    assert.ok(existsSync(marker));
  });

  it('--dev --ephemeral needs nothing and leaves nothing', LIMIT, async (t) => {
    const [port, addresses] = await listeners();
    const node = new StartedNode(['--dev', '--ephemeral', '--override', `listeners=${addresses}`]);
    t.after(() => node.stop('SIGKILL'));
    await node.ready();
    const [, directory = ''] = /its data is in (\S+) until it stops/.exec(node.stdout) ?? [];
    assert.ok(existsSync(directory));
    assert.ok((await topicsAt(port)).includes('made'));
    const { status } = await node.stop('SIGINT');
    assert.equal(status, 130);
    assert.ok(!existsSync(directory));
  });

  it('prints its usage when nothing says what to start', LIMIT, async () => {
    const { status, stdout, stderr } = await new StartedNode([]).ended;
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^USAGE: kafka-server-start \[-daemon\] server\.properties/);
  });

  it('says what is wrong with a setting', LIMIT, async () => {
    const env = { KAFKA_CFG_NUM_PARTITIONS: 'many', KAFKA_CFG_LOG_DIRS: join(root, 'wrong') };
    const { status, stdout, stderr } = await new StartedNode([], env).ended;
    assert.equal(status, 1);
    assert.match(stdout + stderr, /num\.partitions/);
    assert.ok(!existsSync(join(root, 'wrong')));
  });
});
