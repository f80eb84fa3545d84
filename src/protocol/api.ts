import type { Reader } from '../base/bytes.js';
import type { Writer } from '../base/writer.js';
import type { Init } from './codec-runtime.js';

/** One API of the protocol, as the generated files describe it. */
export interface Api<Request, Response> {
  readonly key: number;
  readonly name: string;
  readonly minVersion: number;
  /** The highest stable version. */
  readonly maxVersion: number;
  readonly requestFlexibleFrom: number;
  readonly responseFlexibleFrom: number;
  readRequest(reader: Reader, version: number): Request;
  writeRequest(writer: Writer, version: number, value: Init<Request>): void;
  readResponse(reader: Reader, version: number): Response;
  writeResponse(writer: Writer, version: number, value: Init<Response>): void;
}

const API_VERSIONS_KEY = 18;

export type AnyApi = Api<unknown, unknown>;

/** Version 2 of the request header is the flexible one. */
export function requestHeaderVersion(api: Pick<AnyApi, 'requestFlexibleFrom'>, version: number): number {
  return version >= api.requestFlexibleFrom ? 2 : 1;
}

/** ApiVersions is answered with header 0 in every version, since the client cannot know better yet (KIP-511). */
export function responseHeaderVersion(api: Pick<AnyApi, 'key' | 'responseFlexibleFrom'>, version: number): number {
  return api.key !== API_VERSIONS_KEY && version >= api.responseFlexibleFrom ? 1 : 0;
}
