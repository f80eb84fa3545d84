import { createHash, timingSafeEqual } from 'node:crypto';
import { Reader } from '../../base/bytes.js';
import { DerValue } from './der.js';
import { type KeyEntry, type KeyStore, KeyStoreError } from './key-entries.js';
import { pemOf } from './pem.js';

const JKS_MAGIC = 0xfeedfeed;
const JCEKS_MAGIC = 0xcececece;
/** Magic, version and the number of entries. */
const HEAD_BYTES = 12;
const DIGEST_BYTES = 20;
const KEY_ENTRY = 1;
const CERTIFICATE_ENTRY = 2;
const JKS_PROTECTION = '1.3.6.1.4.1.42.2.17.1.1';
/** What is hashed after the password, before the content. */
const DIGEST_SALT = 'Mighty Aphrodite';

export function isJavaKeyStore(bytes: Buffer, isJceks: boolean): boolean {
  return bytes.length >= HEAD_BYTES + DIGEST_BYTES && bytes.readUInt32BE(0) === (isJceks ? JCEKS_MAGIC : JKS_MAGIC);
}

/**
 * Reads a key store of Java's own format: magic, version, entries, and a digest of all that with the password.
 *
 * @param password null: the digest is not checked, as Java does.
 * @throws KeyStoreError, MalformedBytesError for a file that is cut
 */
export function readJavaKeyStore(bytes: Buffer, password: string | null): KeyStore {
  const body = bytes.subarray(0, bytes.length - DIGEST_BYTES);
  if (password !== null) checkDigest(body, bytes.subarray(body.length), password);
  const version = body.readUInt32BE(4);
  if (version !== 1 && version !== 2) throw new KeyStoreError(`version ${version} of the JKS format is not known`);
  const reader = new Reader(body.subarray(8));
  const keys: KeyEntry[] = [];
  const certificates: string[] = [];
  for (let left = reader.int32(); left > 0; left--) {
    const tag = reader.int32();
    const alias = utf(reader);
    reader.skip(8);
    if (tag === CERTIFICATE_ENTRY) certificates.push(certificate(reader, version));
    else if (tag === KEY_ENTRY) keys.push(keyEntry(reader, version, alias));
    else throw new KeyStoreError(`entry ${alias} is neither a certificate nor a private key`);
  }
  return { keys, certificates };
}

function checkDigest(body: Buffer, digest: Buffer, password: string): void {
  const hash = createHash('sha1').update(utf16(password)).update(DIGEST_SALT).update(body).digest();
  if (timingSafeEqual(hash, digest)) return;
  throw new KeyStoreError('Keystore was tampered with, or password was incorrect');
}

function keyEntry(reader: Reader, version: number, alias: string): KeyEntry {
  const sealed = Buffer.from(reader.slice(reader.int32()));
  const chain: string[] = [];
  for (let left = reader.int32(); left > 0; left--) chain.push(certificate(reader, version));
  return { alias, chain, privateKey: (password) => unseal(sealed, password) };
}

function certificate(reader: Reader, version: number): string {
  if (version === 2) utf(reader);
  return pemOf('CERTIFICATE', reader.slice(reader.int32()));
}

/** The key is hidden under a stream of hashes of password and salt, and followed by a hash to know it by. */
function unseal(sealed: Buffer, password: string): Buffer {
  const info = DerValue.read(sealed);
  const algorithm = info.child(0).child(0).objectId();
  if (algorithm !== JKS_PROTECTION) {
    throw new KeyStoreError(
      `the private key is protected as only Java can read it (${algorithm}): convert the file with keytool -importkeystore -deststoretype PKCS12`,
    );
  }
  const bytes = info.child(1).bytes();
  const secret = utf16(password);
  let stream: Buffer = bytes.subarray(0, DIGEST_BYTES);
  const key = Buffer.from(bytes.subarray(DIGEST_BYTES, bytes.length - DIGEST_BYTES));
  for (let offset = 0; offset < key.length; offset++) {
    const within = offset % DIGEST_BYTES;
    if (within === 0) stream = createHash('sha1').update(secret).update(stream).digest();
    key[offset] = (key[offset] as number) ^ (stream[within] as number);
  }
  const check = createHash('sha1').update(secret).update(key).digest();
  if (!check.equals(bytes.subarray(bytes.length - DIGEST_BYTES))) throw new KeyStoreError('Cannot recover key');
  return key;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function utf(reader: Reader): string {
  return reader.slice(reader.uint16()).toString('utf8');
}
