import { NetworkError } from '../base/network.js';
import type { HostPort } from '../config/host-port.js';
import { hostPortText } from '../config/host-port.js';
import type { Api } from '../protocol/api.js';
import type { Init } from '../protocol/codec-runtime.js';
import { KafkaError } from '../protocol/errors.js';
import { describeClusterApi } from '../protocol/generated/describe-cluster.js';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import { type MetadataResponse, metadataApi } from '../protocol/generated/metadata.js';
import { Pauses } from './backoff.js';
import { findCluster, isStarting, LEAST_SHARE_MS, shuffled } from './bootstrap.js';
import type { ClientHost, ClientSettings } from './client-config.js';
import {
  type AddressFailure,
  AdvertisedAddressError,
  asError,
  ClientClosedError,
  DisconnectedError,
  isOfConfiguration,
  isRetriable,
  kafkaErrorOf,
  needsMetadata,
  timedOut,
} from './client-errors.js';
import type { BrokerConnection, SendOptions } from './connection.js';
import { Connections, type Lane } from './connections.js';
import { MetadataCache, type Node } from './metadata-cache.js';

const CONTROLLER_ENDPOINTS = 2;

export type CoordinatorType = 'group' | 'transaction' | 'share';

const COORDINATOR_TYPES: Record<CoordinatorType, number> = { group: 0, transaction: 1, share: 2 };

/** Where a request has to go. */
export type Target =
  | 'any'
  | 'controller'
  | { readonly node: number }
  | { readonly coordinator: CoordinatorType; readonly key: string };

export interface RetryOptions {
  /** Of all tries together; instead of default.api.timeout.ms. */
  readonly timeoutMs?: number;
}

export interface CallOptions<Response> extends RetryOptions {
  readonly maxVersion?: number;
  /** The error that stands for the whole answer, so that the call is made again where that may help. */
  errorOf?(response: Response): KafkaError | null;
}

/** One attempt of a call that may be made several times. */
export interface Attempt {
  readonly tries: number;
  /** What is left of the whole call's time, at most request.timeout.ms. */
  readonly timeoutMs: number;
}

/**
 * A cluster as a client sees it: finds its brokers, keeps what it knows of them, sends each request where it belongs,
 * and tries again where that may help. All retries of all clients but the producer's batches happen in {@link retry}.
 */
export class Cluster {
  readonly settings: ClientSettings;
  readonly host: ClientHost;
  readonly metadata = new MetadataCache();
  readonly pauses: Pauses;
  private readonly connections: Connections;
  private readonly coordinators = new Map<string, Node>();
  private readonly extraNodes = new Map<number, Node>();
  private bootstrapping: Promise<unknown> | null = null;
  private bootstrapAddress: HostPort | null = null;
  /** The first failure to reach a broker by the address that it gives of itself; null once one was reached. */
  private unreachedSinceMs: number | null = null;
  private wasNodeReached = false;
  private closed = false;

