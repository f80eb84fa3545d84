import { BufferPool } from '../base/buffer-pool.js';
import type { Host, Logger } from '../base/host.js';
import { METADATA_TOPIC_ID } from '../base/uuid.js';
import type { BrokerConfig } from '../config/broker-config.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { MetadataImage } from '../state/metadata/image.js';
import { AtomicFile } from '../storage/atomic-file.js';
import { LogDirs } from '../storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from '../storage/log-options.js';
import { checkMetaProperties, type MetaProperties, readMetaProperties } from '../storage/meta-properties.js';
import { cleanerSettings } from './cleaner-settings.js';
import { decodeMetadataBatches } from './metadata-batch.js';
import { MetadataLog } from './metadata-log.js';
import { newestSnapshot, removeLeftovers } from './snapshot-directory.js';
import { effectiveConfig, topicSettings } from './topic-settings.js';

/** Of memory for requests and reads that nobody uses now. */
const FREE_BUFFER_BYTES = 16 * 1024 * 1024;
const METADATA_DIRECTORY = '__cluster_metadata-0';

/** Why a node cannot start on its directories; the message is for the person who starts it. */
export class StorageNotReadyError extends Error {
  override readonly name = 'StorageNotReadyError';
}

/** What the directories say about the node. */
export interface NodeStorage {
  readonly clusterId: string;
  /** Ids by path of the log directory. */
  readonly directoryIds: ReadonlyMap<string, string>;
  readonly dirs: LogDirs;
  /** Memory of requests and of records that are read. */
  readonly buffers: BufferPool;
  readonly metadataLog: MetadataLog;
  /** What was chosen when the storage was formatted. */
  readonly bootstrapRecords: readonly MetadataRecord[];
}

/**
 * Checks and locks the node's directories and opens its metadata log.
 *
 * @param onDirectoryFailed is told of the path of a log directory whose disk fails later on, once each
 * @throws StorageNotReadyError, MetaPropertiesError
 */
export function openNodeStorage(
  config: BrokerConfig,
  host: Host,
  logger: Logger,
  onDirectoryFailed: (path: string) => void,
): NodeStorage {
  const facts = readDirectories(config, host);
  const buffers = new BufferPool(FREE_BUFFER_BYTES);
  const dirs = LogDirs.open({
    buffers,
    disk: host.disk,
    clock: host.clock,
    random: host.random,
    logger,
    paths: config.logDirs,
    onOffline: onDirectoryFailed,
    defaults: topicSettings('', effectiveConfig(config, new MetadataImage()), new MetadataImage()),
    producerIdExpirationMs: config.get('producer.id.expiration.ms'),
    highWatermarkIntervalMs: config.get('replica.high.watermark.checkpoint.interval.ms'),
    recoveryPointIntervalMs: config.get('log.flush.offset.checkpoint.interval.ms'),
    logStartIntervalMs: config.get('log.flush.start.offset.checkpoint.interval.ms'),
    retentionIntervalMs: config.get('log.retention.check.interval.ms'),
    initialTaskDelayMs: config.get('log.initial.task.delay.ms'),
    cleaner: config.get('log.cleaner.enable') ? cleanerSettings(config) : null,
  });
  try {
    const metadataLog = openMetadataLog(config, host, logger, dirs);
    const bootstrap = host.disk.readWhole(`${config.metadataLogDir}/bootstrap.checkpoint`);
    const bootstrapRecords = [...decodeMetadataBatches(bootstrap)].flatMap((batch) => batch.records);
    return { ...facts, dirs, buffers, metadataLog, bootstrapRecords };
  } catch (error) {
    // The directories are locked by now.
    dirs.abandon();
    throw error;
  }
}

function openMetadataLog(config: BrokerConfig, host: Host, logger: Logger, dirs: LogDirs): MetadataLog {
  const directory = `${config.metadataLogDir}/${METADATA_DIRECTORY}`;
  const log = dirs.openMetadataLog(config.metadataLogDir, metadataLogOptions(config));
  log.setTopicId(METADATA_TOPIC_ID);
  removeLeftovers(host.disk, directory);
  const snapshot = newestSnapshot(host.disk, directory);
  if (log.logStartOffset > (snapshot?.offset ?? 0)) {
    const until =
      snapshot === null ? 'there is no snapshot' : `the newest snapshot ends before offset ${snapshot.offset}`;
    throw new StorageNotReadyError(
      `The metadata log in ${directory} begins at offset ${log.logStartOffset}, but ${until}: metadata between them is ` +
        'lost. Put the missing .checkpoint file back, or restore the directory from a backup.',
    );
  }
  return new MetadataLog({
    log,
    disk: host.disk,
    directory,
    quorumStateFile: new AtomicFile(host.disk, `${directory}/quorum-state`),
    nodeId: config.nodeId,
    snapshot,
    clock: host.clock,
    logger,
  });
}

/** Index files of the metadata log are preallocated with 10 MiB whatever the broker's setting. */
function metadataLogOptions(config: BrokerConfig): LogOptions {
  return {
    ...DEFAULT_LOG_OPTIONS,
    segmentBytes: config.get('metadata.log.segment.bytes'),
    segmentMs: config.get('metadata.log.segment.ms'),
    deletes: false,
  };
}

function readDirectories(config: BrokerConfig, host: Host): { clusterId: string; directoryIds: Map<string, string> } {
  const found = new Map<string, MetaProperties>();
  for (const path of new Set([...config.logDirs, config.metadataLogDir])) {
    const properties = readMetaProperties(host.disk, path);
    if (properties === null) {
      throw new StorageNotReadyError(
        `No \`meta.properties\` found in ${path} (have you run \`kafka-storage.sh\` to format the directory?)`,
      );
    }
    found.set(path, properties);
  }
  checkMetaProperties(found, null, config.nodeId);
  const directoryIds = new Map<string, string>();
  for (const [path, { directoryId }] of found) if (directoryId !== null) directoryIds.set(path, directoryId);
  const [first] = found.values();
  return { clusterId: first?.clusterId ?? '', directoryIds };
}
