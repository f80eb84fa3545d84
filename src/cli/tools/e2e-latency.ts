import { javaDoubleText } from '../../base/java-number-text.js';
import { listTopics } from '../../client/admin/list-topics.js';
import { createTopics } from '../../client/admin/topics.js';
import { Consumer } from '../../client/consumer/consumer.js';
import { Producer } from '../../client/producer/producer.js';
import type { RecordHeader } from '../../protocol/records/record.js';
import { adminProperties, clientHost, withAdmin } from '../connect-to.js';
import { executionText, printedError } from '../format/java-error.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { runtimeException } from '../tool-error.js';
import { type LatencyOptions, parseLatencyOptions } from './e2e-latency/options.js';

export { TOOL } from './e2e-latency/options.js';

const POLL_TIMEOUT_MS = 60_000;
const REPORT_EVERY = 1000;
/** Letters from A to Z. */
const FIRST_LETTER = 65;
const LETTERS = 26;

/** kafka-e2e-latency: how long records take from a producer to a consumer, one after the other. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseLatencyOptions(argv, io);
    await ensureTopic(options, io);
    await measure(options, io);
    return 0;
  } catch (error) {
    throw printedError(error, io);
  }
}

async function ensureTopic(options: LatencyOptions, io: Io): Promise<void> {
  const topic = options.value('topic') as string;
  const server = options.value('bootstrap-server') as string;
  const properties = adminProperties(io, server, options.value('command-config'), null);
  await withAdmin(io, properties, async (admin) => {
    const topics = await listTopics(admin);
    if (topics.some(({ name }) => name === topic)) return;
    io.print(`Topic "${topic}" does not exist. Will create topic with 1 partition(s) and replication factor = 1`);
    const created = await createTopics(admin, [{ name: topic, partitions: 1, replicationFactor: 1 }]);
    const failure = created.get(topic);
    if (!(failure instanceof Error)) return;
    io.print(`Creation of topic ${topic} failed`);
    throw runtimeException(executionText(failure));
  });
}

async function measure(options: LatencyOptions, io: Io): Promise<void> {
  const path = options.value('command-config');
  const base = [
    ...(path === null ? [] : loadProperties(io, path)),
    ['bootstrap.servers', options.value('bootstrap-server') as string],
  ] as [string, string][];
  const consumer = new Consumer(
    new Map([
      ...base,
      ['group.id', `test-group-${io.host.clock.nowMs()}`],
      ['enable.auto.commit', 'false'],
      ['auto.offset.reset', 'latest'],
      ['fetch.max.wait.ms', '0'],
    ]),
    clientHost(io),
  );
  const acks = options.value('producer-acks') as string;
  const producer = new Producer(
    new Map([...base, ['linger.ms', '0'], ['max.block.ms', '9007199254740991'], ['acks', acks]]),
    clientHost(io),
  );
  try {
    await new Latency(options, producer, consumer, io).run();
  } finally {
    await producer.close();
    await consumer.close();
  }
}

interface Sent {
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: readonly RecordHeader[];
}

class Latency {
  private readonly options: LatencyOptions;
  private readonly producer: Producer;
  private readonly consumer: Consumer;
  private readonly io: Io;
  private readonly topic: string;

  constructor(options: LatencyOptions, producer: Producer, consumer: Consumer, io: Io) {
    this.options = options;
    this.producer = producer;
    this.consumer = consumer;
    this.io = io;
    this.topic = options.value('topic') as string;
  }

  async run(): Promise<void> {
    await this.beginAtEnd();
    const count = this.options.value('num-records') as number;
    const latenciesMs = new Float64Array(count);
    for (let index = 0; index < count; index++) {
      const ms = await this.roundTripMs();
      latenciesMs[index] = ms;
      if (index % REPORT_EVERY === 0) this.io.print(`${index}\t${javaDoubleText(ms)}`);
    }
    this.printResults(latenciesMs);
    await this.consumer.commit();
  }

  private async beginAtEnd(): Promise<void> {
    const { consumer, topic } = this;
    const found = await consumer.partitionsFor(topic);
    const partitions = found.map(({ partition }) => ({ topic, partition }));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    for (const partition of partitions) await consumer.position(partition);
  }

  /** Sends a record and waits for its acknowledgement, then for the record. */
  private async roundTripMs(): Promise<number> {
    const { producer, consumer, topic } = this;
    const sent = this.record();
    const { clock } = this.io.host;
    const startMs = clock.monotonicMs();
    const delivery = await producer.send(topic, null, sent.key, sent.value, sent.headers);
    await producer.flush();
    if (delivery.error !== null) throw delivery.error;
    const records = await consumer.poll(POLL_TIMEOUT_MS);
    const elapsedMs = clock.monotonicMs() - startMs;
    const [first] = records;
    if (first === undefined) {
      throw runtimeException(`poll() timed out before finding a result (timeout:[${POLL_TIMEOUT_MS}ms])`);
    }
    const { cursor } = first;
    cursor.next();
    checkSame('key', sent.key, cursor.key());
    checkSame('message', sent.value, cursor.value());
    const count = records.reduce((sum, batch) => sum + batch.count, 0);
    if (count !== 1) throw runtimeException(`Only one result was expected during this test. We found [${count}]`);
    // Each round has microseconds of its own, and no more.
    return Math.round(elapsedMs * 1e6) / 1e6;
  }

  private record(): Sent {
    const { options } = this;
    const keyBytes = options.value('record-key-size') as number;
    const headerKeyBytes = options.value('record-header-key-size') as number;
    const headerBytes = options.value('record-header-size') as number;
    const headers = Array.from({ length: options.value('num-headers') as number }, () => ({
      key: this.letters(headerKeyBytes).toString('latin1'),
      value: headerBytes < 0 ? null : this.letters(headerBytes),
    }));
    return {
      key: keyBytes > 0 ? this.letters(keyBytes) : null,
      value: this.letters(options.value('record-size') as number),
      headers,
    };
  }

  private letters(sizeBytes: number): Buffer {
    const bytes = this.io.host.random.bytes(sizeBytes);
    for (let at = 0; at < sizeBytes; at++) bytes[at] = FIRST_LETTER + ((bytes[at] as number) % LETTERS);
    return bytes;
  }

  private printResults(latenciesMs: Float64Array): void {
    const total = latenciesMs.reduce((sum, ms) => sum + ms, 0);
    this.io.print(`Avg latency: ${(total / latenciesMs.length).toFixed(4)} ms`);
    const sorted = latenciesMs.map(Math.floor).sort();
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] as number;
    this.io.print(`Percentiles: 50th = ${at(0.5)}, 99th = ${at(0.99)}, 99.9th = ${at(0.999)}`);
  }
}

function checkSame(what: string, sent: Buffer | null, read: Buffer | null): void {
  if (sent === null ? read === null : read?.equals(sent)) return;
  throw runtimeException(`The ${what} read [${read}] did not match the ${what} sent [${sent}]`);
}
