import { javaDoubleText } from '../../base/java-number-text.js';
import { ClientClosedError } from '../../client/client-errors.js';
import type { Delivery } from '../../client/producer/delivery.js';
import { Producer } from '../../client/producer/producer.js';
import { clientHost } from '../connect-to.js';
import { JsonDouble, printEvent } from '../format/event-lines.js';
import { javaClassOf, javaMessageOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { parseOrHelp } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { integer, long, text } from '../options/option-rows.js';
import type { OptionSet } from '../options/option-set.js';
import { Pace } from '../pace.js';
import { constructed } from './console-consumer/construction.js';
import { fileProperties } from './verifiable-clients/config-file.js';
import {
  bootstrapServer,
  CONNECTION_GROUPS,
  CONNECTION_SECTIONS,
  configFile,
  OLD_CONFIG_FILE,
  recordLimit,
} from './verifiable-clients/options.js';

export const TOOL = {
  prog: 'verifiable-producer',
  description:
    'Sends rising numbers to a topic and prints a line of JSON for each, so that others can tell what was acknowledged and what was not.',
  options: {
    topic: text('', 'The topic to send to.', { required: true, completes: 'topic' }),
    'max-messages': integer('MAX-MESSAGES', 'How many records to send; -1 for no end.', { default: '-1' }),
    throughput: integer('', 'How many records to send a second, roughly; below 0 for as many as go.', {
      default: '-1',
    }),
    acks: integer('ACKS', 'Whose word counts: 0 nobody, 1 the leader, -1 all replicas in sync.', {
      default: '-1',
      choices: ['0', '1', '-1'],
    }),
    'producer.config': OLD_CONFIG_FILE,
    'message-create-time': long('CREATE-TIME', 'Timestamps begin here: milliseconds since 1970.', { default: '-1' }),
    'value-prefix': integer('VALUE-PREFIX', 'Stands before each number, with a dot between.'),
    'repeating-keys': integer('REPEATING-KEYS', 'Keys go from 0 up to this number, and then begin again at 0.'),
    'command-config': configFile('A file with properties of the producer, which go before the options.'),
    'bootstrap-server': bootstrapServer({}, 'REQUIRED: '),
  },
  groups: CONNECTION_GROUPS,
  sections: CONNECTION_SECTIONS,
};

type Options = OptionSet<(typeof TOOL)['options']>;

/** kafka-verifiable-producer: sends numbers, and tells what became of each. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseOrHelp(TOOL, argv, usageWidth(io.env.COLUMNS));
  const properties = producerProperties(options, io);
  const producer = constructed('kafka producer', () => new Producer(properties, clientHost(io)));
  await new VerifiableProducer(options, producer, io).run();
  return 0;
}

/** Nothing is sent twice, so that all that is read twice shows. */
function producerProperties(options: Options, io: Io): Map<string, string> {
  const old = { name: 'producer.config', path: options.value('producer.config') };
  const ofFile = fileProperties(TOOL, io, options.value('command-config'), old);
  return new Map([
    ['bootstrap.servers', options.value('bootstrap-server') as string],
    ['acks', String(options.value('acks'))],
    ['retries', '0'],
    ...ofFile,
  ]);
}

class VerifiableProducer {
  private readonly options: Options;
  private readonly producer: Producer;
  private readonly io: Io;
  private readonly pace: Pace;
  private readonly startMs: number;
  private readonly throughput: number;
  /** The values of the records of each batch under way, by their place in it. */
  private readonly sent = new Map<Delivery, string[]>();
  private readonly keys = new Map<Delivery, (string | null)[]>();
  private timestamp: number;
  private sentCount = 0;
  private ackedCount = 0;
  private isStopped = false;

  constructor(options: Options, producer: Producer, io: Io) {
    this.options = options;
    this.producer = producer;
    this.io = io;
    this.startMs = this.nowMs();
    this.throughput = options.value('throughput') as number;
    this.timestamp = options.value('message-create-time') as number;
    this.pace = new Pace(io.host.clock, this.throughput);
    io.onStop(() => {
      this.isStopped = true;
      this.pace.stop();
      // A topic that is not there is waited for no longer.
      void producer.close();
    });
  }

  async run(): Promise<void> {
    printEvent(this.io, 'startup_complete');
    const mostRecords = recordLimit(this.options.value('max-messages'));
    for (let index = 0; index < mostRecords && !this.isStopped; index++) {
      await this.send(this.keyOf(index), this.valueOf(index));
      await this.pace.wait(index);
    }
    await this.producer.close();
    printEvent(this.io, 'shutdown_complete');
    const elapsedMs = Math.max(1, this.nowMs() - this.startMs);
    printEvent(this.io, 'tool_data', {
      sent: this.sentCount,
      acked: this.ackedCount,
      target_throughput: this.throughput,
      avg_throughput: new JsonDouble(javaDoubleText((this.ackedCount * 1000) / elapsedMs)),
    });
  }

  private nowMs(): number {
    return Math.round(this.io.host.clock.monotonicMs());
  }

  private keyOf(index: number): string | null {
    const count = this.options.value('repeating-keys');
    if (count === null) return null;
    return String(count > 0 ? index % count : index);
  }

  private valueOf(index: number): string {
    const prefix = this.options.value('value-prefix');
    return prefix === null ? String(index) : `${prefix}.${index}`;
  }

  private async send(key: string | null, value: string): Promise<void> {
    const topic = this.options.value('topic') as string;
    this.sentCount++;
    try {
      const keyBytes = key === null ? null : Buffer.from(key);
      const delivery = await this.producer.send(topic, null, keyBytes, Buffer.from(value), undefined, this.nextTime());
      const values = this.sent.get(delivery);
      if (values === undefined) this.begin(delivery, key, value);
      else {
        values.push(value);
        this.keys.get(delivery)?.push(key);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!(error instanceof ClientClosedError)) this.failed(error, key, value);
    }
  }

  /** Undefined for the time of sending. Given times go on as the clock does. */
  private nextTime(): number | undefined {
    if (this.timestamp <= 0) return undefined;
    const time = this.timestamp;
    this.timestamp += this.nowMs() - this.startMs;
    return time;
  }

  private begin(delivery: Delivery, key: string | null, value: string): void {
    this.sent.set(delivery, [value]);
    this.keys.set(delivery, [key]);
    delivery.onSettled(() => this.settled(delivery));
  }

  private settled(delivery: Delivery): void {
    const values = this.sent.get(delivery) ?? [];
    const keys = this.keys.get(delivery) ?? [];
    this.sent.delete(delivery);
    this.keys.delete(delivery);
    const { topic, partition } = delivery;
    for (const [index, value] of values.entries()) {
      const key = keys[index] ?? null;
      const error = delivery.partOf(index)?.error ?? null;
      if (error !== null) {
        this.failed(error, key, value);
        continue;
      }
      this.ackedCount++;
      printEvent(this.io, 'producer_send_success', { key, value, offset: delivery.offsetOf(index), topic, partition });
    }
  }

  private failed(error: Error, key: string | null, value: string): void {
    const topic = this.options.value('topic') as string;
    const exception = `class ${javaClassOf(error) || 'org.apache.kafka.common.KafkaException'}`;
    printEvent(this.io, 'producer_send_error', { topic, key, value, exception, message: javaMessageOf(error) });
  }
}
