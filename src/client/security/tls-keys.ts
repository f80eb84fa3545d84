import type { Config } from '../../config/config.js';
import type { CLIENT_KEYS } from '../../config/keys/client.js';

/** The settings that all clients have. */
export type SharedConfig = Config<typeof CLIENT_KEYS>;

/** The ssl.* keys of Java that mean something here. */
export interface TlsKeys {
  readonly protocol: string;
  readonly enabledProtocols: readonly string[];
  readonly cipherSuites: readonly string[];
  readonly endpointIdentification: string;
  readonly trustStore: StoreKeys;
  /** PEM in the configuration itself. */
  readonly trustedCertificates: string | null;
  readonly keyStore: StoreKeys;
  readonly keyPassword: string | null;
  readonly key: string | null;
  readonly certificateChain: string | null;
}

export interface StoreKeys {
  readonly type: string;
  readonly location: string | null;
  readonly password: string | null;
}

export function tlsKeysOf(config: SharedConfig): TlsKeys {
  const store = (kind: 'truststore' | 'keystore'): StoreKeys => ({
    type: config.get(`ssl.${kind}.type`),
    location: config.get(`ssl.${kind}.location`) || null,
    password: config.get(`ssl.${kind}.password`),
  });
  return {
    protocol: config.get('ssl.protocol'),
    enabledProtocols: config.get('ssl.enabled.protocols'),
    cipherSuites: config.get('ssl.cipher.suites'),
    endpointIdentification: config.get('ssl.endpoint.identification.algorithm'),
    trustStore: store('truststore'),
    trustedCertificates: config.get('ssl.truststore.certificates'),
    keyStore: store('keystore'),
    keyPassword: config.get('ssl.key.password'),
    key: config.get('ssl.keystore.key'),
    certificateChain: config.get('ssl.keystore.certificate.chain'),
  };
}
