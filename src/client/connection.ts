import { Reader } from '../base/bytes.js';
import type { Clock, Timer } from '../base/host.js';
import type { Connection, NetworkError } from '../base/network.js';
import { Writer } from '../base/writer.js';
import { type HostPort, hostPortText } from '../config/host-port.js';
import { type AnyApi, type Api, requestHeaderVersion, responseHeaderVersion } from '../protocol/api.js';
import { type Init, UnwritableFieldError } from '../protocol/codec-runtime.js';
import { errorCode, KafkaError } from '../protocol/errors.js';
import { FrameCutter } from '../protocol/frame-cutter.js';
import { type ApiVersionsResponse, apiVersionsApi } from '../protocol/generated/api-versions.js';
import { answerLength } from './answer-length.js';
import type { ClientHost, ClientSettings } from './client-config.js';
import { asError, DisconnectedError, kafkaErrorOf, ProtocolMismatchError } from './client-errors.js';
import { VersionRanges } from './version-ranges.js';

const SOFTWARE_NAME = 'kafkalite';
const SOFTWARE_VERSION = '4.3.1';
const UNSUPPORTED_VERSION = errorCode('UNSUPPORTED_VERSION');

export interface SendOptions {
  /** The highest version to use, where a request has no room for later fields' facts. */
  readonly maxVersion?: number;
  /** Instead of request.timeout.ms. */
  readonly timeoutMs?: number;
}

interface InFlight {
  readonly correlationId: number;
  readonly api: AnyApi;
  readonly version: number;
  readonly deadlineMs: number;
  resolve(response: unknown): void;
  reject(error: Error): void;
}

/**
 * One connection with a broker. Requests may be sent before earlier ones are answered; a broker answers them in order.
 * When one stays without its answer for too long the connection is of no more use and is closed: all calls in flight
 * fail with {@link DisconnectedError}.
 */
export class BrokerConnection {
  readonly address: string;
  /** What the broker said of itself when the connection was made. */
  handshake: ApiVersionsResponse | null = null;
  /** Called once, when the connection is gone. */
  onClosed: (() => void) | null = null;
  lastUsedMs: number;

  private readonly stream: Connection;
  private readonly clock: Clock;
  private readonly clientId: string;
  private readonly requestTimeoutMs: number;
  private readonly frames = new FrameCutter(answerLength);
  private readonly inFlight: InFlight[] = [];
  private ranges = new VersionRanges([]);
  private nextCorrelationId = 0;
  private failure: Error | null = null;
  private timer: Timer | null = null;
  private timerAtMs = Number.POSITIVE_INFINITY;

  constructor(stream: Connection, address: string, settings: ClientSettings, clock: Clock) {
    this.stream = stream;
    this.address = address;
    this.clock = clock;
    this.clientId = settings.clientId;
    this.requestTimeoutMs = settings.requestTimeoutMs;
    this.lastUsedMs = clock.monotonicMs();
    stream.handlers = {
      onData: (chunk) => this.onData(chunk),
      onDrain: () => undefined,
      onEnd: () => this.fail(this.closedByBroker(null)),
      onClose: (error) => this.fail(this.closedByBroker(error)),
    };
    stream.resume();
  }