  constructor(settings: ClientSettings, host: ClientHost) {
    this.settings = settings;
    this.host = host;
    this.pauses = new Pauses(host.clock, host.random);
    this.connections = new Connections(settings, host, this.pauses);
    const { warnings, unused } = settings.keyNotes;
    const logger = host.logger.with('', 'org.apache.kafka.common.config.AbstractConfig');
    for (const warning of warnings) logger.warn(warning);
    if (unused !== null) logger.info(unused);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Ends all connections; calls that wait fail. */
  close(): void {
    this.closed = true;
    this.pauses.close();
    this.connections.close();
  }

  /**
   * THE retry loop: makes `attempt` until it succeeds, fails for good, or the time is up.
   * @param what names the call in the message of a timeout.
   * @throws KafkaError, REQUEST_TIMED_OUT when the time is up; BootstrapError, ProtocolMismatchError,
   *   AuthenticationError, ClientSetupError
   */
  async retry<T>(what: string, attempt: (attempt: Attempt) => Promise<T>, options: RetryOptions = {}): Promise<T> {
    const { clock } = this.host;
    const { retries, retryBackoffMs, retryBackoffMaxMs, requestTimeoutMs } = this.settings;
    const limitMs = options.timeoutMs ?? this.settings.defaultApiTimeoutMs;
    const deadlineMs = clock.monotonicMs() + limitMs;
    for (let tries = 0; ; tries++) {
      const remainingMs = deadlineMs - clock.monotonicMs();
      try {
        return await attempt({ tries, timeoutMs: Math.max(1, Math.min(requestTimeoutMs, remainingMs)) });
      } catch (error) {
        if (this.closed) throw new ClientClosedError();
        if (!isRetriable(error)) throw error;
        const delayMs = this.pauses.backoffMs(tries, retryBackoffMs, retryBackoffMaxMs);
        const isOver = clock.monotonicMs() + delayMs >= deadlineMs;
        if (isOver || tries >= retries) throw this.timeoutOf(what, limitMs, tries + 1, asError(error));
        if (needsMetadata(error)) this.bootstrapStale = true;
        await this.pauses.wait(delayMs);
      }
    }
  }

  /** Sends a request where it belongs, again and again as {@link retry} does. */
  call<Request, Response>(
    target: Target,
    api: Api<Request, Response>,
    request: Init<Request>,
    options: CallOptions<Response> = {},
  ): Promise<Response> {
    return this.retry(
      api.name,
      async ({ timeoutMs }) => {
        try {
          const connection = await this.connectTo(target);
          const response = await connection.send(api, request, { ...versionLimit(options.maxVersion), timeoutMs });
          const error = options.errorOf?.(response) ?? null;
          if (error === null) return response;
          throw error;
        } catch (error) {
          this.onError(target, error);
          throw error;
        }
      },
      options,
    );
  }

  /** Sends once, to one broker. */
  async send<Request, Response>(
    node: number,
    api: Api<Request, Response>,
    request: Init<Request>,
    options: SendOptions & { readonly lane?: Lane } = {},
  ): Promise<Response> {
    const connection = await this.connectToNode(node, options.lane ?? 'data');
    return connection.send(api, request, options);
  }

  async connectTo(target: Target): Promise<BrokerConnection> {
    if (target === 'any') return this.connectToAny();
    if (target === 'controller') {
      await this.knowNodes();
      const { controllerId } = this.metadata;
      return this.metadata.nodes.has(controllerId) ? this.connectToNode(controllerId) : this.connectToAny();
    }
    if ('node' in target) return this.connectToNode(target.node);
    const node = await this.coordinatorOf(target.coordinator, target.key);
    return this.connectToNode(node.id, 'coordinator');
  }

  /** @throws KafkaError BROKER_NOT_AVAILABLE when there is no such broker (now). */
  async connectToNode(id: number, lane: Lane = 'data'): Promise<BrokerConnection> {
    await this.knowNodes();
    const node = this.node(id);
    if (node === undefined) {
      this.bootstrapStale = true;
      throw new KafkaError('BROKER_NOT_AVAILABLE', `broker ${id} is not known to the cluster`);
    }
    try {
      const connection = await this.connections.get(
        node,
        lane,
        this.wasNodeReached ? undefined : this.settings.connectTimeoutMs,
      );
      this.wasNodeReached = true;
      return connection;
    } catch (error) {
      this.bootstrapStale = true;
      throw this.closed || this.wasNodeReached ? error : await this.judged(node, error);
    }
  }

  /** Null while there is no connection with the broker that could be used at once. */
  currentConnection(id: number, lane: Lane = 'data'): BrokerConnection | null {
    const node = this.node(id);
    return node === undefined ? null : this.connections.current(node, lane);
  }

  node(id: number): Node | undefined {
    return this.metadata.nodes.get(id) ?? this.extraNodes.get(id);
  }

  /** All brokers (or controllers) of the cluster, by id. */
  async allNodes(): Promise<Node[]> {
    await this.knowNodes();
    return [...this.metadata.nodes.values()].sort((a, b) => a.id - b.id);
  }

  /** The broker that coordinates a group, transactional id or share key. @throws KafkaError */
  async coordinatorOf(type: CoordinatorType, key: string): Promise<Node> {
    const name = coordinatorName(type, key);
    const known = this.coordinators.get(name);
    if (known !== undefined) return known;
    const connection = await this.connectToAny();
    const node = await findCoordinator(connection, type, key);
    this.coordinators.set(name, node);
    if (!this.metadata.nodes.has(node.id)) this.extraNodes.set(node.id, node);
    return node;
  }

  forgetCoordinator(type: CoordinatorType, key: string): void {
    this.coordinators.delete(coordinatorName(type, key));
  }

  /** What an error of an answer tells about where its request went. */
  onError(target: Target, error: unknown): void {
    if (needsMetadata(error)) this.bootstrapStale = true;
    if (typeof target !== 'object' || !('coordinator' in target)) return;
    const isAway =
      !(error instanceof KafkaError) ||
      error.error === 'NOT_COORDINATOR' ||
      error.error === 'COORDINATOR_NOT_AVAILABLE' ||
      error.error === 'REQUEST_TIMED_OUT';
    if (isAway) this.forgetCoordinator(target.coordinator, target.key);
  }

  /**
   * Fetches metadata once, from any broker, and keeps it.
   * @param topics names; null for all.
   * @throws as one attempt does: put it into {@link retry}.
   */
  async fetchMetadata(
    topics: readonly string[] | null,
    options: {
      readonly allowAutoTopicCreation?: boolean;
      readonly isWhole?: boolean;
      readonly timeoutMs?: number;
    } = {},
  ): Promise<MetadataResponse> {
    const fetchFrom = async (connection: BrokerConnection, limit: SendOptions): Promise<MetadataResponse> => {
      const response = await requestMetadata(connection, topics, options.allowAutoTopicCreation ?? false, limit);
      this.metadata.update(response, options.isWhole ?? false);
      this.bootstrapStale = false;
      return response;
    };
    // The first answer of a cluster tells who its brokers are, whatever was asked: nobody need ask for them before.
    const isFirst = this.metadata.nodes.size === 0 && this.bootstrapping === null;
    return isFirst && !this.settings.bootstrapControllers
      ? this.bootstrapWith(fetchFrom)
      : fetchFrom(await this.connectToAny(), options);
  }

  /**
   * What a failure to reach a broker means as long as none was reached: where all of them can be reached no better, for
   * longer than a start takes, their addresses are of no use here.
   */
  private async judged(failed: Node, error: unknown): Promise<unknown> {
    const bootstrap = this.bootstrapAddress;
    if (bootstrap === null || !(error instanceof NetworkError)) return error;
    this.unreachedSinceMs ??= this.host.clock.monotonicMs();
    const isPatient = this.host.clock.monotonicMs() - this.unreachedSinceMs < this.settings.refusalPatienceMs;
    if (isPatient && isStarting(error)) return error;
    const failures: AddressFailure[] = [{ address: hostPortText(failed.host, failed.port), cause: error }];
    for (const node of this.metadata.nodes.values()) {
      if (node.host === bootstrap.host && node.port === bootstrap.port) return error;
      if (node.id === failed.id) continue;
      try {
        await this.connections.get(node, 'data', LEAST_SHARE_MS);
        this.wasNodeReached = true;
        return error;
      } catch (cause) {
        failures.push({ address: hostPortText(node.host, node.port), cause: asError(cause) });
      }
    }
    if (this.closed || failures.some(({ cause }) => !(cause instanceof NetworkError))) return error;
    return new AdvertisedAddressError(hostPortText(bootstrap.host, bootstrap.port), failures);
  }

  /** Whether the list of brokers may be out of date. */
  private bootstrapStale = false;

  /** Makes sure that the brokers of the cluster are known. */
  private async knowNodes(): Promise<void> {
    if (this.metadata.nodes.size === 0) await this.connectToAny();
    else if (this.bootstrapStale) {
      this.bootstrapStale = false;
      await this.refreshNodes(await this.connectToAny());
    }
  }

  /** The broker with the least to do of those that are connected, or else the first that can be connected. */
  private async connectToAny(): Promise<BrokerConnection> {
    if (this.closed) throw new ClientClosedError();
    if (this.metadata.nodes.size === 0) {
      await (this.bootstrapping ?? this.bootstrapWith((connection, limit) => this.refreshNodes(connection, limit)));
    }
    const connected = this.leastLoaded();
    if (connected !== null) return connected;
    const failures: AddressFailure[] = [];
    for (const address of this.candidates()) {
      try {
        return await this.connections.get(address, 'data');
      } catch (error) {
        if (this.closed) throw new ClientClosedError();
        if (isOfConfiguration(error)) throw error;
        failures.push({ address: hostPortText(address.host, address.port), cause: asError(error) });
      }
    }
    const causes = failures.map(({ cause }) => cause.message).join('; ');
    throw new DisconnectedError(`no broker of the cluster can be reached: ${causes}`);
  }

  private leastLoaded(): BrokerConnection | null {
    let best: BrokerConnection | null = null;
    for (const address of [...this.metadata.nodes.values(), ...this.bootstrapAddresses()]) {
      const connection = this.connections.current(address, 'data');
      if (connection === null) continue;
      if (best === null || connection.inFlightCount < best.inFlightCount) best = connection;
    }
    return best;
  }

  /** Those that failed a moment ago come last; the addresses of the configuration after the brokers that they led to. */
  private candidates(): HostPort[] {
    const known = shuffled<HostPort>([...this.metadata.nodes.values()], this.host.random.fraction());
    const all = this.settings.rebootstraps ? [...known, ...this.settings.bootstrap] : known;
    const names = new Set<string>();
    const distinct = all.filter(({ host, port }) => {
      const name = hostPortText(host, port);
      return !names.has(name) && names.add(name);
    });
    const isFailing = (address: HostPort) => this.connections.isBackingOff(address, 'data');
    return [...distinct.filter((address) => !isFailing(address)), ...distinct.filter(isFailing)];
  }

  private bootstrapAddresses(): HostPort[] {
    return this.bootstrapAddress === null ? [] : [this.bootstrapAddress];
  }

  /** Others who come meanwhile wait for the same. @throws BootstrapError, AuthenticationError, ClientSetupError */
  private bootstrapWith<T>(learn: (connection: BrokerConnection, limit: SendOptions) => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new ClientClosedError());
    const bootstrapping = this.bootstrap(learn).finally(() => {
      this.bootstrapping = null;
    });
    this.bootstrapping = bootstrapping;
    return bootstrapping;
  }

