import { ZERO_UUID } from '../base/bytes.js';
import type { Random } from '../base/host.js';
import { javaHash } from '../base/java-hash.js';
import { inHashOrder } from '../base/java-hash-order.js';
import { randomUuid } from '../base/uuid.js';
import type { BrokerConfig } from '../config/broker-config.js';
import type { Endpoint } from '../config/endpoint.js';
import { supportedRanges } from '../protocol/features.js';
import type { BrokerRegistrationRequest } from '../protocol/generated/broker-registration.js';
import type { QuorumVoter } from '../storage/snapshot-file.js';
import type { NodeStorage } from './node-storage.js';

const PROTOCOL_CODES = { PLAINTEXT: 0, SSL: 1, SASL_PLAINTEXT: 2, SASL_SSL: 3 } as const;

export interface RegistrationOptions {
  readonly config: BrokerConfig;
  readonly random: Random;
  readonly storage: NodeStorage;
  /** For listeners that name no host: what others reach this machine by. */
  readonly hostName: string;
  /** The port that a listener is bound to. */
  portOf(listener: string): number;
}

export interface AdvertisedAddress {
  readonly listener: string;
  readonly host: string;
  readonly port: number;
}

/** What the node says of itself to the cluster: as broker, as controller, and as voter of the metadata quorum. */
export class Registration {
  private readonly options: RegistrationOptions;

  constructor(options: RegistrationOptions) {
    this.options = options;
  }

  /** Name, host and real port of each listener for clients. */
  get brokerAddresses(): AdvertisedAddress[] {
    return this.options.config.advertisedBrokerListeners.map((endpoint) => this.addressOf(endpoint));
  }

  /** @param previousBrokerEpoch that of the last clean stop, or -1 */
  broker(previousBrokerEpoch: number): BrokerRegistrationRequest {
    const { config, random, storage } = this.options;
    return {
      brokerId: config.nodeId,
      clusterId: storage.clusterId,
      incarnationId: randomUuid(random),
      listeners: this.endpointRecords(config.advertisedBrokerListeners),
      features: supportedRanges().map(toFeature),
      rack: config.get('broker.rack'),
      isMigratingZkBroker: false,
      logDirs: storage.dirs.directories
        .filter(({ isOnline }) => isOnline)
        .flatMap(({ path }) => storage.directoryIds.get(path) ?? []),
      previousBrokerEpoch,
    };
  }

  controller() {
    const { config, random } = this.options;
    return {
      controllerId: config.nodeId,
      incarnationId: randomUuid(random),
      zkMigrationReady: false,
      endPoints: this.endpointRecords(config.advertisedControllerListeners),
      features: inHashOrder(supportedRanges(), ({ name }) => javaHash(name)).map(toFeature),
    };
  }

  /** The id of the directory with the metadata log. */
  get metadataDirectoryId(): string {
    const { config, storage } = this.options;
    return storage.directoryIds.get(config.metadataLogDir) ?? ZERO_UUID;
  }

  voter(): QuorumVoter {
    const { config } = this.options;
    const endpoints = this.endpointRecords(config.advertisedControllerListeners);
    return { nodeId: config.nodeId, directoryId: this.metadataDirectoryId, endpoints };
  }

  private endpointRecords(endpoints: readonly Endpoint[]) {
    return endpoints.map((endpoint) => {
      const { listener: name, host, port } = this.addressOf(endpoint);
      return { name, host, port, securityProtocol: PROTOCOL_CODES[endpoint.securityProtocol] };
    });
  }

  private addressOf({ listener, host, port }: Endpoint): AdvertisedAddress {
    const { hostName, portOf } = this.options;
    return { listener, host: host ?? hostName, port: port === 0 ? portOf(listener) : port };
  }
}

const toFeature = ({ name, minVersion, maxVersion }: ReturnType<typeof supportedRanges>[number]) => ({
  name,
  minSupportedVersion: minVersion,
  maxSupportedVersion: maxVersion,
});
