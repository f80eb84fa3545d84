import type { Clock, Logger, Random } from '../base/host.js';
import type { ErrorName } from '../protocol/errors.js';
import type { FetchSessions } from '../state/fetch/fetch-sessions.js';
import type { ClientTelemetry } from '../state/telemetry/client-telemetry.js';
import type { LogDirs } from '../storage/log-dirs.js';
import type { BrokerLoggers } from './broker-loggers.js';
import type { BrokerMetadata } from './broker-metadata.js';
import type { ConfigDescriber } from './config-describer.js';
import type { Controller } from './controller.js';
import type { OfferedApi } from './dispatch.js';
import type { GroupCoordinators } from './group-coordinators.js';
import type { Partitions } from './partitions.js';
import type { ProducerIds } from './producer-ids.js';
import type { QuorumFacts } from './quorum-facts.js';
import type { ReplicaMoves } from './replica-moves.js';
import type { SharePartitions } from './share/share-partitions.js';
import type { ShareCoordinators } from './share-coordinators.js';
import type { SharePersister } from './share-persister.js';
import type { StreamsTopics } from './streams-topics.js';
import type { TransactionCoordinators } from './transaction-coordinators.js';
import type { TransactionMarkers } from './transaction-markers.js';

/** What handlers take from the node's configuration. */
export interface HandlerSettings {
  readonly autoCreateTopics: boolean;
  /** max.request.partition.size.limit */
  readonly maxRequestPartitions: number;
  /** add.partitions.to.txn.retry.backoff.ms */
  readonly addPartitionsBackoffMs: number;
  /** add.partitions.to.txn.retry.backoff.max.ms, within request.timeout.ms */
  readonly addPartitionsRetryMs: number;
  /** fetch.max.bytes */
  readonly fetchMaxBytes: number;
}

/** Everything that a handler may use. */
export interface BrokerServices {
  readonly nodeId: number;
  readonly clusterId: string;
  readonly settings: HandlerSettings;
  readonly metadata: BrokerMetadata;
  readonly controller: Controller;
  readonly quorum: QuorumFacts;
  readonly partitions: Partitions;
  readonly dirs: LogDirs;
  readonly replicaMoves: ReplicaMoves;
  readonly groups: GroupCoordinators;
  readonly transactions: TransactionCoordinators;
  readonly transactionMarkers: TransactionMarkers;
  readonly shareCoordinators: ShareCoordinators;
  /** Where the state of share partitions is kept. */
  readonly sharePersister: SharePersister;
  readonly streamsTopics: StreamsTopics;
  readonly fetchSessions: FetchSessions;
  readonly sharePartitions: SharePartitions;
  readonly telemetry: ClientTelemetry;
  readonly producerIds: ProducerIds;
  readonly configs: ConfigDescriber;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly loggers: BrokerLoggers;
  readonly supportedFeatures: readonly { name: string; minVersion: number; maxVersion: number }[];
  /** What ApiVersions lists on this listener: exactly the APIs that have a handler. */
  offeredApis(listener: string): readonly OfferedApi[];
  /** @throws KafkaError when this broker, or all of them (an empty name), cannot be set to that */
  checkBrokerChange(resourceName: string, changed: ReadonlyMap<string, string>): void;
  /** Whether the cluster and this broker have the protocol of streams groups (KIP-1071). */
  hasStreamsGroups(): boolean;
  /** transaction.partition.verification.enable, as it is now. */
  verifiesTransactions(): boolean;
  /** Begins to make the topics; names that cannot be made are given back with their error. */
  autoCreateTopics(names: readonly string[]): Map<string, ErrorName>;
}
