import { NetworkError } from '../../../base/network.js';
import type { ClientHost, ClientSettings } from '../../../client/client-config.js';
import { AuthenticationError, asError, ClientSetupError, DisconnectedError } from '../../../client/client-errors.js';
import { BrokerConnection } from '../../../client/connection.js';
import { type HostPort, hostPortText } from '../../../config/host-port.js';
import type { Check, Findings } from './findings.js';

const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME']);

/** Where a broker was looked for, and what has to be changed when it is not there. */
export interface AddressToCheck extends HostPort {
  /** How the user knows it: `bootstrap`, or the broker that tells clients to connect there. */
  readonly origin: 'bootstrap' | { readonly broker: number };
}

/**
 * Looks at one address from the name up to the versions of APIs, and stops at what does not work.
 * @returns an open connection; null when there is none
 */
export async function checkAddress(
  address: AddressToCheck,
  settings: ClientSettings,
  host: ClientHost,
  timeoutMs: number,
  findings: Findings,
): Promise<BrokerConnection | null> {
  if (!(await checkPort(address, host, timeoutMs, findings))) return null;
  const where = hostPortText(address.host, address.port);
  const { protocol } = settings.security;
  const [hasTls, hasLogin] = [protocol.endsWith('SSL'), protocol.startsWith('SASL')];
  try {
    const connection = await BrokerConnection.open(address, settings, host, timeoutMs, timeoutMs);
    if (hasTls) findings.ok('tls', where, `speaks TLS, and its certificate is trusted and for ${address.host}`);
    if (hasLogin) findings.ok('login', where, 'takes the login');
    const { apiKeys = [] } = connection.handshake ?? {};
    findings.ok('versions', where, `a Kafka broker that speaks ${apiKeys.length} APIs`);
    return connection;
  } catch (cause) {
    const error = asError(cause);
    const check = failedCheck(error, hasTls, hasLogin);
    if (hasTls && check !== 'tls') findings.ok('tls', where, 'speaks TLS');
    findings.failed(check, where, detailOf(error), adviceOf(error, check, protocol));
    return null;
  }
}

async function checkPort(
  { host: name, port, origin }: AddressToCheck,
  host: ClientHost,
  timeoutMs: number,
  findings: Findings,
): Promise<boolean> {
  const where = hostPortText(name, port);
  const whose = origin === 'bootstrap' ? 'the address' : `advertised.listeners of broker ${origin.broker}`;
  try {
    const connection = await host.network.connect(name, port, { timeoutMs });
    const { remoteAddress } = connection;
    connection.handlers = IGNORED;
    connection.destroy();
    findings.ok('name', name, remoteAddress === name ? 'an address' : `is ${remoteAddress}`);
    findings.ok('port', where, 'something listens there');
    return true;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (UNRESOLVED.has(error.code)) {
      const advice = `Correct the name in ${whose}, or make it known to this machine (DNS, /etc/hosts).`;
      findings.failed('name', name, `no address is known for this name (${error.code})`, advice);
      return false;
    }
    findings.ok('name', name, 'has an address');
    findings.failed('port', where, error.message, portAdvice(error.code, whose));
    return false;
  }
}

const IGNORED = {
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};

function portAdvice(code: string, whose: string): string {
  if (code === 'ECONNREFUSED') return `Start the broker, or correct the port in ${whose}.`;
  return `Correct ${whose}, or open the way there: a firewall, a network, or a container's port may stand between.`;
}

function failedCheck(error: Error, hasTls: boolean, hasLogin: boolean): Check {
  if (error instanceof AuthenticationError)
    return error.error === 'SASL_AUTHENTICATION_FAILED' && !isTls(error) && hasLogin ? 'login' : 'tls';
  if (error instanceof ClientSetupError) return hasTls ? 'tls' : 'login';
  return hasTls && (error instanceof NetworkError || error.cause instanceof NetworkError) ? 'tls' : 'versions';
}

const isTls = (error: AuthenticationError): boolean => error.javaClass.endsWith('SslAuthenticationException');

const detailOf = (error: Error): string => error.message.split('\n')[0] ?? error.name;

function adviceOf(error: Error, check: Check, protocol: string): string {
  if (error instanceof AuthenticationError) return error.advice;
  if (error instanceof ClientSetupError) return 'Correct the file of --command-config.';
  if (check === 'tls') return `Take the port of a listener with TLS, or a security.protocol other than ${protocol}.`;
  if (check === 'versions' && error instanceof DisconnectedError && protocol === 'PLAINTEXT') {
    return 'Whoever listens there does not answer in the clear: the listener may want TLS or a login (security.protocol in a file given with --command-config), or is no Kafka.';
  }
  return `Look at what listens there: it is no Kafka broker that speaks ${protocol}.`;
}
