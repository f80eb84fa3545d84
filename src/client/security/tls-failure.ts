import type { TlsError, TlsSettings } from '../../base/network.js';
import type { SecurityProtocol } from '../../config/endpoint.js';
import { AuthenticationError, DisconnectedError } from '../client-errors.js';

/** What Java's clients say of any failure before the first request, and of one that follows it. */
const HANDSHAKE_FAILED = 'SSL handshake failed';
const POST_HANDSHAKE_FAILED = 'Failed to process post-handshake messages';

interface Attempt {
  readonly address: string;
  readonly host: string;
  readonly protocol: SecurityProtocol;
  readonly settings: TlsSettings;
  /** The handshake was over, and the broker then found fault with the client. */
  readonly isAfterHandshake: boolean;
}

/** The same with the key of the configuration to look at. What will be the same the next time is an AuthenticationError. */
export function tlsFailure(error: TlsError, attempt: Attempt): Error {
  const { address } = attempt;
  const advice = adviceFor(error, attempt);
  if (error.problem === 'closed') return new DisconnectedError(`${address}: ${advice}`, { cause: error });
  const message = attempt.isAfterHandshake ? POST_HANDSHAKE_FAILED : HANDSHAKE_FAILED;
  return new AuthenticationError('SSL', { address, message, advice, cause: error });
}

function adviceFor(error: TlsError, { host, protocol, settings }: Attempt): string {
  const { problem, code, detail } = error;
  const inTheClear = protocol === 'SSL' ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  switch (problem) {
    case 'untrusted': {
      const fact = `the certificate of the broker is not trusted (${code}): ${detail}.`;
      return settings.trusted === null
        ? `${fact} Set ssl.truststore.location, ssl.truststore.type and ssl.truststore.password to a file that has the authority behind it, or ssl.truststore.certificates`
        : `${fact} Nothing of ssl.truststore.location or ssl.truststore.certificates stands behind it: put its authority there`;
    }
    case 'expired':
      return `the certificate of the broker has expired: ${detail}. The broker needs a new one (ssl.keystore.location in its configuration)`;
    case 'not yet valid':
      return `the certificate of the broker is not valid yet: ${detail}. Is the clock of this machine right? Else the broker needs another one (ssl.keystore.location in its configuration)`;
    case 'wrong name':
      return `the certificate of the broker is not for ${host}: ${detail}. Use such a name in bootstrap.servers and in advertised.listeners of the broker; ssl.endpoint.identification.algorithm= (empty) turns the check off`;
    case 'not tls':
      return `what answers there does not speak TLS (${code}). Set security.protocol=${inTheClear}, or use the port of a TLS listener`;
    case 'closed':
      return `the connection was closed before the end of the TLS handshake (${code}). If that listener has no TLS, set security.protocol=${inTheClear}`;
    case 'alert':
      return alertAdvice(error, settings);
    default:
      return `no TLS can be spoken with the broker (${code}${detail === '' ? '' : `: ${detail}`}). Look at ssl.enabled.protocols and ssl.cipher.suites`;
  }
}

function alertAdvice({ code, detail }: TlsError, { identity }: TlsSettings): string {
  const alert = detail || code;
  if (/CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED/.test(code)) {
    return identity === null
      ? `the broker wants a certificate of the client (${alert}). Set ssl.keystore.location, ssl.keystore.type, ssl.keystore.password and ssl.key.password`
      : `the broker does not accept the certificate of this client (${alert}). Look at ssl.keystore.location: it needs a certificate that the broker trusts (ssl.truststore.location in its configuration)`;
  }
  if (/PROTOCOL_VERSION/.test(code)) {
    return `the broker speaks none of the versions of TLS in ssl.enabled.protocols (${alert})`;
  }
  return `the broker ended the TLS handshake (${alert}). Look at ssl.cipher.suites and ssl.enabled.protocols, and whether it wants a certificate of the client (ssl.keystore.location)`;
}
