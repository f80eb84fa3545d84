/** What a file of certificates and private keys holds. */
export interface KeyStore {
  readonly keys: readonly KeyEntry[];
  /** Certificates that stand for themselves, in PEM. */
  readonly certificates: readonly string[];
}

export interface KeyEntry {
  readonly alias: string;
  /** Own certificate first, then those that stand behind it, in PEM. */
  readonly chain: readonly string[];
  /** The private key as PKCS#8. @throws KeyStoreError when the password is another */
  privateKey(password: string): Buffer | Promise<Buffer>;
}

/** Why a key store cannot be read, in Java's words where Java has some. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
}