  private async bootstrap<T>(learn: (connection: BrokerConnection, limit: SendOptions) => Promise<T>): Promise<T> {
    const { requestTimeoutMs } = this.settings;
    const { address, learned } = await findCluster(this.settings, this.host, this.pauses, async (at, withinMs) => {
      const connection = await this.connections.get(at, 'data', withinMs);
      return learn(connection, { timeoutMs: Math.min(withinMs, requestTimeoutMs) });
    });
    this.bootstrapAddress = address;
    return learned;
  }

  private async refreshNodes(connection: BrokerConnection, limit: SendOptions = {}): Promise<void> {
    if (this.settings.bootstrapControllers) {
      const response = await connection.send(describeClusterApi, { endpointType: CONTROLLER_ENDPOINTS }, limit);
      const error = kafkaErrorOf(response.errorCode, response.errorMessage);
      if (error !== null) throw error;
      const brokers = response.brokers.map(({ brokerId, host, port, rack }) => ({
        nodeId: brokerId,
        host,
        port,
        rack,
      }));
      this.metadata.updateNodes({ brokers, clusterId: response.clusterId, controllerId: response.controllerId });
      return;
    }
    this.metadata.updateNodes(await requestMetadata(connection, [], false, limit));
  }

  private timeoutOf(what: string, limitMs: number, tries: number, last: Error): KafkaError {
    const attempts = tries === 1 ? '1 attempt' : `${tries} attempts`;
    const error = timedOut(`${what} timed out after ${limitMs} ms and ${attempts}: ${last.message}`);
    error.cause = last;
    return error;
  }
}

