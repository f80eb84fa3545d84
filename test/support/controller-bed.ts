import type { CallId } from '../../src/base/machine.js';
import { LATEST_PRODUCTION, METADATA_VERSION } from '../../src/protocol/features.js';
import type { BrokerRegistrationRequest } from '../../src/protocol/generated/broker-registration.js';
import type { MetadataRecord } from '../../src/protocol/generated/metadata-records.js';
import { noteCordonedDirectories, registerBroker, unfenceBroker } from '../../src/state/controller/brokers.js';
import type { Decision } from '../../src/state/controller/decision.js';
import type { ControllerContext, ControllerSettings } from '../../src/state/controller/settings.js';
import { MetadataDelta } from '../../src/state/metadata/delta.js';
import { MetadataImage } from '../../src/state/metadata/image.js';

const SETTINGS: ControllerSettings = {
  nodeId: 1,
  minInsyncReplicas: () => 1,
  electsUncleanly: () => false,
  isAddress: (text) => text === 'localhost' || /^[0-9.:]+$/.test(text),
  kraftVersion: () => 0,
  numPartitions: 2,
  defaultReplicationFactor: 1,
  deleteTopicEnabled: true,
  configProblem: (_type, _name, configs) =>
    configs.has('unknown.key') ? 'Unknown topic config name: unknown.key' : null,
  defaultList: (_type, name) => (name === 'cleanup.policy' ? 'delete' : null),
  effectiveTopicConfigs: () => [],
};

/** A controller's commands on an image, with the records of each kept. */
export class ControllerBed {
  readonly image = new MetadataImage();
  readonly records: MetadataRecord[] = [];
  readonly settings: ControllerSettings;
  lastDelta = new MetadataDelta();
  private nextId = 1;

  constructor(settings: Partial<ControllerSettings> = {}) {
    this.settings = { ...SETTINGS, ...settings };
    const value = { name: METADATA_VERSION, featureLevel: LATEST_PRODUCTION };
    this.records.push({ type: 'FeatureLevelRecord', version: 0, value });
    for (const record of this.records) this.image.replay(record, this.lastDelta);
  }

  get context(): ControllerContext {
    return {
      nowMs: 0,
      image: this.image,
      settings: this.settings,
      newId: () => Buffer.from(String(this.nextId++).padStart(16, '0')).toString('base64url'),
      fraction: () => 0,
    };
  }

  /** The response, and what was recorded for it. */
  run<Response>(command: (call: CallId, context: ControllerContext) => Decision): {
    response: Response;
    records: readonly MetadataRecord[];
  } {
    const { records, replies } = command(1, this.context);
    this.lastDelta = new MetadataDelta();
    for (const record of records) this.image.replay(record, this.lastDelta);
    this.records.push(...records);
    return { response: replies[0]?.response as Response, records };
  }

  register(brokerId: number, previousBrokerEpoch = -1): readonly MetadataRecord[] {
    const request: BrokerRegistrationRequest = {
      brokerId,
      clusterId: 'cluster',
      incarnationId: 'AAAAAAAAAAAAAAAAAAAAAg',
      listeners: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 0 }],
      features: [],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: [directoryOf(brokerId)],
      previousBrokerEpoch,
    };
    return this.run((call, context) => registerBroker(call, request, this.records.length, context)).records;
  }

  /** Registered and up. */
  addBroker(brokerId: number): void {
    this.register(brokerId);
    this.run((call, context) => noteCordonedDirectories(call, brokerId, [], context));
    this.run((call, context) => unfenceBroker(call, brokerId, context));
  }
}

export const directoryOf = (brokerId: number): string =>
  Buffer.from(`directory-${brokerId}`.padEnd(16)).toString('base64url');

/** Types and what is said of partitions and brokers, in few words. */
export function brief(records: readonly MetadataRecord[]): string[] {
  return records.map((record) => {
    switch (record.type) {
      case 'PartitionChangeRecord': {
        const { isr, leader, eligibleLeaderReplicas, lastKnownElr, leaderRecoveryState } = record.value;
        const said = { isr, leader, elr: eligibleLeaderReplicas, lastElr: lastKnownElr, recovery: leaderRecoveryState };
        const kept = Object.entries(said).filter(([, value]) => value !== null && value !== -2);
        const parts = kept
          .filter(([key, value]) => key !== 'recovery' || value !== -1)
          .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
        return `PartitionChange ${parts.join(' ')}`;
      }
      case 'BrokerRegistrationChangeRecord': {
        const { fenced, inControlledShutdown, cordonedLogDirs } = record.value;
        const cordoned = cordonedLogDirs === null ? '' : ` cordoned=${JSON.stringify(cordonedLogDirs)}`;
        return `BrokerRegistrationChange v${record.version} fenced=${fenced} shutdown=${inControlledShutdown}${cordoned}`;
      }
      default:
        return `${record.type.replace(/Record$/, '')} v${record.version}`;
    }
  });
}
