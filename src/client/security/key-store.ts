import { createPrivateKey } from 'node:crypto';
import { MalformedBytesError } from '../../base/malformed-bytes-error.js';
import { DerError } from './der.js';
import { isJavaKeyStore, readJavaKeyStore } from './java-key-store.js';
import { type KeyStore, KeyStoreError } from './key-entries.js';
import { readPkcs12 } from './pkcs12.js';

const JAVA_FORMATS: ReadonlySet<string> = new Set(['JKS', 'PKCS12', 'JCEKS']);

/** Whether a file of that type can be read here. */
export const isKnownType = (type: string): boolean => JAVA_FORMATS.has(type.toUpperCase());

/**
 * Reads a key store. Java takes files of either format for the types JKS and PKCS12.
 *
 * @param password null: what is not encrypted is read, unchecked.
 * @throws KeyStoreError
 */
export async function readKeyStore(bytes: Buffer, type: string, password: string | null): Promise<KeyStore> {
  try {
    const isJceks = type.toUpperCase() === 'JCEKS';
    if (isJavaKeyStore(bytes, isJceks)) return readJavaKeyStore(bytes, password);
    if (isJceks || bytes[0] !== 0x30) throw new KeyStoreError('Invalid keystore format');
    return await readPkcs12(bytes, password);
  } catch (error) {
    if (!(error instanceof DerError) && !(error instanceof MalformedBytesError)) throw error;
    throw new KeyStoreError(`Invalid keystore format: ${error.message}`, { cause: error });
  }
}

/** The PEM of a private key as Node reads it. @throws KeyStoreError */
export function keyPem(pkcs8: Buffer): string {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
      format: 'pem',
      type: 'pkcs8',
    }) as string;
  } catch (cause) {
    throw new KeyStoreError(`the private key cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/**
 * What Java trusts of a key store: its certificates, and the own certificate of each key. Those that stand behind the
 * certificate of a key do not count.
 */
export function trustedCertificates({ keys, certificates }: KeyStore): string[] {
  const own = keys.map(({ chain }) => chain[0]).filter((certificate) => certificate !== undefined);
  return [...new Set([...certificates, ...own])];
}
