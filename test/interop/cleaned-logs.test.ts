import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { nodeRandom } from '../../src/host/node-random.js';
import { clientHost } from '../support/real-client-host.js';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { kafkalite, linesOf, outputOf } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;

const MIB = 1024 * 1024;
const TURNS = 7;
const RECORDS = 3000;
const KEYS = 250;
const CODECS = ['none', 'gzip', 'lz4', 'zstd', 'snappy'];
/** Both brokers clean and delete as often as they can. */
const BUSY = {
  'log.cleaner.backoff.ms': '100',
  'log.retention.check.interval.ms': '200',
  'log.initial.task.delay.ms': '100',
  'log.cleaner.dedupe.buffer.size': String(8 * MIB),
};
const TOPICS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  compacted: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '100' },
  expiring: { 'retention.bytes': String(2 * MIB) },
  cut: {},
};

/**
 * Compaction, retention and deleted records, by each broker in turn on one directory, three times to and fro: what is
 * left after each must be what was written.
 */
test('directories pass to and fro while both brokers clean them', { skip, timeout: 240_000 }, async (t) => {
  assert.ok(kafka instanceof ApacheKafka);
  const bed = new Bed(t);
  const written = new Written(join(bed.directory, 'node/data'));
  for (let turn = 0; turn < TURNS; turn++) {
    const broker = turn % 2 === 0 ? kafkalite : kafka;
    const node = await bed.start(broker, 'node', BUSY);
    if (turn === 0) await createTopics(node.bootstrap);
    await written.check(node.bootstrap, `${broker.name} in turn ${turn}`);
    await written.add(node.bootstrap, turn);
    await written.cleaned();
    await written.check(node.bootstrap, `${broker.name} after turn ${turn}`);
    // Every third stop is none: the next broker has to recover.
    if (turn % 3 !== 2) await node.stop();
    else {
      await node.kill();
      written.wasKilled = true;
    }
  }
});

async function createTopics(bootstrap: string): Promise<void> {
  const always = { 'segment.bytes': String(MIB), 'file.delete.delay.ms': '500' };
  for (const [topic, configs] of Object.entries(TOPICS)) {
    const each = Object.entries({ ...always, ...configs }).flatMap(([name, value]) => ['--config', `${name}=${value}`]);
    await outputOf(kafkalite, 'kafka-topics', ['--bootstrap-server', bootstrap, '--create', '--topic', topic, ...each]);
  }
}

/** What was written, and so what has to be there. */
class Written {
  /** A start within a segment is forgotten then: its checkpoint is written once a minute. */
  wasKilled = false;
  private readonly data: string;
  private readonly newest = new Map<string, string | null>();
  private readonly ends = { expiring: 0, cut: 0 };
  private cutAt = 0;

  constructor(data: string) {
    this.data = data;
  }

  async add(bootstrap: string, turn: number): Promise<void> {
    const codec = CODECS[turn % CODECS.length] as string;
    const properties = { 'bootstrap.servers': bootstrap, 'compression.type': codec, 'batch.size': '4000', acks: 'all' };
    const producer = new Producer(new Map(Object.entries(properties)), clientHost());
    for (let n = 0; n < RECORDS; n++) {
      const key = `key-${(n * 7 + turn) % KEYS}`;
      const value = n % 11 === 0 ? null : `${turn}.${n} ${nodeRandom.bytes(350).toString('hex')}`;
      await producer.send('compacted', 0, Buffer.from(key), value === null ? null : Buffer.from(value));
      this.newest.set(key, value);
      const filler = Buffer.from(`${turn}.${n} ${nodeRandom.bytes(350).toString('hex')}`);
      for (const topic of ['expiring', 'cut']) await producer.send(topic, 0, null, filler);
    }
    await producer.flush();
    await producer.close();
    this.ends.expiring += RECORDS;
    this.ends.cut += RECORDS;
    await this.cut(bootstrap);
  }

  private async cut(bootstrap: string): Promise<void> {
    this.cutAt = this.ends.cut - 123;
    this.wasKilled = false;
    const file = join(this.data, '..', 'cut.json');
    const partitions = [{ topic: 'cut', partition: 0, offset: this.cutAt }];
    writeFileSync(file, JSON.stringify({ partitions, version: 1 }));
    await outputOf(kafkalite, 'kafka-delete-records', ['--bootstrap-server', bootstrap, '--offset-json-file', file]);
  }

  /** Until the broker has done what the settings ask for. */
  async cleaned(): Promise<void> {
    for (const [topic, mostBytes] of [
      ['compacted', 2 * MIB],
      ['expiring', 3.1 * MIB],
      ['cut', 1.1 * MIB],
    ] as const) {
      const limitMs = Date.now() + 30_000;
      while (this.sizeOf(topic) > mostBytes) {
        assert.ok(Date.now() < limitMs, `${topic} still has ${this.sizeOf(topic)} bytes: ${this.filesOf(topic)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private filesOf(topic: string): string[] {
    return readdirSync(join(this.data, `${topic}-0`)).filter((name) => name.endsWith('.log'));
  }

  private sizeOf(topic: string): number {
    let sum = 0;
    for (const name of this.filesOf(topic)) {
      sum += statSync(join(this.data, `${topic}-0`, name), { throwIfNoEntry: false })?.size ?? 0;
    }
    return sum;
  }

  async check(bootstrap: string, when: string): Promise<void> {
    const found = new Map<string, string | null>();
    for (const { key, value } of await everything(bootstrap, 'compacted')) found.set(key, value);
    for (const [key, value] of this.newest) assert.equal(found.get(key) ?? null, value, `${key}, ${when}`);
    for (const topic of ['expiring', 'cut'] as const) {
      const offsets = (await everything(bootstrap, topic)).map(({ offset }) => offset);
      const end = this.ends[topic];
      assert.equal((offsets.at(-1) ?? -1) + 1, end, `the end of ${topic}, ${when}`);
      assert.equal(offsets.length, end - (offsets[0] ?? 0), `${topic} has no gaps, ${when}`);
      if (topic !== 'cut') continue;
      const first = offsets[0] ?? 0;
      const isRight = this.wasKilled ? first <= this.cutAt : first === this.cutAt;
      assert.ok(isRight, `${topic} starts at ${first} and not at ${this.cutAt}, ${when}`);
    }
  }
}

interface Found {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
}

async function everything(bootstrap: string, topic: string): Promise<Found[]> {
  const [line = ''] = await linesOf(kafkalite, 'kafka-get-offsets', [
    '--bootstrap-server',
    bootstrap,
    '--topic',
    topic,
  ]);
  const end = Number(line.split(':')[2]);
  const properties = { 'bootstrap.servers': bootstrap, 'auto.offset.reset': 'earliest' };
  const consumer = new Consumer(new Map(Object.entries(properties)), clientHost());
  consumer.assign([{ topic, partition: 0 }]);
  const found: Found[] = [];
  for (let next = 0; next < end; ) {
    for (const { cursor, nextOffset } of await consumer.poll(1000)) {
      next = nextOffset;
      while (cursor.next()) {
        const value = cursor.value();
        found.push({ offset: cursor.offset, key: String(cursor.key()), value: value === null ? null : String(value) });
      }
    }
  }
  await consumer.close();
  return found;
}
