import { constants } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import {
  type Connection,
  TlsError,
  type TlsProblem,
  type TlsSettings,
  type TlsTarget,
  type TlsVersion,
} from '../base/network.js';
import { systemCertificates } from './system-certificates.js';
import { addressText, connectedSocket, reasonOf, TcpConnection } from './tcp-connection.js';

const VERSIONS: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** What turns off a version that lies between two that are on. */
const OFF: Readonly<Record<TlsVersion, number>> = {
  TLSv1: constants.SSL_OP_NO_TLSv1,
  'TLSv1.1': constants.SSL_OP_NO_TLSv1_1,
  'TLSv1.2': constants.SSL_OP_NO_TLSv1_2,
  'TLSv1.3': constants.SSL_OP_NO_TLSv1_3,
};

const contexts = new WeakMap<TlsSettings, SecureContext>();

/** What Node makes of the settings, once: certificates take milliseconds to read. */
export function secureContextOf(settings: TlsSettings): SecureContext {
  let context = contexts.get(settings);
  if (context === undefined) {
    context = createSecureContext(contextOptions(settings));
    contexts.set(settings, context);
  }
  return context;
}

function contextOptions({ trusted, identity, versions, ciphers }: TlsSettings) {
  const on = VERSIONS.filter((version) => versions.includes(version));
  const between = VERSIONS.slice(VERSIONS.indexOf(on[0] as TlsVersion), VERSIONS.indexOf(on.at(-1) as TlsVersion));
  const off = between.filter((version) => !on.includes(version));
  return {
    ca: [...(trusted ?? systemCertificates())],
    // Java takes any certificate of a trust store as the end of a chain, not only those that sign themselves.
    allowPartialTrustChain: true,
    minVersion: on[0],
    maxVersion: on.at(-1),
    secureOptions: off.reduce((options, version) => options | OFF[version], 0),
    ...(identity === null ? {} : { key: identity.key, cert: identity.chain }),
    ...(ciphers === null ? {} : { ciphers: ciphers.join(':') }),
  };
}

/** @throws NetworkError, TlsError */
export async function connectTls(host: string, port: number, tls: TlsTarget, timeoutMs: number): Promise<Connection> {
  const secureContext = secureContextOf(tls.settings);
  const startMs = performance.now();
  const socket = await connectedSocket(host, port, timeoutMs);
  const leftMs = Math.max(1, timeoutMs - (performance.now() - startMs));
  return new TcpConnection(await handshake(socket, tls, secureContext, addressText(host, port), leftMs), postHandshake);
}

function handshake(
  socket: Socket,
  { serverName, settings }: TlsTarget,
  secureContext: SecureContext,
  peer: string,
  timeoutMs: number,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      secureContext,
      servername: isIP(serverName) === 0 ? serverName : '',
      // The certificate is judged below, where it can still be looked at to say what is wrong with it.
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) =>
        settings.checksName ? checkServerIdentity(serverName, certificate) : undefined,
    });
    const fail = (error: TlsError): void => {
      clearTimeout(timeout);
      secure.destroy();
      reject(error);
    };
    const timeout = setTimeout(() => {
      fail(new TlsError('closed', 'ETIMEDOUT', '', `no TLS with ${peer}: ${reasonOf('ETIMEDOUT')}`));
    }, timeoutMs);
    const onError = (cause: NodeJS.ErrnoException): void => fail(tlsErrorOf(cause, peer));
    secure.once('error', onError);
    secure.once('secureConnect', () => {
      if (!secure.authorized) {
        fail(refusal(secure, peer));
        return;
      }
      clearTimeout(timeout);
      secure.off('error', onError);
      resolve(secure);
    });
  });
}

/** Why the certificate that the server showed is not taken. */
function refusal(secure: TLSSocket, peer: string): TlsError {
  const { authorizationError } = secure;
  const cause = authorizationError instanceof Error ? authorizationError : new Error(String(authorizationError));
  const code = (cause as NodeJS.ErrnoException).code ?? cause.message;
  const problem = problemOf(code);
  return new TlsError(problem, code, certificateText(problem, secure.getPeerCertificate(true)), messageOf(peer, code));
}

function certificateText(problem: TlsProblem, certificate: PeerCertificate): string {
  switch (problem) {
    case 'expired':
      return `it was valid until ${certificate.valid_to}`;
    case 'not yet valid':
      return `it is valid from ${certificate.valid_from} on`;
    case 'wrong name':
      return `it is for ${certificate.subjectaltname ?? nameText(certificate.subject) ?? 'no name'}`;
    default:
      return `it was issued by ${nameText(certificate.issuer)}`;
  }
}

const nameText = (name: PeerCertificate['subject'] | undefined): string | undefined =>
  name === undefined
    ? undefined
    : Object.entries(name)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');

const PROBLEMS: Readonly<Record<string, TlsProblem>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not tls',
  ERR_SSL_UNKNOWN_PROTOCOL: 'not tls',
  ERR_SSL_INVALID_TYPE: 'not tls',
};

/** By the codes of the system (ECONNRESET), of OpenSSL (ERR_SSL_...), and of its look at certificates (all others). */
function problemOf(code: string): TlsProblem {
  const known = PROBLEMS[code];
  if (known !== undefined) return known;
  if (/^E[A-Z]+$/.test(code)) return 'closed';
  if (code.includes('_ALERT_')) return 'alert';
  return code.startsWith('ERR_') ? 'other' : 'untrusted';
}

/** What an error before the end of the handshake means. */
export function tlsErrorOf(cause: NodeJS.ErrnoException & { readonly reason?: string }, peer: string): TlsError {
  const code = cause.code ?? cause.message;
  return new TlsError(problemOf(code), code, cause.reason ?? '', messageOf(peer, code));
}

/** Under TLS 1.3 a server judges the client's certificate after the client thinks all is well. */
function postHandshake(cause: NodeJS.ErrnoException, peer: string): TlsError | null {
  return cause.code?.startsWith('ERR_SSL_') ? tlsErrorOf(cause, peer) : null;
}

function messageOf(peer: string, code: string): string {
  return `no TLS with ${peer}: ${reasonOf(code)}`;
}
