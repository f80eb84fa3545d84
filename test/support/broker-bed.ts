import { Broker } from '../../src/broker/broker.js';
import { formatNewDirectories } from '../../src/broker/format-defaults.js';
import { openAdmin } from '../../src/client/admin/admin-client.js';
import { createTopics } from '../../src/client/admin/topics.js';
import type { ClientHost } from '../../src/client/client-config.js';
import type { Cluster } from '../../src/client/cluster.js';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { BrokerConfig } from '../../src/config/broker-config.js';
import { LoopbackNetwork } from '../../src/host/loopback.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeRandom } from '../../src/host/node-random.js';
import { MemoryDisk } from './memory-disk.js';
import { RecordingLogger } from './recording-logger.js';

const PORT = 9092;
const BOOTSTRAP = `localhost:${PORT}`;
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';

const DEFAULTS: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  listeners: `PLAINTEXT://localhost:${PORT},CONTROLLER://localhost:9093`,
  'controller.listener.names': 'CONTROLLER',
  'controller.quorum.voters': '1@localhost:9093',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '2',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.num.partitions': '2',
  'transaction.state.log.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'metadata.max.idle.interval.ms': '0',
  'log.dirs': '/a',
};

/** A broker in this process on a disk in memory, with clients that reach it without a socket. */
export class BrokerBed {
  readonly disk: MemoryDisk;
  readonly logger = new RecordingLogger();
  readonly network = new LoopbackNetwork();
  /** Why the broker gave up, once it did. */
  fatal: string | null = null;
  private readonly config: BrokerConfig;
  private broker: Broker | null = null;
  private readonly closers: (() => Promise<void>)[] = [];

  private constructor(disk: MemoryDisk, config: Readonly<Record<string, string>>) {
    this.disk = disk;
    this.config = new BrokerConfig(new Map(Object.entries({ ...DEFAULTS, ...config })));
  }

  static async start(config: Readonly<Record<string, string>> = {}, disk = new MemoryDisk()): Promise<BrokerBed> {
    const bed = new BrokerBed(disk, config);
    const host = { clock: nodeClock, random: nodeRandom, disk, network: bed.network };
    formatNewDirectories(bed.config, host, CLUSTER_ID);
    bed.broker = await Broker.start({
      config: bed.config,
      host,
      hostName: 'localhost',
      logger: bed.logger,
      onFatal: (reason) => {
        bed.fatal = reason;
      },
    });
    return bed;
  }

  private get clientHost(): ClientHost {
    const { network, logger } = this;
    return { clock: nodeClock, random: nodeRandom, disk: this.disk, network, logger };
  }

  admin(): Cluster {
    const admin = openAdmin(new Map([['bootstrap.servers', BOOTSTRAP]]), this.clientHost);
    this.closers.push(async () => admin.close());
    return admin;
  }

  producer(properties: Readonly<Record<string, string>> = {}): Producer {
    const all = { 'bootstrap.servers': BOOTSTRAP, 'linger.ms': '0', ...properties };
    const producer = new Producer(new Map(Object.entries(all)), this.clientHost);
    this.closers.push(() => producer.close());
    return producer;
  }

  async createTopic(name: string, partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    const topic = { name, partitions, replicationFactor: 1, configs: new Map(Object.entries(configs)) };
    const result = (await createTopics(this.admin(), [topic])).get(name);
    if (result instanceof Error) throw result;
  }

  /** Values of a partition's records, from the beginning. */
  async values(topic: string, partition: number, count: number): Promise<string[]> {
    const properties = { 'bootstrap.servers': BOOTSTRAP, 'auto.offset.reset': 'earliest' };
    const consumer = new Consumer(new Map(Object.entries(properties)), this.clientHost);
    try {
      consumer.assign([{ topic, partition }]);
      const values: string[] = [];
      while (values.length < count) {
        for (const { cursor } of await consumer.poll(1000)) {
          while (cursor.next()) values.push(String(cursor.value()));
        }
      }
      return values;
    } finally {
      await consumer.close();
    }
  }

  async stop(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
    const { broker } = this;
    this.broker = null;
    if (this.fatal === null) await broker?.close();
  }
}
