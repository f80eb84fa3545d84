import type { Clock } from '../../base/host.js';
import { type HttpResponse, type Network, TlsError, type TlsSettings } from '../../base/network.js';
import { LoginError } from './mechanism.js';

const URL_KEY = 'sasl.oauthbearer.token.endpoint.url';

/** Where tokens are had, and how patiently. */
export interface TokenEndpoint {
  readonly url: string;
  /** For https; null for what this machine trusts. */
  readonly tls: TlsSettings | null;
  readonly timeoutMs: number;
  readonly retryBackoffMs: number;
  /** No new try after so long. */
  readonly retryBackoffMaxMs: number;
}

/** What a grant of OAuth asks with. */
export interface TokenRequest {
  readonly parameters: ReadonlyMap<string, string>;
  /** The client's own credentials; null where the parameters say it all. */
  readonly authorization: string | null;
}

interface Machine {
  readonly clock: Clock;
  readonly network: Network;
}

/** Statuses after which the same request gets the same answer. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 501, 505,
]);

/** Fetches a token: the text of access_token, or else id_token, of the answer. @throws LoginError */
export async function fetchToken(endpoint: TokenEndpoint, request: TokenRequest, machine: Machine): Promise<string> {
  const { retryBackoffMs, retryBackoffMaxMs } = endpoint;
  const endMs = machine.clock.monotonicMs() + retryBackoffMaxMs;
  for (let tries = 0; ; tries++) {
    const outcome = await attempt(endpoint, request, machine.network);
    if ('token' in outcome) return outcome.token;
    const delayMs = Math.min(retryBackoffMs * 2 ** Math.min(tries, 30), retryBackoffMaxMs);
    if (outcome.isFinal || machine.clock.monotonicMs() + delayMs >= endMs) throw outcome.error;
    await new Promise<void>((resolve) => machine.clock.setTimer(delayMs, resolve));
  }
}

type Outcome = { readonly token: string } | { readonly error: LoginError; readonly isFinal: boolean };

async function attempt(endpoint: TokenEndpoint, request: TokenRequest, network: Network): Promise<Outcome> {
  const { url, tls, timeoutMs } = endpoint;
  if (network.request === undefined) throw new LoginError(`${url} cannot be asked over the network of this process`);
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Cache-Control': 'no-cache',
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  if (request.authorization !== null) headers.Authorization = request.authorization;
  const body = new URLSearchParams([...request.parameters]).toString();
  let response: HttpResponse;
  try {
    response = await network.request({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs,
      ...(tls === null ? {} : { tls }),
    });
  } catch (cause) {
    const isOfTls = cause instanceof TlsError && cause.problem !== 'closed';
    const key = isOfTls ? 'the ssl.* options of the login module in sasl.jaas.config' : URL_KEY;
    const error = new LoginError(`${(cause as Error).message}: look at ${key}`, { cause });
    return { error, isFinal: isOfTls };
  }
  return read(response, url);
}

function read({ status, body }: HttpResponse, url: string): Outcome {
  if (status !== 200 && status !== 201) {
    const isFinal = FINAL_STATUSES.has(status);
    const text = `The response code ${status} and error response ${errorText(body)} was encountered reading the token endpoint response`;
    return { error: new LoginError(isFinal ? `${text}; will not attempt further retries` : text), isFinal };
  }
  if (body.trim() === '') {
    const text = `The token endpoint response was unexpectedly empty despite response code ${status} from ${url}`;
    return { error: new LoginError(text), isFinal: false };
  }
  const json = jsonOf(body);
  const token = json?.access_token ?? json?.id_token;
  if (typeof token === 'string' && token !== '') return { token };
  const start = body.length > 1000 ? `${body.slice(0, 1000)}...` : body;
  const text = `The token endpoint response did not contain a valid JWT. Response: (${start})`;
  return { error: new LoginError(text), isFinal: true };
}

/** `{"error" - "error_description"}`, as OAuth servers say what is wrong, or all that there is. */
function errorText(body: string): string {
  const json = jsonOf(body);
  const error = json?.error ?? json?.errorCode;
  const description = json?.error_description ?? json?.errorSummary;
  return error === undefined ? `{${body}}` : `{"${error}" - "${description}"}`;
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
