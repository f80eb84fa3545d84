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
import { LATEST_PRODUCTION } from '../../src/protocol/features.js';
import type { MetadataRecord } from '../../src/protocol/generated/metadata-records.js';
import { formatDirectory } from '../../src/storage/format-directory.js';
import { newDirectoryId } from '../../src/storage/meta-properties.js';
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

  /** @param features levels that a new cluster begins with, where they are not the newest */
  static async start(
    config: Readonly<Record<string, string>> = {},
    disk = new MemoryDisk(),
    features: Readonly<Record<string, number>> = {},
  ): Promise<BrokerBed> {
    const bed = new BrokerBed(disk, config);
    const host = { clock: nodeClock, random: nodeRandom, disk, network: bed.network };
    if (Object.keys(features).length > 0) bed.format(features);
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

  private format(features: Readonly<Record<string, number>>): void {
    const directory = this.config.metadataLogDir;
    if (this.disk.stat(`${directory}/meta.properties`) !== null) return;
    const records: MetadataRecord[] = Object.entries({ 'metadata.version': LATEST_PRODUCTION, ...features }).map(
      ([name, featureLevel]) => ({ type: 'FeatureLevelRecord', version: 0, value: { name, featureLevel } }),
    );
    const { nodeId } = this.config;
    const properties = { version: 1, clusterId: CLUSTER_ID, nodeId, directoryId: newDirectoryId(nodeRandom) } as const;
    formatDirectory(
      { disk: this.disk, clock: nodeClock, random: nodeRandom, network: this.network },
      { directory, properties, records, quorum: null },
    );
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
  async values(
    topic: string,
    partition: number,
    count: number,
    properties: Readonly<Record<string, string>> = {},
  ): Promise<string[]> {
    const all = { 'bootstrap.servers': BOOTSTRAP, 'auto.offset.reset': 'earliest', ...properties };
    const consumer = new Consumer(new Map(Object.entries(all)), this.clientHost);
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
