import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { startCommand } from './child.js';
import { kafkalite, outputOf, type Toolset } from './toolset.js';
import { offsetOf, partitionOf, recordsOf } from './view.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

/** So many records are acknowledged before the broker dies, with more on their way. */
const ENOUGH = 20_000;

test('after kill -9 every acknowledged record is there, for this broker and for Apache Kafka', { skip }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const bed = new Bed(t);
  const node = await bed.start(kafkalite);
  const at = ['--bootstrap-server', node.bootstrap];
  const small = ['--config', 'segment.bytes=1048576'];
  await outputOf(kafka, 'kafka-topics', [...at, '--create', '--topic', 'load', '--partitions', '3', ...small]);

  const acked = new Map<string, string>();
  await whileProducing(kafka, node.bootstrap, acked, () => node.kill());
  assert.ok(acked.size >= ENOUGH);

  cpSync(join(bed.directory, 'node/data'), join(bed.directory, 'copy/data'), { recursive: true });
  for (const [broker, directory] of [
    [kafkalite, 'node'],
    [kafka, 'copy'],
  ] as const) {
    const again = await bed.start(broker, directory);
    const records: string[] = await recordsOf(kafka, again.bootstrap, 'load');
    const found = new Map(records.map((line) => [placeOf(line), lastFieldOf(line)]));
    const lost = [...acked].filter(([place, value]) => found.get(place) !== value);
    assert.deepEqual(lost.slice(0, 5), [], `${broker.name} lost ${lost.length} of ${acked.size}`);
    await again.stop();
  }
});

const placeOf = (line: string): string => `${partitionOf(line)}:${offsetOf(line)}`;
const lastFieldOf = (line: string): string => line.slice(line.lastIndexOf('\t') + 1);

/** Sends as fast as it can; once enough is acknowledged calls `strike`. What was acknowledged by place ends up in `acked`. */
async function whileProducing(
  tools: Toolset,
  bootstrap: string,
  acked: Map<string, string>,
  strike: () => Promise<unknown>,
): Promise<void> {
  const args = ['--bootstrap-server', bootstrap, '--topic', 'load', '--throughput', '-1', '--acks', '-1'];
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    let struck: Promise<unknown> | null = null;
    const producer = startCommand([...tools.command('kafka-verifiable-producer'), ...args], (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) note(line, acked);
      if (acked.size < ENOUGH || struck !== null) return;
      // What is told after this was acknowledged before, and counts as well.
      struck = strike().then(() => producer.kill('SIGKILL'));
    });
    producer.once('close', () => {
      if (struck === null) reject(new Error(`the producer ended after ${acked.size} records\n${rest}`));
      else struck.then(() => resolve(), reject);
    });
  });
}

function note(line: string, acked: Map<string, string>): void {
  if (!line.includes('producer_send_success')) return;
  const { partition, offset, value } = JSON.parse(line);
  acked.set(`${partition}:${offset}`, value);
}
