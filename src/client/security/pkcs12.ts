import { createHmac, timingSafeEqual, X509Certificate } from 'node:crypto';
import { DerTag, DerValue } from './der.js';
import { type KeyEntry, type KeyStore, KeyStoreError } from './key-entries.js';
import { pemOf } from './pem.js';
import { decryptContent, HASHES, type Hash, pkcs12Key } from './pkcs12-encryption.js';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const SAFE_CONTENTS_BAG = '1.2.840.113549.1.12.10.1.6';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
/** By this Java marks certificates that were put in to be trusted. */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1';
const MAC_KEY = 3;

interface KeyBag {
  readonly alias: string;
  readonly localKeyId: string | null;
  readonly value: DerValue;
  readonly isShrouded: boolean;
}

interface CertificateBag {
  readonly localKeyId: string | null;
  readonly isTrusted: boolean;
  readonly der: Buffer;
}

interface Bags {
  readonly keys: KeyBag[];
  readonly certificates: CertificateBag[];
}

/**
 * Reads a PKCS#12 file (RFC 7292).
 *
 * @param password null: parts that are encrypted are left out, as Java does.
 * @throws KeyStoreError, DerError
 */
export async function readPkcs12(bytes: Buffer, password: string | null): Promise<KeyStore> {
  const [, authSafe, mac] = DerValue.read(bytes).expect(DerTag.SEQUENCE).children();
  if (authSafe?.child(0).objectId() !== DATA) throw new KeyStoreError('Invalid keystore format');
  const content = authSafe.child(1).child(0).bytes();
  if (password !== null && mac !== undefined) checkMac(mac, content, password);
  const bags: Bags = { keys: [], certificates: [] };
  for (const part of DerValue.read(content).children()) {
    const safe = await openPart(part, password);
    if (safe !== null) collectBags(DerValue.read(safe), bags);
  }
  return entriesOf(bags);
}

function checkMac(mac: DerValue, content: Buffer, password: string): void {
  const [info, salt, count] = mac.children();
  const algorithm = info?.child(0).child(0).objectId() ?? '';
  const hash: Hash | undefined = HASHES[algorithm];
  if (info === undefined || salt === undefined || hash === undefined) {
    throw new KeyStoreError(`the file is protected by an algorithm that is not known here (${algorithm})`);
  }
  const key = pkcs12Key(hash, password, salt.bytes(), count?.integer() ?? 1, MAC_KEY, hash.sizeBytes);
  const expected = createHmac(hash.name, key).update(content).digest();
  const found = info.child(1).bytes();
  if (found.length === expected.length && timingSafeEqual(found, expected)) return;
  throw new KeyStoreError('keystore password was incorrect');
}

/** The contents of a part in the clear; null where a password is missing. */
async function openPart(part: DerValue, password: string | null): Promise<Buffer | null> {
  const kind = part.child(0).objectId();
  if (kind === DATA) return part.child(1).child(0).bytes();
  if (kind !== ENCRYPTED_DATA) throw new KeyStoreError(`a part is protected in a way that is not known here (${kind})`);
  if (password === null) return null;
  const [, algorithm, content] = part.child(1).child(0).child(1).children();
  if (algorithm === undefined || content === undefined) return null;
  return decryptContent(algorithm, content.bytes(), password);
}

function collectBags(contents: DerValue, bags: Bags): void {
  for (const bag of contents.children()) {
    const [id, value, attributes] = bag.children();
    if (id === undefined || value === undefined) continue;
    const kind = id.objectId();
    if (kind === SAFE_CONTENTS_BAG) collectBags(value.child(0), bags);
    else if (kind === CERTIFICATE_BAG) {
      const certificate = value.child(0);
      if (certificate.child(0).objectId() !== X509_CERTIFICATE) continue;
      const der = certificate.child(1).child(0).bytes();
      const localKeyId = attribute(attributes, LOCAL_KEY_ID)?.toString('hex') ?? null;
      bags.certificates.push({ localKeyId, isTrusted: attribute(attributes, TRUSTED_KEY_USAGE) !== null, der });
    } else if (kind === KEY_BAG || kind === SHROUDED_KEY_BAG) {
      bags.keys.push({
        alias: Buffer.from(attribute(attributes, FRIENDLY_NAME) ?? [])
          .swap16()
          .toString('utf16le'),
        localKeyId: attribute(attributes, LOCAL_KEY_ID)?.toString('hex') ?? null,
        value: value.child(0),
        isShrouded: kind === SHROUDED_KEY_BAG,
      });
    }
  }
}

function attribute(attributes: DerValue | undefined, id: string): Buffer | null {
  for (const one of attributes?.children() ?? []) {
    if (one.child(0).objectId() === id) return one.child(1).children()[0]?.bytes() ?? Buffer.alloc(0);
  }
  return null;
}

/** OpenSSL does not mark what is to be trusted: a file of certificates alone can be meant for nothing else. */
function entriesOf(bags: Bags): KeyStore {
  const keys = bags.keys.map(
    (key): KeyEntry => ({
      alias: key.alias,
      chain: chainOf(key, bags).map((der) => pemOf('CERTIFICATE', der)),
      privateKey: (password) => privateKey(key, password),
    }),
  );
  const isMarked = keys.length > 0 || bags.certificates.some(({ isTrusted }) => isTrusted);
  const certificates = bags.certificates.filter(({ isTrusted }) => isTrusted || !isMarked);
  return { keys, certificates: certificates.map(({ der }) => pemOf('CERTIFICATE', der)) };
}

/** The certificate of a key, and after it whoever issued the one before. */
function chainOf({ localKeyId }: KeyBag, { certificates }: Bags): Buffer[] {
  const own = certificates.find((one) => one.localKeyId !== null && one.localKeyId === localKeyId);
  if (own === undefined) return [];
  const chain = [own.der];
  for (let last = new X509Certificate(own.der); ; ) {
    const issuer = certificates.find(({ der }) => !chain.includes(der) && last.checkIssued(new X509Certificate(der)));
    if (issuer === undefined) return chain;
    chain.push(issuer.der);
    last = new X509Certificate(issuer.der);
  }
}

function privateKey({ value, isShrouded }: KeyBag, password: string): Promise<Buffer> | Buffer {
  if (!isShrouded) return value.whole;
  return decryptContent(value.child(0), value.child(1).bytes(), password);
}
