import type { ClientRequest, RequestOptions } from 'node:http';
import { type HttpRequest, type HttpResponse, NetworkError, type TlsSettings } from '../base/network.js';
import { reasonOf } from './tcp-connection.js';
import { secureContextOf, tlsErrorOf } from './tls-connect.js';

const TRUSTED_BY_SYSTEM: TlsSettings = {
  trusted: null,
  identity: null,
  versions: ['TLSv1.2', 'TLSv1.3'],
  ciphers: null,
  checksName: true,
};

/** One request on a connection of its own; redirections are not followed. */
export async function request(request: HttpRequest): Promise<HttpResponse> {
  const { method, url, headers, body, timeoutMs } = request;
  const isSecure = new URL(url).protocol === 'https:';
  const { request: open } = await (isSecure ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      agent: false,
    };
    const call = open(url, isSecure ? { ...options, ...tlsOptions(request.tls ?? TRUSTED_BY_SYSTEM) } : options);
    const timeout = setTimeout(() => {
      call.destroy(Object.assign(new Error('time is up'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const fail = (cause: NodeJS.ErrnoException): void => {
      clearTimeout(timeout);
      reject(failureOf(cause, url, isSecure));
    };
    call.once('error', fail);
    call.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', fail);
      response.once('end', () => {
        clearTimeout(timeout);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    send(call, body);
  });
}

function send(call: ClientRequest, body: string): void {
  if (body !== '') call.write(body);
  call.end();
}

function tlsOptions(settings: TlsSettings) {
  const secureContext = secureContextOf(settings);
  return settings.checksName ? { secureContext } : { secureContext, checkServerIdentity: () => undefined };
}

function failureOf(cause: NodeJS.ErrnoException, url: string, isSecure: boolean): NetworkError {
  const code = cause.code ?? 'EIO';
  const isTls = isSecure && !/^E[A-Z]+$/.test(code);
  if (isTls) return tlsErrorOf(cause, url);
  return new NetworkError(code, `no answer from ${url}: ${reasonOf(code)}`);
}