function requestMetadata(
  connection: BrokerConnection,
  topics: readonly string[] | null,
  allowAutoTopicCreation: boolean,
  options: SendOptions,
): Promise<MetadataResponse> {
  const named = topics === null ? null : topics.map((name) => ({ name }));
  // Below version 4 a broker creates topics as its own configuration says.
  const canForbid = connection.versionOf(metadataApi) >= 4;
  const request = canForbid ? { topics: named, allowAutoTopicCreation } : { topics: named };
  return connection.send(metadataApi, request, options);
}

async function findCoordinator(connection: BrokerConnection, type: CoordinatorType, key: string): Promise<Node> {
  const keyType = COORDINATOR_TYPES[type];
  const isBatched = connection.versionOf(findCoordinatorApi) >= 4;
  const response = await connection.send(
    findCoordinatorApi,
    isBatched ? { keyType, coordinatorKeys: [key] } : { keyType, key },
  );
  const found = isBatched ? response.coordinators[0] : response;
  if (found === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE');
  const error = kafkaErrorOf(found.errorCode, found.errorMessage);
  if (error !== null) throw error;
  return { id: found.nodeId, host: found.host, port: found.port, rack: null };
}

const coordinatorName = (type: CoordinatorType, key: string): string => `${type} ${key}`;

const versionLimit = (maxVersion: number | undefined): SendOptions => (maxVersion === undefined ? {} : { maxVersion });
