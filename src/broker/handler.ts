import type { Api } from '../protocol/api.js';
import type { Init } from '../protocol/codec-runtime.js';
import type { BrokerServices } from './services.js';

/** The answer to a produce request with acks=0. */
export const NO_RESPONSE = Symbol('no response');
/** The connection is closed instead of an answer. */
export const CLOSE_CONNECTION = Symbol('close connection');

/** What a client says of itself in its ApiVersions request (KIP-511); changes when it does. */
export interface ClientSoftware {
  name: string;
  version: string;
}

export interface RequestContext {
  readonly services: BrokerServices;
  readonly version: number;
  readonly clientId: string | null;
  /** As Kafka writes hosts of clients: '/127.0.0.1'. */
  readonly clientHost: string;
  readonly clientPort: number;
  readonly software: ClientSoftware;
  readonly listener: string;
  /** Names the connection, for what lives as long as it does. */
  readonly connectionId: string;
}

type Answer<Response> = Init<Response> | typeof NO_RESPONSE | typeof CLOSE_CONNECTION;

/** What answers one API. The handler's file is named after it. */
export interface Handler<Request, Response> {
  readonly api: Api<Request, Response>;
  /** Where fewer versions are offered than the schema has. */
  readonly maxVersion?: number;
  /** What ApiVersions says, where that is not the truth (KAFKA-18659: Produce from 0 on, which old librdkafka looks for). */
  readonly advertisedMinVersion?: number;
  /** false where ApiVersions does not name it, though it is answered. */
  readonly isAdvertised?: false;
  /** It holds nothing of a request's memory when it has answered, so that this may be used anew. */
  readonly leavesRequest?: true;
  /** A promise only where something has to be waited for. */
  handle(request: Request, context: RequestContext): Answer<Response> | Promise<Answer<Response>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of handlers of all types; each was checked where it was defined.
export type AnyHandler = Handler<any, any>;

/** Gives a handler its types from its API. */
export const handler = <Request, Response>(definition: Handler<Request, Response>): Handler<Request, Response> =>
  definition;
