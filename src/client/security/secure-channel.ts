import { TlsError, type TlsSettings, type TlsTarget } from '../../base/network.js';
import type { SecurityProtocol } from '../../config/endpoint.js';
import { type HostPort, hostPortText } from '../../config/host-port.js';
import type { ClientHost } from '../client-config.js';
import { AuthenticationError } from '../client-errors.js';
import type { BrokerConnection } from '../connection.js';
import { LoginError, type SaslMechanism } from '../sasl/mechanism.js';
import { tlsFailure } from './tls-failure.js';
import { type SharedConfig, type TlsKeys, tlsKeysOf } from './tls-keys.js';

/** A login is renewed in the last part of the time that it holds, at random so that not all clients come at once. */
const RENEWAL_FROM = 0.85;
const RENEWAL_WITHIN = 0.1;

/** What the connections of one client share: certificates that were read, and a login. */
export class SecureChannel {
  private readonly protocol: SecurityProtocol;
  private readonly tls: TlsSettings | null;
  private readonly mechanism: SaslMechanism | null;
  private readonly host: ClientHost;

  constructor(protocol: SecurityProtocol, tls: TlsSettings | null, mechanism: SaslMechanism | null, host: ClientHost) {
    this.protocol = protocol;
    this.tls = tls;
    this.mechanism = mechanism;
    this.host = host;
  }

  get hasTls(): boolean {
    return this.tls !== null;
  }

  get hasLogin(): boolean {
    return this.mechanism !== null;
  }

  /** Undefined for a connection without TLS. */
  tlsTo({ host }: HostPort): TlsTarget | undefined {
    return this.tls === null ? undefined : { serverName: host, settings: this.tls };
  }

  /**
   * Comes after the handshake about versions, and again before the login is over (KIP-368).
   *
   * @returns in how many milliseconds it has to come again; null for never
   * @throws AuthenticationError, DisconnectedError
   */
  async authenticate(connection: BrokerConnection): Promise<number | null> {
    if (this.mechanism === null) return null;
    const { authenticate } = await import('../sasl/authenticate.js');
    try {
      const lifetimeMs = await authenticate(connection, this.mechanism);
      if (lifetimeMs <= 0) return null;
      return lifetimeMs * (RENEWAL_FROM + RENEWAL_WITHIN * this.host.random.fraction());
    } catch (cause) {
      if (!(cause instanceof LoginError)) throw cause;
      const { message } = cause;
      const { address } = connection;
      throw new AuthenticationError('SASL_AUTHENTICATION_FAILED', { address, message, advice: message, cause });
    }
  }

  /** Says of an error of TLS what it means for the configuration; others stay as they are. */
  explained(error: unknown, address: HostPort, isAfterHandshake: boolean): unknown {
    if (!(error instanceof TlsError) || this.tls === null) return error;
    const where = { address: hostPortText(address.host, address.port), host: address.host };
    return tlsFailure(error, { ...where, protocol: this.protocol, settings: this.tls, isAfterHandshake });
  }
}

/** @throws ClientSetupError */
export async function openChannel(
  protocol: SecurityProtocol,
  config: SharedConfig,
  host: ClientHost,
): Promise<SecureChannel> {
  const hasTls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const hasLogin = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  const mechanism = hasLogin ? await (await import('../sasl/login.js')).saslMechanism(config, host) : null;
  if (!hasTls) return new SecureChannel(protocol, null, mechanism, host);
  const { tlsSettings } = await import('./tls-settings.js');
  return new SecureChannel(
    protocol,
    await tlsSettings(withJavaTrust(tlsKeysOf(config), host), host.disk),
    mechanism,
    host,
  );
}

/** Without a trust store of Kafka, Java looks for one among its own properties. */
function withJavaTrust(keys: TlsKeys, { javaProperties }: ClientHost): TlsKeys {
  const location = javaProperties?.get('javax.net.ssl.trustStore') ?? null;
  const { trustStore, trustedCertificates } = keys;
  if (location === null || trustStore.location !== null || trustedCertificates !== null) return keys;
  const type = javaProperties?.get('javax.net.ssl.trustStoreType') ?? 'JKS';
  const password = javaProperties?.get('javax.net.ssl.trustStorePassword') ?? null;
  return { ...keys, trustStore: { type, location, password } };
}
