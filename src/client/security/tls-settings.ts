import type { Disk } from '../../base/disk.js';
import type { TlsSettings, TlsVersion } from '../../base/network.js';
import { ClientSetupError } from '../client-errors.js';
import { openSslCiphers } from './cipher-suites.js';
import { identityOf } from './client-identity.js';
import type { TlsKeys } from './tls-keys.js';
import { trustedOf } from './trusted-certificates.js';

const ILLEGAL_ARGUMENT = 'java.lang.IllegalArgumentException';

/** By the names of Java's contexts: the versions that one has where ssl.enabled.protocols is empty. */
const CONTEXTS: Readonly<Record<string, readonly TlsVersion[]>> = {
  Default: ['TLSv1.2', 'TLSv1.3'],
  TLS: ['TLSv1.2', 'TLSv1.3'],
  SSL: ['TLSv1.2', 'TLSv1.3'],
  TLSv1: ['TLSv1'],
  'TLSv1.1': ['TLSv1', 'TLSv1.1'],
  'TLSv1.2': ['TLSv1.2'],
  'TLSv1.3': ['TLSv1.2', 'TLSv1.3'],
};
const VERSIONS: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** Java knows these too, and nothing speaks them any more. */
const DEAD_VERSIONS: ReadonlySet<string> = new Set(['SSLv2Hello', 'SSLv3']);

/**
 * What TLS needs, from the keys of a client and the files that they name. Rules and messages are Java's; after a colon
 * stands what to do.
 *
 * @throws ClientSetupError
 */
export async function tlsSettings(keys: TlsKeys, disk: Disk): Promise<TlsSettings> {
  const { cipherSuites, endpointIdentification } = keys;
  const suites = openSslCiphers(cipherSuites);
  if ('unknown' in suites) {
    throw new ClientSetupError(`Unsupported CipherSuite: ${suites.unknown}`, {
      advice: 'see ssl.cipher.suites',
      javaClass: ILLEGAL_ARGUMENT,
    });
  }
  if (!/^(?:|https|ldaps)$/i.test(endpointIdentification)) {
    const advice = 'ssl.endpoint.identification.algorithm is https, or empty for no check of the host name';
    throw new ClientSetupError(`Unknown identification algorithm: ${endpointIdentification}`, {
      advice,
      javaClass: ILLEGAL_ARGUMENT,
    });
  }
  return {
    versions: versionsOf(keys),
    identity: await identityOf(keys, disk),
    trusted: await trustedOf(keys, disk),
    ciphers: suites.ciphers,
    checksName: endpointIdentification !== '',
  };
}

function versionsOf({ protocol, enabledProtocols }: TlsKeys): readonly TlsVersion[] {
  const ofContext = CONTEXTS[protocol];
  if (ofContext === undefined) {
    throw new ClientSetupError(`${protocol} SSLContext not available`, {
      advice: `ssl.protocol is one of ${Object.keys(CONTEXTS).join(', ')}`,
      javaClass: 'java.security.NoSuchAlgorithmException',
    });
  }
  const versions: TlsVersion[] = [];
  for (const name of enabledProtocols) {
    const version = VERSIONS.find((known) => known === name);
    if (version !== undefined) versions.push(version);
    else if (!DEAD_VERSIONS.has(name)) {
      const advice = `ssl.enabled.protocols has some of ${VERSIONS.join(', ')}`;
      throw new ClientSetupError(`Unsupported protocol ${name}`, { advice, javaClass: ILLEGAL_ARGUMENT });
    }
  }
  if (versions.length > 0) return versions;
  if (enabledProtocols.length === 0) return ofContext;
  throw new ClientSetupError('No appropriate protocol', {
    advice: `ssl.enabled.protocols has none of ${VERSIONS.join(', ')}`,
  });
}
