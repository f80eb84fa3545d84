import { ZERO_UUID } from '../../base/bytes.js';
import { METADATA_TOPIC_ID } from '../../base/uuid.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { CompressionType, compressionName, decompress } from '../../protocol/compression/codec.js';
import { crc32c } from '../../protocol/crc32c.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { GetTelemetrySubscriptionsResponse } from '../../protocol/generated/get-telemetry-subscriptions.js';
import type { PushTelemetryRequest } from '../../protocol/generated/push-telemetry.js';
import { type ClientAttributes, type RequestedMetrics, TelemetrySubscriptions } from './subscriptions.js';

/** The best first. */
const ACCEPTED_COMPRESSION_TYPES = [
  CompressionType.zstd,
  CompressionType.lz4,
  CompressionType.gzip,
  CompressionType.snappy,
];
/** The longest unused goes when there are more. */
const MAX_INSTANCES = 16_384;
const SHORTEST_EXPIRY_MS = 60_000;
const LZ4_OF_TODAY = 2;
/** Errors after which a client may ask at once for its subscription. */
const EXCUSED: readonly ErrorName[] = ['UNKNOWN_SUBSCRIPTION_ID', 'UNSUPPORTED_COMPRESSION_TYPE'];

/** Who asks, on which connection. */
export interface TelemetryClient {
  readonly connectionId: string;
  readonly attributes: Omit<ClientAttributes, 'client_instance_id'>;
}

interface ClientInstance {
  readonly attributes: ClientAttributes;
  readonly requested: RequestedMetrics;
  readonly subscriptionId: number;
  readonly subscriptionVersion: number;
  lastGetMs: number;
  lastPushMs: number;
  lastUsedMs: number;
  lastError: ErrorName;
  terminating: boolean;
}

/**
 * Clients that tell of their metrics (KIP-714): what each is asked for, and how often it may come. Nobody takes the
 * metrics here, as in Apache Kafka without a reporter; all else is answered.
 */
export class ClientTelemetry {
  readonly subscriptions = new TelemetrySubscriptions();
  private readonly maxBytes: number;
  /** By id, the longest unused first. */
  private readonly instances = new Map<string, ClientInstance>();
  private readonly instanceOfConnection = new Map<string, string>();

  /** @param maxBytes telemetry.max.bytes */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** @param id its own, or a new one for a client that has none yet */
  getSubscription(id: string, client: TelemetryClient, nowMs: number): Init<GetTelemetrySubscriptionsResponse> {
    const instance = this.instance(id, client, nowMs);
    const { requested, subscriptionId } = instance;
    if (nowMs - Math.max(instance.lastGetMs, instance.lastPushMs) >= requested.pushIntervalMs) {
      instance.lastGetMs = nowMs;
    } else if (!EXCUSED.includes(instance.lastError)) {
      return { errorCode: errorCode('THROTTLING_QUOTA_EXCEEDED') };
    }
    instance.lastError = 'NONE';
    return {
      clientInstanceId: id,
      subscriptionId,
      acceptedCompressionTypes: ACCEPTED_COMPRESSION_TYPES,
      pushIntervalMs: requested.pushIntervalMs,
      telemetryMaxBytes: this.maxBytes,
      deltaTemporality: true,
      requestedMetrics: [...requested.metrics],
    };
  }

  push(request: PushTelemetryRequest, client: TelemetryClient, nowMs: number): ErrorName {
    const id = request.clientInstanceId;
    if (id === ZERO_UUID || id === METADATA_TOPIC_ID) return 'INVALID_REQUEST';
    const instance = this.instance(id, client, nowMs);
    const refused = this.refusal(request, instance, nowMs);
    instance.terminating = request.terminating;
    instance.lastError = refused ?? (this.isReadable(request) ? 'NONE' : 'INVALID_RECORD');
    return instance.lastError;
  }

  /** The connection was closed: the client that last came by it is forgotten, and may begin anew. */
  disconnected(connectionId: string): void {
    const id = this.instanceOfConnection.get(connectionId);
    if (id === undefined) return;
    this.instanceOfConnection.delete(connectionId);
    this.instances.delete(id);
  }

  private refusal(request: PushTelemetryRequest, instance: ClientInstance, nowMs: number): ErrorName | null {
    if (instance.terminating) return 'INVALID_REQUEST';
    // The first push after a subscription may come early: clients spread theirs over the interval.
    const isFirst = instance.lastGetMs > instance.lastPushMs;
    if (isFirst || nowMs - instance.lastPushMs >= instance.requested.pushIntervalMs) instance.lastPushMs = nowMs;
    else if (!request.terminating) return 'THROTTLING_QUOTA_EXCEEDED';
    if (request.subscriptionId !== instance.subscriptionId) return 'UNKNOWN_SUBSCRIPTION_ID';
    if (!isKnownCompression(request.compressionType)) return 'UNSUPPORTED_COMPRESSION_TYPE';
    return request.metrics.length > this.maxBytes ? 'TELEMETRY_TOO_LARGE' : null;
  }

  private isReadable({ metrics, compressionType }: PushTelemetryRequest): boolean {
    if (metrics.length === 0) return true;
    try {
      decompress(compressionType, metrics, LZ4_OF_TODAY, this.maxBytes);
      return true;
    } catch {
      return false;
    }
  }

  private instance(id: string, client: TelemetryClient, nowMs: number): ClientInstance {
    const known = this.instances.get(id);
    const expiryMs = Math.max(SHORTEST_EXPIRY_MS, 3 * (known?.requested.pushIntervalMs ?? 0));
    const isAlive = known !== undefined && nowMs - known.lastUsedMs < expiryMs;
    const { version } = this.subscriptions;
    if (isAlive && known.subscriptionVersion === version) {
      known.lastUsedMs = nowMs;
      this.instances.delete(id);
      this.instances.set(id, known);
      return known;
    }
    const attributes = isAlive ? known.attributes : { ...client.attributes, client_instance_id: id };
    const requested = this.subscriptions.of(attributes);
    const made: ClientInstance = {
      attributes,
      requested,
      subscriptionId: subscriptionId(id, requested),
      subscriptionVersion: version,
      lastGetMs: 0,
      lastPushMs: 0,
      lastUsedMs: nowMs,
      lastError: 'NONE',
      terminating: false,
    };
    this.instances.delete(id);
    this.instances.set(id, made);
    this.instanceOfConnection.set(client.connectionId, id);
    const [oldest] = this.instances.keys();
    if (this.instances.size > MAX_INSTANCES && oldest !== undefined) this.instances.delete(oldest);
    return made;
  }
}

function isKnownCompression(type: number): boolean {
  try {
    compressionName(type);
    return true;
  } catch {
    return false;
  }
}

/** Changes when the client is to be asked for something else; as Kafka computes it. */
function subscriptionId(id: string, { metrics, pushIntervalMs }: RequestedMetrics): number {
  return crc32c(Buffer.from(`[${metrics.join(', ')}]${pushIntervalMs}`)) ^ uuidHash(id);
}

/** As Java hashes a uuid. */
function uuidHash(id: string): number {
  const bytes = Buffer.from(id, 'base64url');
  return bytes.readInt32BE(0) ^ bytes.readInt32BE(4) ^ bytes.readInt32BE(8) ^ bytes.readInt32BE(12);
}
