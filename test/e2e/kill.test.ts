import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Kafka } from 'kafkajs';
import { prepareNode } from '../support/prepared-node.js';
import { StartedNode } from '../support/started-node.js';

const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
const TOPIC = 'events';
const KILL_AFTER = 400;

/** Sends one batch after the other, and goes on after the broker came back. */
class Load {
  readonly acknowledged: string[] = [];
  private readonly kafka: Kafka;
  private isOver = false;
  private waiting: (() => void)[] = [];

  constructor(kafka: Kafka) {
    this.kafka = kafka;
  }

  async run(): Promise<void> {
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (let n = 0; !this.isOver; n++) {
      const values = Array.from({ length: 10 }, (_, index) => `${n}:${index}`);
      await producer.send({ topic: TOPIC, acks: -1, messages: values.map((value) => ({ key: value, value })) });
      this.acknowledged.push(...values);
      for (const look of this.waiting) look();
    }
    await producer.disconnect();
  }

  /** Until so many were acknowledged. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(() => {
        if (this.acknowledged.length >= count) resolve();
      });
    });
  }

  end(): void {
    this.isOver = true;
  }
}

async function readAll(kafka: Kafka): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  const count = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const consumer = kafka.consumer({ groupId: 'readers' });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

test('after a kill every acknowledged record is there, once', { timeout: 60_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'kafkalite-kill-'));
  const { file, port } = await prepareNode(root);
  let node = new StartedNode([file]);
  try {
    await node.ready();
    const retry = { retries: 30, initialRetryTime: 50, maxRetryTime: 300 };
    const kafka = new kafkajs.Kafka({ brokers: [`localhost:${port}`], logLevel: 0, retry });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3 }] });
    await admin.disconnect();

    const load = new Load(kafka);
    const running = load.run();
    await Promise.race([load.reached(KILL_AFTER), running]);
    assert.equal((await node.stop('SIGKILL')).signal, 'SIGKILL');
    assert.ok(!existsSync(join(root, 'data', '.kafka_cleanshutdown')));
    node = new StartedNode([file]);
    await node.ready();
    await Promise.race([load.reached(load.acknowledged.length + KILL_AFTER), running]);
    load.end();
    await running;

    const found = await readAll(kafka);
    assert.deepEqual(found.toSorted(), load.acknowledged.toSorted());
  } finally {
    await node.stop('SIGTERM');
    rmSync(root, { recursive: true, force: true });
  }
});
