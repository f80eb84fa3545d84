import type { Disk } from '../../base/disk.js';
import { ClientSetupError } from '../client-errors.js';
import { trustedCertificates } from './key-store.js';
import { invalid } from './setup-error.js';
import { inPemFile, pemCertificates, storeOf } from './store-files.js';
import type { TlsKeys } from './tls-keys.js';

/** The certificates of ssl.truststore.*; null where nothing is said. @throws ClientSetupError */
export async function trustedOf(keys: TlsKeys, disk: Disk): Promise<readonly string[] | null> {
  const { type, location, password } = keys.trustStore;
  const given = keys.trustedCertificates;
  if (given !== null) {
    if (type.toUpperCase() !== 'PEM') {
      const message = `SSL trust store certs can be specified only for PEM, but trust store type is ${type}.`;
      throw invalid(message, 'Set ssl.truststore.type=PEM');
    }
    if (location !== null)
      throw invalid('Both SSL trust store location and separate trust certificates are specified.');
    if (password !== null) throw invalid('SSL trust store password cannot be specified for PEM format.');
    return pemCertificates(given);
  }
  if (location === null) {
    if (password === null) return null;
    throw invalid('SSL trust store is not specified, but trust store password is specified.');
  }
  if (type.toUpperCase() === 'PEM') {
    if (password !== null) throw invalid('SSL trust store password cannot be specified for PEM format.');
    return inPemFile(location, 'ssl.truststore.location', disk, pemCertificates);
  }
  const trusted = trustedCertificates(await storeOf(keys.trustStore, 'ssl.truststore', disk));
  if (trusted.length > 0) return trusted;
  const hint =
    password === null ? 'ssl.truststore.password is not set, and without it none can be read' : 'it has none';
  throw new ClientSetupError('the trustAnchors parameter must be non-empty', {
    advice: `no certificate was found in ${location}: ${hint}`,
  });
}