  /**
   * Connects, secures and introduces itself.
   * @throws NetworkError, DisconnectedError, ProtocolMismatchError, KafkaError
   */
  static async open(
    address: HostPort,
    settings: ClientSettings,
    host: ClientHost,
    timeoutMs: number,
  ): Promise<BrokerConnection> {
    const tcp = await host.network.connect(address.host, address.port, { timeoutMs });
    const stream = await settings.security.transport(tcp, address, timeoutMs);
    const connection = new BrokerConnection(stream, hostPortText(address.host, address.port), settings, host.clock);
    try {
      await connection.introduce();
      await settings.security.authenticate(connection);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get inFlightCount(): number {
    return this.inFlight.length;
  }

  get isClosed(): boolean {
    return this.failure !== null;
  }

  /** Bytes that the system has not taken yet. */
  get pendingBytes(): number {
    return this.stream.pendingBytes;
  }

  supports(api: Pick<AnyApi, 'key'>): boolean {
    return this.ranges.has(api.key);
  }

  /** The version that `send` uses. @throws KafkaError UNSUPPORTED_VERSION */
  versionOf(api: Pick<AnyApi, 'key' | 'minVersion' | 'maxVersion'>, maxVersion?: number): number {
    return this.ranges.choose(api, maxVersion);
  }

  /** @throws DisconnectedError; KafkaError UNSUPPORTED_VERSION when the broker is too old for the request. */
  send<Request, Response>(
    api: Api<Request, Response>,
    request: Init<Request>,
    options: SendOptions = {},
  ): Promise<Response> {
    return this.sendVersion(api, this.versionOf(api, options.maxVersion), request, options.timeoutMs);
  }

  /** For the one request that brokers never answer: produce with acks=0. */
  sendWithoutAnswer<Request>(api: Api<Request, unknown>, request: Init<Request>): void {
    if (this.failure !== null) throw this.failure;
    this.write(api, this.versionOf(api), request);
  }

  close(): void {
    this.fail(new DisconnectedError(`the connection with ${this.address} was closed`));
  }

  private sendVersion<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    request: Init<Request>,
    timeoutMs = this.requestTimeoutMs,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(this.failure);
        return;
      }
      const correlationId = this.write(api, version, request);
      const deadlineMs = this.lastUsedMs + timeoutMs;
      const forget = resolve as (response: unknown) => void;
      this.inFlight.push({ correlationId, api: api as AnyApi, version, deadlineMs, resolve: forget, reject });
      this.armTimer(deadlineMs);
    });
  }

  private write<Request>(api: Api<Request, unknown>, version: number, request: Init<Request>): number {
    const correlationId = this.nextCorrelationId;
    const writer = new Writer();
    writer.int32(0);
    writer.int16(api.key);
    writer.int16(version);
    writer.int32(correlationId);
    writer.nullableString(this.clientId);
    if (requestHeaderVersion(api, version) === 2) writer.uvarint(0);
    try {
      api.writeRequest(writer, version, request);
    } catch (error) {
      if (error instanceof UnwritableFieldError) throw new KafkaError('UNSUPPORTED_VERSION', error.message);
      throw error;
    }
    const sizeBytes = writer.length;
    const chunks = writer.chunks();
    (chunks[0] as Buffer).writeInt32BE(sizeBytes - 4, 0);
    this.nextCorrelationId = (correlationId + 1) & 0x7fff_ffff;
    this.lastUsedMs = this.clock.monotonicMs();
    this.stream.write(chunks);
    return correlationId;
  }

  /** ApiVersions in the newest version, and again in the one that an older broker names. */
  private async introduce(): Promise<void> {
    const request = { clientSoftwareName: SOFTWARE_NAME, clientSoftwareVersion: SOFTWARE_VERSION };
    let response = await this.sendVersion(apiVersionsApi, apiVersionsApi.maxVersion, request);
    if (response.errorCode === UNSUPPORTED_VERSION) {
      const named = response.apiKeys.find(({ apiKey }) => apiKey === apiVersionsApi.key)?.maxVersion ?? 0;
      const version = Math.min(named, apiVersionsApi.maxVersion);
      response = await this.sendVersion(apiVersionsApi, version, version >= 3 ? request : {});
    }
    const error = kafkaErrorOf(response.errorCode);
    if (error !== null) throw error;
    this.handshake = response;
    this.ranges = new VersionRanges(response.apiKeys);
  }

  private onData(chunk: Buffer): void {
    try {
      for (const frame of this.frames.push(chunk)) this.onAnswer(frame);
    } catch (error) {
      const cause = asError(error);
      this.fail(new ProtocolMismatchError(`${this.address} is no use: ${cause.message}`, { cause }));
    }
  }

  private onAnswer(frame: Buffer): void {
    const reader = new Reader(frame);
    const correlationId = reader.int32();
    const call = this.inFlight.shift();
    if (call === undefined || call.correlationId !== correlationId) {
      throw new ProtocolMismatchError(`an answer to request ${correlationId} came, which nobody waits for`);
    }
    this.lastUsedMs = this.clock.monotonicMs();
    if (this.inFlight.length === 0) this.disarmTimer();
    let response: unknown;
    try {
      if (responseHeaderVersion(call.api, call.version) === 1) skipTags(reader);
      response = call.api.readResponse(reader, readableVersion(call, frame, reader.offset));
    } catch (error) {
      // The frame was whole, so what follows it is still in step: only this call is lost.
      const text = `the answer of ${this.address} to ${call.api.name} v${call.version} cannot be read`;
      call.reject(new ProtocolMismatchError(`${text}: ${asError(error).message}`, { cause: error }));
      return;
    }
    call.resolve(response);
  }

  private fail(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.disarmTimer();
    this.stream.destroy();
    for (const call of this.inFlight.splice(0)) call.reject(error);
    this.onClosed?.();
  }

  private closedByBroker(error: NetworkError | null): Error {
    const detail = error === null ? '' : ` (${error.code})`;
    if (this.handshake !== null) return new DisconnectedError(`${this.address} closed the connection${detail}`);
    return new DisconnectedError(
      `${this.address} closed the connection${detail} without an answer to the first request: it may want another security.protocol, or be no Kafka broker`,
    );
  }

  /** One timer for all calls, set for the earliest deadline that it has seen. */
  private armTimer(atMs: number): void {
    if (atMs >= this.timerAtMs) return;
    this.timer?.cancel();
    this.timerAtMs = atMs;
    this.timer = this.clock.setTimer(atMs - this.clock.monotonicMs(), () => this.onTimer());
  }

  private disarmTimer(): void {
    this.timer?.cancel();
    this.timer = null;
    this.timerAtMs = Number.POSITIVE_INFINITY;
  }

  private onTimer(): void {
    this.disarmTimer();
    const nowMs = this.clock.monotonicMs();
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const { deadlineMs, api } of this.inFlight) {
      if (deadlineMs <= nowMs) {
        this.fail(new DisconnectedError(`${this.address} did not answer ${api.name} in time`));
        return;
      }
      earliestMs = Math.min(earliestMs, deadlineMs);
    }
    if (earliestMs < Number.POSITIVE_INFINITY) this.armTimer(earliestMs);
  }
}

/** An ApiVersions request of an unknown version is answered in version 0 (KIP-511). */
function readableVersion(call: InFlight, frame: Buffer, bodyAt: number): number {
  const isRefusal =
    call.api.key === apiVersionsApi.key &&
    frame.length >= bodyAt + 2 &&
    frame.readInt16BE(bodyAt) === UNSUPPORTED_VERSION;
  return isRefusal ? 0 : call.version;
}

function skipTags(reader: Reader): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    reader.uvarint();
    reader.skip(reader.uvarint());
  }
}
