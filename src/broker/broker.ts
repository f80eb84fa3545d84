import type { Host, Logger, LoggerLevels } from '../base/host.js';
import type { BrokerConfig } from '../config/broker-config.js';
import { supportedRanges } from '../protocol/features.js';
import { assignDirectories, type DirectoryOfReplica } from '../state/controller/assign-directories.js';
import { bootstrapRecords } from '../state/controller/bootstrap.js';
import {
  allocateProducerIds,
  beginControlledShutdown,
  fenceBroker,
  fenceUncleanBroker,
  loseDirectories,
  noteCordonedDirectories,
  registerBroker,
  unfenceBroker,
} from '../state/controller/brokers.js';
import { registerController } from '../state/controller/register-controller.js';
import { FetchSessions } from '../state/fetch/fetch-sessions.js';
import { CONFIG_CLIENT_METRICS, resourceNames } from '../state/metadata/config-resource.js';
import { ClientTelemetry } from '../state/telemetry/client-telemetry.js';
import { connectionRateOf } from './address-quota.js';
import { AutoCreate } from './auto-create.js';
import { BrokerLoggers } from './broker-loggers.js';
import { BrokerMetadata } from './broker-metadata.js';
import { ConfigDescriber } from './config-describer.js';
import { ConnectionLimits } from './connection-limits.js';
import { Controller } from './controller.js';
import { controllerSettings } from './controller-settings.js';
import { Dispatch } from './dispatch.js';
import { checkBrokerChange } from './dynamic-broker-config.js';
import { DynamicSettings } from './dynamic-settings.js';
import { GroupCoordinators } from './group-coordinators.js';
import { groupSettings } from './group-settings.js';
import { BROKER_HANDLERS, CONTROLLER_HANDLERS } from './handlers/index.js';
import { OFFSETS_TOPIC, SHARE_STATE_TOPIC, TRANSACTIONS_TOPIC } from './internal-topics.js';
import { Listener } from './listener.js';
import { LocalSharePersister } from './local-share-persister.js';
import { MetadataTransactions } from './metadata-batch.js';
import { MetadataSnapshots } from './metadata-snapshots.js';
import { type NodeStorage, openNodeStorage, StorageNotReadyError } from './node-storage.js';
import { Partitions } from './partitions.js';
import { type ProducerIdBlock, ProducerIds } from './producer-ids.js';
import { Publisher } from './publisher.js';
import { quorumFacts } from './quorum-facts.js';
import { refuseUnsupported } from './refuse-unsupported.js';
import { type AdvertisedAddress, Registration } from './registration.js';
import { ReplicaMoves } from './replica-moves.js';
import type { BrokerServices } from './services.js';
import { SharePartitions } from './share/share-partitions.js';
import { ShareSettings } from './share/share-settings.js';
import { shareCoordinatorSettings } from './share-coordinator-settings.js';
import { ShareCoordinators } from './share-coordinators.js';
import { StreamsTopics } from './streams-topics.js';
import { effectiveConfig, topicSettings } from './topic-settings.js';
import { TransactionCoordinators } from './transaction-coordinators.js';
import { TransactionMarkers } from './transaction-markers.js';
import { transactionSettings } from './transaction-settings.js';

export interface BrokerOptions {
  readonly config: BrokerConfig;
  readonly host: Host;
  /** For listeners that name no host: what others reach this machine by. */
  readonly hostName: string;
  readonly logger: Logger;
  /** Of the loggers, for those who change them while the node runs. */
  readonly logLevels?: LoggerLevels;
  /** The node cannot go on, and serves nobody any longer: the disk under its metadata, or under all its logs, failed. */
  readonly onFatal?: (reason: string) => void;
}

