import { createPrivateKey } from 'node:crypto';
import type { Disk } from '../../base/disk.js';
import type { TlsIdentity } from '../../base/network.js';
import { ClientSetupError } from '../client-errors.js';
import { type KeyStore, KeyStoreError } from './key-entries.js';
import { keyPem } from './key-store.js';
import { pemParts } from './pem.js';
import { invalid } from './setup-error.js';
import { inPemFile, pemCertificates, storeOf } from './store-files.js';
import type { TlsKeys } from './tls-keys.js';

const UNRECOVERABLE_KEY = 'java.security.UnrecoverableKeyException';

/** Key and certificates of ssl.keystore.*; null where nothing is said. @throws ClientSetupError */
export async function identityOf(keys: TlsKeys, disk: Disk): Promise<TlsIdentity | null> {
  const { keyStore, key, certificateChain, keyPassword } = keys;
  const isPem = keyStore.type.toUpperCase() === 'PEM';
  if (key !== null) {
    if (!isPem) {
      const message = `SSL private key can be specified only for PEM, but key store type is ${keyStore.type}.`;
      throw invalid(message, 'Set ssl.keystore.type=PEM');
    }
    if (certificateChain === null)
      throw invalid('SSL private key is specified, but certificate chain is not specified.');
    if (keyStore.location !== null) {
      throw invalid('Both SSL key store location and separate private key are specified.');
    }
    if (keyStore.password !== null) throw pemPassword();
    return pemIdentity(key, certificateChain, keyPassword);
  }
  if (certificateChain !== null) throw invalid('SSL certificate chain is specified, but private key is not specified');
  if (keyStore.location === null) {
    if (keyStore.password === null) return null;
    throw invalid('SSL key store is not specified, but key store password is specified.');
  }
  if (isPem) {
    if (keyStore.password !== null) throw pemPassword();
    return inPemFile(keyStore.location, 'ssl.keystore.location', disk, (text) => pemIdentity(text, text, keyPassword));
  }
  if (keyStore.password === null) {
    throw invalid('SSL key store is specified, but key store password is not specified.', 'Set ssl.keystore.password');
  }
  const store = await storeOf(keyStore, 'ssl.keystore', disk);
  return identityIn(store, keyPassword ?? keyStore.password);
}

/** A store without a key is of no use as an identity, and Java goes on without one. */
async function identityIn({ keys }: KeyStore, password: string): Promise<TlsIdentity | null> {
  const entry = keys.find(({ chain }) => chain.length > 0);
  if (entry === undefined) return null;
  try {
    return { key: keyPem(await entry.privateKey(password)), chain: entry.chain.join('') };
  } catch (cause) {
    if (!(cause instanceof KeyStoreError)) throw cause;
    const advice = `the key ${entry.alias} opens neither with ssl.key.password nor, where that is not set, with ssl.keystore.password`;
    throw new ClientSetupError('Cannot recover key', { advice, javaClass: UNRECOVERABLE_KEY, cause });
  }
}

function pemIdentity(keyText: string, chainText: string, password: string | null): TlsIdentity {
  const part = pemParts(keyText).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (part === undefined) throw invalid('Invalid PEM keystore configs', 'No matching PRIVATE KEY entries in PEM file');
  const chain = pemCertificates(chainText).join('\n');
  const isEncrypted = part.label.startsWith('ENCRYPTED') || part.text.includes('ENCRYPTED');
  if (isEncrypted && password === null) {
    throw invalid(
      'Invalid PEM keystore configs',
      'Private key could not be loaded: it is encrypted, set ssl.key.password',
    );
  }
  try {
    const key = createPrivateKey({ key: part.text, ...(isEncrypted ? { passphrase: password ?? '' } : {}) });
    return { key: key.export({ format: 'pem', type: 'pkcs8' }) as string, chain };
  } catch (cause) {
    const hint = isEncrypted ? ': look at ssl.key.password' : `: ${(cause as Error).message}`;
    throw invalid('Invalid PEM keystore configs', `Private key could not be loaded${hint}`, cause);
  }
}

const pemPassword = (): ClientSetupError =>
  invalid('SSL key store password cannot be specified with PEM format, only key password may be specified');
