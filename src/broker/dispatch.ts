import type { BufferPool } from '../base/buffer-pool.js';
import { Reader } from '../base/bytes.js';
import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import { Writer } from '../base/writer.js';
import { requestHeaderVersion, responseHeaderVersion } from '../protocol/api.js';
import { errorCode } from '../protocol/errors.js';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { type AnyHandler, CLOSE_CONNECTION, NO_RESPONSE, type RequestContext } from './handler.js';

/** null: nothing is sent. */
export type Reply = Buffer[] | null;

/** A request after which a connection is closed without an answer, as Kafka does with all that it cannot read. */
export class UnreadableRequestError extends Error {
  override readonly name = 'UnreadableRequestError';
}

export interface OfferedApi {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

type ConnectionContext = Omit<RequestContext, 'version' | 'clientId'>;

/** Decodes requests of one listener, hands them to their handlers and encodes the answers. */
export class Dispatch {
  /** What ApiVersions lists. */
  readonly offered: readonly OfferedApi[];
  private readonly handlers: ReadonlyMap<number, AnyHandler>;
  private readonly buffers: BufferPool;

  /** @param buffers where requests may lie */
  constructor(handlers: readonly AnyHandler[], buffers: BufferPool) {
    this.offered = offeredBy(handlers);
    this.handlers = new Map(handlers.map((handler) => [handler.api.key, handler]));
    this.buffers = buffers;
  }

  /** @throws UnreadableRequestError; what a handler throws goes through. */
  handle(frame: Buffer, connection: ConnectionContext): Reply | Promise<Reply> {
    const call = this.decode(frame);
    if (Array.isArray(call)) return call;
    const { handler, version, correlationId, clientId, request } = call;
    const answer = handler.handle(request, {
      services: connection.services,
      version,
      clientId,
      clientHost: connection.clientHost,
      clientPort: connection.clientPort,
      software: connection.software,
      listener: connection.listener,
      connectionId: connection.connectionId,
    });
    const reply = (response: unknown): Reply => {
      const encoded = encode(handler, version, correlationId, response);
      if (handler.leavesRequest) this.buffers.giveBack(frame);
      return encoded;
    };
    return answer instanceof Promise ? answer.then(reply) : reply(answer);
  }

  private decode(frame: Buffer) {
    try {
      const reader = new Reader(frame);
      const apiKey = reader.int16();
      const version = reader.int16();
      const correlationId = reader.int32();
      const handler = this.handlers.get(apiKey);
      if (handler === undefined) throw new UnreadableRequestError(`API key ${apiKey} is not offered on this listener`);
      const highest = handler.maxVersion ?? handler.api.maxVersion;
      const offered = version >= handler.api.minVersion && version <= highest;
      if (!offered && apiKey !== apiVersionsApi.key) {
        throw new UnreadableRequestError(`version ${version} of ${handler.api.name} is not offered`);
      }
      // An unknown version of ApiVersions may have any header: it is taken for the newest that is known (KIP-511).
      const clientId = readRestOfHeader(reader, offered ? requestHeaderVersion(handler.api, version) : 2);
      if (!offered) return unsupportedApiVersions(handler, correlationId);
      const request = handler.api.readRequest(reader, version);
      return { handler, version, correlationId, clientId, request };
    } catch (error) {
      if (error instanceof MalformedBytesError) throw new UnreadableRequestError(error.message, { cause: error });
      throw error;
    }
  }
}

function readRestOfHeader(reader: Reader, headerVersion: number): string | null {
  const clientId = reader.nullableString();
  if (headerVersion >= 2) {
    for (let left = reader.uvarint(); left > 0; left--) {
      reader.uvarint();
      reader.skip(reader.uvarint());
    }
  }
  return clientId;
}

/** Version 0 with the one entry for ApiVersions itself, so that the client can choose again on the same connection. */
function unsupportedApiVersions(handler: AnyHandler, correlationId: number): Buffer[] {
  const { key: apiKey, minVersion, maxVersion } = handler.api;
  return encode(handler, 0, correlationId, {
    errorCode: errorCode('UNSUPPORTED_VERSION'),
    apiKeys: [{ apiKey, minVersion, maxVersion }],
  }) as Buffer[];
}

function encode(handler: AnyHandler, version: number, correlationId: number, response: unknown): Reply {
  if (response === NO_RESPONSE) return null;
  if (response === CLOSE_CONNECTION) throw new UnreadableRequestError('the request asks for no answer and failed');
  const writer = new Writer();
  writer.int32(0);
  writer.int32(correlationId);
  if (responseHeaderVersion(handler.api, version) === 1) writer.uvarint(0);
  handler.api.writeResponse(writer, version, response as never);
  const sizeBytes = writer.length - 4;
  const chunks = writer.chunks();
  (chunks[0] as Buffer).writeInt32BE(sizeBytes, 0);
  return chunks;
}

function offeredBy(handlers: readonly AnyHandler[]): OfferedApi[] {
  return handlers
    .filter(({ isAdvertised = true }) => isAdvertised)
    .map(({ api, advertisedMinVersion, maxVersion }) => ({
      apiKey: api.key,
      minVersion: advertisedMinVersion ?? api.minVersion,
      maxVersion: maxVersion ?? api.maxVersion,
    }))
    .sort((a, b) => a.apiKey - b.apiKey);
}
