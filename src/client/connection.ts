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
import { answerLength, FIRST_ANSWER_BYTES } from './answer-length.js';
import type { ClientHost, ClientSettings } from './client-config.js';
import { asError, DisconnectedError, kafkaErrorOf, ProtocolMismatchError } from './client-errors.js';
import type { SecureChannel } from './security/secure-channel.js';
import { VersionRanges } from './version-ranges.js';

const SOFTWARE_NAME = 'kafkalite';
const SOFTWARE_VERSION = '4.3.1';

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

  private readonly to: HostPort;
  private readonly settings: ClientSettings;
  private readonly stream: Connection;
  private readonly clock: Clock;
  /** Null for a connection in the clear without a login. */
  private readonly channel: SecureChannel | null;
  private readonly frames = new FrameCutter((bytes) =>
    answerLength(bytes, this.handshake === null ? FIRST_ANSWER_BYTES : undefined),
  );
  private readonly inFlight: InFlight[] = [];
  private ranges = new VersionRanges([]);
  private nextCorrelationId = 0;
  private failure: Error | null = null;
  private timer: Timer | null = null;
  private timerAtMs = Number.POSITIVE_INFINITY;
  /** Requests that wait until the login is renewed; null while it holds. */
  private held: (() => void)[] | null = null;
  private loginEndMs = Number.POSITIVE_INFINITY;
  /** How long the broker may take for an answer while the connection is set up. */
  private setupAnswerMs: number;
  private answers = 0;

  private constructor(
    stream: Connection,
    to: HostPort,
    settings: ClientSettings,
    clock: Clock,
    channel: SecureChannel | null,
  ) {
    this.stream = stream;
    this.to = to;
    this.address = hostPortText(to.host, to.port);
    this.settings = settings;
    this.clock = clock;
    this.channel = channel;
    this.setupAnswerMs = settings.requestTimeoutMs;
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
   * Connects, secures, introduces itself and logs in.
   *
   * @param timeoutMs until bytes can be sent.
   * @param answerMs for each answer after that.
   * @throws NetworkError, DisconnectedError, ProtocolMismatchError, KafkaError, AuthenticationError, ClientSetupError
   */
  static async open(
    to: HostPort,
    settings: ClientSettings,
    host: ClientHost,
    timeoutMs: number,
    answerMs = settings.requestTimeoutMs,
  ): Promise<BrokerConnection> {
    const channel = await settings.security.channel(host);
    const stream = await connected(to, host, channel, timeoutMs);
    const connection = new BrokerConnection(stream, to, settings, host.clock, channel);
    try {
      connection.setupAnswerMs = answerMs;
      await connection.introduce();
      await connection.login();
      connection.setupAnswerMs = settings.requestTimeoutMs;
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get inFlightCount(): number {
    return this.inFlight.length + (this.held?.length ?? 0);
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

  /** The level of a feature in the whole cluster as the broker knew it when the connection was made; 0 for none. */
  finalizedLevel(feature: string): number {
    return this.handshake?.finalizedFeatures.find(({ name }) => name === feature)?.maxVersionLevel ?? 0;
  }

  /** The version that `send` uses. @throws KafkaError UNSUPPORTED_VERSION */
  versionOf(api: Pick<AnyApi, 'key' | 'name' | 'minVersion' | 'maxVersion'>, maxVersion?: number): number {
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
    const version = this.versionOf(api);
    const send = (): void => {
      if (this.failure === null) this.write(api, version, request);
    };
    if (this.isHeld()) this.held?.push(send);
    else send();
  }

  /** For the requests of a login, which go before all that waits for it. */
  sendAtOnce<Request, Response>(api: Api<Request, Response>, request: Init<Request>): Promise<Response> {
    return this.transmit(api, this.versionOf(api), request, this.setupAnswerMs);
  }

  close(): void {
    this.fail(new DisconnectedError(`the connection with ${this.address} was closed`));
  }

  private sendVersion<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    request: Init<Request>,
    timeoutMs = this.settings.requestTimeoutMs,
  ): Promise<Response> {
    if (!this.isHeld()) return this.transmit(api, version, request, timeoutMs);
    return new Promise((resolve, reject) => {
      this.held?.push(() => void this.transmit(api, version, request, timeoutMs).then(resolve, reject));
    });
  }

  private transmit<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    request: Init<Request>,
    timeoutMs: number,
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
    writer.nullableString(this.settings.clientId);
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
    const limitMs = this.setupAnswerMs;
    let response = await this.transmit(apiVersionsApi, apiVersionsApi.maxVersion, request, limitMs);
    if (isUnsupportedVersion(response.errorCode)) {
      const named = response.apiKeys.find(({ apiKey }) => apiKey === apiVersionsApi.key)?.maxVersion ?? 0;
      const version = Math.min(named, apiVersionsApi.maxVersion);
      response = await this.transmit(apiVersionsApi, version, version >= 3 ? request : {}, limitMs);
    }
    const error = kafkaErrorOf(response.errorCode);
    if (error !== null) throw error;
    this.handshake = response;
    this.ranges = new VersionRanges(response.apiKeys);
  }

  private async login(): Promise<void> {
    const holdsMs = (await this.channel?.authenticate(this)) ?? null;
    this.loginEndMs = holdsMs === null ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() + holdsMs;
  }

  /** Whether requests have to wait: a login that is nearly over is renewed before the next of them (KIP-368). */
  private isHeld(): boolean {
    if (this.held !== null) return true;
    if (this.clock.monotonicMs() < this.loginEndMs || this.failure !== null) return false;
    this.held = [];
    this.login().then(
      () => this.letGo(),
      (error: unknown) => {
        this.fail(asError(error));
        this.letGo();
      },
    );
    return true;
  }

  private letGo(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const send of held) send();
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
    this.answers++;
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

  /** What the end of the connection means. A broker closes it without a word where a client does what it may not. */
  private closedByBroker(error: NetworkError | null): Error {
    const detail = error === null ? '' : ` (${error.code})`;
    const closed = `${this.address} closed the connection${detail}`;
    if (this.handshake === null) {
      const explained = this.channel?.explained(error, this.to, true);
      if (explained instanceof Error && explained !== error) return explained;
      const mayHaveTls = 'it may have TLS and want security.protocol=SSL or SASL_SSL, or ';
      return new DisconnectedError(
        `${closed} without an answer to the first request: ${this.channel?.hasTls ? '' : mayHaveTls}it may be no Kafka broker`,
      );
    }
    const isFirst = this.answers === 1 && this.inFlight.length > 0;
    if (!isFirst || this.channel?.hasLogin) return new DisconnectedError(closed);
    const withLogin = this.channel?.hasTls ? 'SASL_SSL' : 'SASL_PLAINTEXT';
    return new DisconnectedError(
      `${closed} at the first request that needs to know the client: that listener may want a login, so set security.protocol=${withLogin}, sasl.mechanism and sasl.jaas.config`,
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
        const hint = this.answers === 0 ? ': it takes connections, but is it a Kafka broker?' : '';
        this.fail(new DisconnectedError(`${this.address} did not answer ${api.name} in time${hint}`));
        return;
      }
      earliestMs = Math.min(earliestMs, deadlineMs);
    }
    if (earliestMs < Number.POSITIVE_INFINITY) this.armTimer(earliestMs);
  }
}

async function connected(
  to: HostPort,
  host: ClientHost,
  channel: SecureChannel | null,
  timeoutMs: number,
): Promise<Connection> {
  const tls = channel?.tlsTo(to);
  try {
    return await host.network.connect(to.host, to.port, { timeoutMs, ...(tls === undefined ? {} : { tls }) });
  } catch (error) {
    throw channel?.explained(error, to, false) ?? error;
  }
}

const isUnsupportedVersion = (code: number): boolean => code !== 0 && code === errorCode('UNSUPPORTED_VERSION');

/** An ApiVersions request of an unknown version is answered in version 0 (KIP-511). */
function readableVersion(call: InFlight, frame: Buffer, bodyAt: number): number {
  const isRefusal =
    call.api.key === apiVersionsApi.key &&
    frame.length >= bodyAt + 2 &&
    isUnsupportedVersion(frame.readInt16BE(bodyAt));
  return isRefusal ? 0 : call.version;
}

function skipTags(reader: Reader): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    reader.uvarint();
    reader.skip(reader.uvarint());
  }
}
