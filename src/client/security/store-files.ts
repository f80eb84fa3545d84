import { type Disk, DiskError } from '../../base/disk.js';
import { ClientSetupError } from '../client-errors.js';
import { type KeyStore, KeyStoreError } from './key-entries.js';
import { isKnownType, readKeyStore } from './key-store.js';
import { certificatesOf } from './pem.js';
import { invalid } from './setup-error.js';
import type { StoreKeys } from './tls-keys.js';

/** Reads the store of keys with some prefix. @throws ClientSetupError */
export async function storeOf({ type, location, password }: StoreKeys, prefix: string, disk: Disk): Promise<KeyStore> {
  const failed = `Failed to load SSL keystore ${location} of type ${type}`;
  if (!isKnownType(type)) {
    const advice = `${type} not found: ${prefix}.type is JKS, PKCS12, JCEKS or PEM`;
    throw new ClientSetupError(failed, { advice });
  }
  const bytes = readFile(location as string, `${prefix}.location`, disk, failed);
  try {
    return await readKeyStore(bytes, type, password);
  } catch (cause) {
    if (!(cause instanceof KeyStoreError)) throw cause;
    throw new ClientSetupError(failed, { advice: cause.message + hintFor(cause, prefix, bytes), cause });
  }
}

function hintFor({ message }: KeyStoreError, prefix: string, bytes: Buffer): string {
  if (message.includes('password')) return `: look at ${prefix}.password`;
  if (bytes.includes('-----BEGIN ')) return `: it is a PEM file, so set ${prefix}.type=PEM`;
  return `: look at ${prefix}.type and ${prefix}.location`;
}

function readFile(path: string, key: string, disk: Disk, failed: string): Buffer {
  try {
    return disk.readWhole(path);
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new ClientSetupError(failed, { advice: `${why}: look at ${key}`, cause });
  }
}

/** Reads what a PEM file holds. @throws ClientSetupError */
export function inPemFile<T>(path: string, key: string, disk: Disk, read: (text: string) => T): T {
  const failed = `Failed to load PEM SSL keystore ${path}`;
  const text = readFile(path, key, disk, failed).toString('latin1');
  try {
    return read(text);
  } catch (cause) {
    if (!(cause instanceof ClientSetupError)) throw cause;
    throw invalid(failed, `${cause.message}: look at ${key}`, cause);
  }
}

/** @throws ClientSetupError where there is none */
export function pemCertificates(text: string): string[] {
  const certificates = certificatesOf(text);
  if (certificates.length === 0) throw invalid('No matching CERTIFICATE entries in PEM file');
  return certificates;
}