/** A node that is broker and controller at once: the only voter of its metadata quorum. */
export class Broker {
  private readonly options: BrokerOptions;
  private readonly storage: NodeStorage;
  private readonly registration: Registration;
  private readonly metadata = new BrokerMetadata();
  private readonly controller: Controller;
  private readonly partitions: Partitions;
  private readonly groups: GroupCoordinators;
  private readonly producerIds: ProducerIds;
  private readonly transactionMarkers: TransactionMarkers;
  private readonly transactions: TransactionCoordinators;
  private readonly shareCoordinators: ShareCoordinators;
  private readonly sharePersister: LocalSharePersister;
  private readonly sharePartitions: SharePartitions;
  private readonly publisher: Publisher;
  private readonly replicaMoves: ReplicaMoves;
  private readonly snapshots: MetadataSnapshots;
  private readonly limits: { readonly broker: ConnectionLimits; readonly controller: ConnectionLimits };
  private readonly telemetry: ClientTelemetry;
  private readonly dynamicSettings: DynamicSettings;
  private readonly listeners: Listener[];
  private brokerEpoch = -1;
  /** Why it cannot go on. */
  private fatal: string | null = null;

  private constructor(options: BrokerOptions) {
    const { config, host, logger } = options;
    this.options = options;
    this.storage = openNodeStorage(config, host, logger, (path) => this.onDirectoryFailed(path));
    this.registration = new Registration({
      config,
      random: host.random,
      storage: this.storage,
      hostName: options.hostName,
      portOf: (listener) => this.listeners.find(({ name }) => name === listener)?.port ?? 0,
    });
    this.partitions = new Partitions(this.metadata, config.nodeId);
    const describer = new ConfigDescriber(config);
    this.controller = new Controller({
      log: this.storage.metadataLog,
      settings: controllerSettings(config, describer, () => this.storage.metadataLog.kraftVersion),
      clock: host.clock,
      random: host.random,
      logger,
    });
    const autoCreate = new AutoCreate(this.controller, config, logger);
    this.groups = new GroupCoordinators({
      settings: groupSettings(config),
      metadata: this.metadata,
      clock: host.clock,
      random: host.random,
      logger,
      nodeId: config.nodeId,
      offsetsPartitions: config.get('offsets.topic.num.partitions'),
      createOffsetsTopic: () => void autoCreate.create([OFFSETS_TOPIC]),
    });
    this.producerIds = new ProducerIds(() => this.allocateProducerIds());
    this.transactionMarkers = new TransactionMarkers({
      partitions: this.partitions,
      groups: this.groups,
      clock: host.clock,
      logger,
    });
    this.transactions = new TransactionCoordinators({
      settings: transactionSettings(config),
      timeoutCheckIntervalMs: config.get('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
      metadata: this.metadata,
      markers: this.transactionMarkers,
      producerIds: this.producerIds,
      clock: host.clock,
      random: host.random,
      logger,
      createTransactionsTopic: () => void autoCreate.create([TRANSACTIONS_TOPIC]),
    });
    this.shareCoordinators = new ShareCoordinators({
      settings: shareCoordinatorSettings(config),
      metadata: this.metadata,
      partitions: this.partitions,
      clock: host.clock,
      random: host.random,
      logger,
      createStateTopic: () => void autoCreate.create([SHARE_STATE_TOPIC]),
    });
    this.sharePersister = new LocalSharePersister(this.shareCoordinators, config.nodeId, host.clock);
    this.sharePartitions = new SharePartitions({
      settings: new ShareSettings(config, this.metadata.image),
      partitions: this.partitions,
      persister: this.sharePersister,
      metadata: this.metadata,
      clock: host.clock,
      logger,
    });
    this.publisher = new Publisher({
      config,
      dirs: this.storage.dirs,
      directoryIds: this.storage.directoryIds,
      partitions: this.partitions,
      clock: host.clock,
      logger,
      image: () => this.metadata.image,
      onLeader: (partition) => {
        this.groups.onLeader(partition);
        this.transactions.onLeader(partition);
        this.shareCoordinators.onLeader(partition);
      },
      onResign: (partition) => {
        this.groups.onResign(partition);
        this.transactions.onResign(partition);
        this.shareCoordinators.onResign(partition);
        this.sharePartitions.onResign(partition);
      },
      onTopicsDeleted: (topics) => {
        this.groups.onTopicsDeleted(topics);
        this.shareCoordinators.onTopicsDeleted(topics);
      },
      onPlaced: (replicas) => this.inBackground(this.assign(replicas)),
    });
    this.replicaMoves = new ReplicaMoves({
      dirs: this.storage.dirs,
      partitions: this.partitions,
      clock: host.clock,
      logger,
      assign: ({ topicId, index: partition }, path) =>
        this.assign([{ topicId, partition, directoryId: this.storage.directoryIds.get(path) ?? '' }]),
    });
    this.snapshots = new MetadataSnapshots({
      log: this.storage.metadataLog,
      image: this.metadata.image,
      clock: host.clock,
      logger,
      maxBytesBetween: config.get('metadata.log.max.record.bytes.between.snapshots'),
      maxIntervalMs: config.get('metadata.log.max.snapshot.interval.ms'),
      retention: { bytes: config.get('metadata.max.retention.bytes'), ms: config.get('metadata.max.retention.ms') },
    });
    const rateOfAddress = (address: string) => connectionRateOf(address, this.metadata.image);
    this.limits = {
      broker: new ConnectionLimits(config, rateOfAddress),
      controller: new ConnectionLimits(config, rateOfAddress),
    };
    this.telemetry = new ClientTelemetry(config.get('telemetry.max.bytes'));
    this.dynamicSettings = new DynamicSettings({ ...this.storage, config, limits: Object.values(this.limits) });
    this.listeners = this.makeListeners(describer, autoCreate);
  }

  /** @throws UnsupportedConfigError, StorageNotReadyError, LogDirectoryInUseError, NetworkError, CorruptLogError: what keeps it from starting. */
  static async start(options: BrokerOptions): Promise<Broker> {
    refuseUnsupported(options.config);
    const broker = new Broker(options);
    try {
      await broker.start();
      return broker;
    } catch (error) {
      await broker.abandon();
      throw error;
    }
  }

  get clusterId(): string {
    return this.storage.clusterId;
  }

  /** Name, host and real port of each listener for clients. */
  get endpoints(): readonly AdvertisedAddress[] {
    return this.registration.brokerAddresses;
  }

  /** Controlled shutdown: partitions are given up, logs are closed whole, and the next start need not recover. */
  async close(): Promise<void> {
    const { nodeId } = this.options.config;
    await this.controller.run((call, context) => beginControlledShutdown(call, nodeId, context));
    await this.controller.run((call, context) => fenceBroker(call, nodeId, context));
    await this.stopServing();
    await this.storage.metadataLog.close();
    await this.storage.dirs.close(this.brokerEpoch);
  }

  /** The node goes on with the directories that are left; without its metadata, or any of them, it cannot. */
  private onDirectoryFailed(path: string): void {
    const { config, logger } = this.options;
    const { dirs, directoryIds } = this.storage;
    const isMetadata = path === config.metadataLogDir;
    if (isMetadata || dirs.directories.every(({ isOnline }) => !isOnline)) {
      const reason = isMetadata
        ? `Shutdown broker because the log dir with the metadata log, ${path}, has failed`
        : `Shutdown broker because all log dirs in ${config.logDirs.join(', ')} have failed`;
      logger.error(reason);
      this.fatal = reason;
      // Whoever starts it is told by the start itself.
      if (this.brokerEpoch < 0) return;
      this.inBackground(this.abandon());
      this.options.onFatal?.(reason);
      return;
    }
    const id = directoryIds.get(path);
    logger.warn(`Stopping serving replicas in dir ${path} with uuid ${id} because the log directory has failed.`);
    this.publisher.onDirectoryFailed(path);
    if (id === undefined || this.brokerEpoch < 0) return;
    this.inBackground(this.controller.run((call, context) => loseDirectories(call, config.nodeId, [id], context)));
  }

  private async assign(replicas: readonly DirectoryOfReplica[]): Promise<void> {
    const { nodeId } = this.options.config;
    // The controller takes over what is being published now only when all have seen it.
    await null;
    await this.controller.run((call, context) => assignDirectories(call, nodeId, replicas, context));
  }

  private async noteCordoned(): Promise<void> {
    const { nodeId } = this.options.config;
    // As `assign` does.
    await null;
    const cordoned = this.dynamicSettings.cordonedDirectories(this.metadata.image);
    await this.controller.run((call, context) => noteCordonedDirectories(call, nodeId, cordoned, context, false));
  }

  private async start(): Promise<void> {
    const { config, logger } = this.options;
    const { metadataLog, dirs } = this.storage;
    await this.bind();
    await this.loadMetadata();
    await metadataLog.lead(this.registration.voter());
    if (this.controller.image.featureLevel('metadata.version') === 0) {
      const records = bootstrapRecords(this.storage.bootstrapRecords, config.get('min.insync.replicas'));
      await this.controller.run((call) => ({ records, replies: [{ call, response: null }], timers: [] }));
    }
    this.snapshots.start();
    metadataLog.keepAlive(config.get('metadata.max.idle.interval.ms'));
    await this.controller.run((call) => registerController(call, this.registration.controller()));
    const { image } = this.metadata;
    const effective = effectiveConfig(config, image);
    await dirs.load((topic) => topicSettings(topic, effective, image));
    if (this.fatal !== null) throw new StorageNotReadyError(this.fatal);
    await this.register();
    this.dynamicSettings.apply(image);
    this.publisher.publishAll(image);
    this.replicaMoves.configure(image, config.nodeId);
    this.replicaMoves.resume();
    this.takeSubscriptions(image.configs.keys());
    this.metadata.subscribe((delta, changed) => {
      this.takeSubscriptions(delta.changedConfigs);
      if (this.dynamicSettings.isTouched(delta)) {
        this.dynamicSettings.apply(changed);
        this.inBackground(this.noteCordoned());
      }
      this.publisher.publish(delta, changed);
      this.replicaMoves.configure(changed, config.nodeId);
    });
    const cordoned = this.dynamicSettings.cordonedDirectories(image);
    await this.controller.run((call, context) => noteCordonedDirectories(call, config.nodeId, cordoned, context));
    await this.controller.run((call, context) => unfenceBroker(call, config.nodeId, context));
    for (const listener of this.listeners) listener.serve();
    logger.debug(`Listening on ${this.endpoints.map(({ host: name, port }) => `${name}:${port}`).join(', ')}`);
  }

  /** Of telemetry. @param keys of config resources that are new, changed or gone */
  private takeSubscriptions(keys: Iterable<string>): void {
    const { image } = this.metadata;
    for (const name of resourceNames(keys, CONFIG_CLIENT_METRICS)) {
      this.telemetry.subscriptions.configure(name, image.configsOf(CONFIG_CLIENT_METRICS, name));
    }
  }

  /** All of them have settled when one fails, so that what was bound can be let go. */
  private async bind(): Promise<void> {
    const bound = await Promise.allSettled(this.listeners.map((listener) => listener.bind()));
    for (const result of bound) if (result.status === 'rejected') throw result.reason;
  }

  private async loadMetadata(): Promise<void> {
    const transactions = new MetadataTransactions();
    for await (const { records, lastOffset } of this.storage.metadataLog.load()) {
      this.controller.replay(records);
      this.metadata.apply(transactions.apply(records), lastOffset);
    }
    this.storage.metadataLog.subscribe(({ records, lastOffset }) => {
      this.metadata.apply(transactions.apply(records), lastOffset);
    });
  }

  private async register(): Promise<void> {
    const { config } = this.options;
    await this.controller.run((call, context) => fenceUncleanBroker(call, config.nodeId, context));
    const request = this.registration.broker(this.storage.dirs.previousBrokerEpoch);
    const { brokerEpoch } = await this.controller.run<{ brokerEpoch: number }>((call, context, nextOffset) =>
      registerBroker(call, request, nextOffset, context),
    );
    this.brokerEpoch = brokerEpoch;
  }

  private makeListeners(describer: ConfigDescriber, autoCreate: AutoCreate): Listener[] {
    const { buffers } = this.storage;
    const { config, host, logger } = this.options;
    const brokerDispatch = new Dispatch(BROKER_HANDLERS, buffers);
    const controllerDispatch = new Dispatch(CONTROLLER_HANDLERS, buffers);
    const controllerNames = new Set(config.controllerListeners.map(({ listener }) => listener));
    const dispatchOf = (listener: string) => (controllerNames.has(listener) ? controllerDispatch : brokerDispatch);
    const services = this.makeServices(describer, autoCreate, (listener) => dispatchOf(listener).offered);
    return config.listeners.map(({ listener, host: address, port }) => {
      return new Listener({
        name: listener,
        host: address ?? '',
        port,
        network: host.network,
        clock: host.clock,
        logger,
        services,
        buffers,
        dispatch: dispatchOf(listener),
        maxRequestBytes: config.get('socket.request.max.bytes'),
        maxIdleMs: config.get('connections.max.idle.ms'),
        limits: controllerNames.has(listener) ? this.limits.controller : this.limits.broker,
      });
    });
  }

  private makeServices(
    configs: ConfigDescriber,
    autoCreate: AutoCreate,
    offeredApis: BrokerServices['offeredApis'],
  ): BrokerServices {
    const { config, host, logger } = this.options;
    const { metadataLog, clusterId, dirs } = this.storage;
    const quorumListener = config.controllerListeners[0]?.listener ?? '';
    return {
      nodeId: config.nodeId,
      clusterId,
      settings: {
        autoCreateTopics: config.get('auto.create.topics.enable'),
        maxRequestPartitions: config.get('max.request.partition.size.limit'),
        addPartitionsBackoffMs: config.get('add.partitions.to.txn.retry.backoff.ms'),
        addPartitionsRetryMs: Math.min(
          config.get('add.partitions.to.txn.retry.backoff.max.ms'),
          config.get('request.timeout.ms'),
        ),
        fetchMaxBytes: config.get('fetch.max.bytes'),
      },
      metadata: this.metadata,
      controller: this.controller,
      quorum: quorumFacts(metadataLog, this.registration, quorumListener),
      partitions: this.partitions,
      dirs,
      replicaMoves: this.replicaMoves,
      groups: this.groups,
      transactions: this.transactions,
      transactionMarkers: this.transactionMarkers,
      shareCoordinators: this.shareCoordinators,
      sharePersister: this.sharePersister,
      sharePartitions: this.sharePartitions,
      streamsTopics: new StreamsTopics({
        controller: this.controller,
        clock: host.clock,
        logger,
        timeoutMs: config.get('request.timeout.ms'),
      }),
      fetchSessions: new FetchSessions(config.get('max.incremental.fetch.session.cache.slots')),
      telemetry: this.telemetry,
      producerIds: this.producerIds,
      configs,
      clock: host.clock,
      random: host.random,
      logger,
      loggers: new BrokerLoggers(config.nodeId, this.options.logLevels ?? null),
      supportedFeatures: supportedRanges(),
      offeredApis,
      checkBrokerChange: (name, changed) => checkBrokerChange(name, changed, config, this.controller.image),
      hasStreamsGroups: () =>
        config.get('group.coordinator.rebalance.protocols').includes('streams') &&
        this.metadata.image.featureLevel('streams.version') > 0,
      verifiesTransactions: () =>
        effectiveConfig(config, this.metadata.image).get('transaction.partition.verification.enable'),
      autoCreateTopics: (names) => autoCreate.create(names),
    };
  }

  private async allocateProducerIds(): Promise<ProducerIdBlock> {
    const { nodeId } = this.options.config;
    const block = await this.controller.run<{ producerIdStart: number; producerIdLen: number }>((call, context) =>
      allocateProducerIds(call, nodeId, this.brokerEpoch, context),
    );
    return { first: block.producerIdStart, count: block.producerIdLen };
  }

  private inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.options.logger.error('Unexpected error in the background', error));
  }

  /** Nobody gets an answer any more, and nothing goes on by itself. */
  private async stopServing(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
    this.publisher.close();
    this.transactions.close();
    this.groups.close();
    this.sharePartitions.close();
    this.sharePersister.close();
    this.shareCoordinators.close();
    this.replicaMoves.close();
    this.snapshots.close();
    this.controller.close();
  }

  private async abandon(): Promise<void> {
    await this.stopServing();
    this.storage.metadataLog.abandon();
    this.storage.dirs.abandon();
  }
}
