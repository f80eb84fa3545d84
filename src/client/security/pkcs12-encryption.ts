import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import type { DerValue } from './der.js';
import { KeyStoreError } from './key-entries.js';

export interface Hash {
  readonly name: string;
  readonly sizeBytes: number;
  readonly blockBytes: number;
}

const SHA1: Hash = { name: 'sha1', sizeBytes: 20, blockBytes: 64 };

export const HASHES: Readonly<Record<string, Hash>> = {
  '1.3.14.3.2.26': SHA1,
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', sizeBytes: 32, blockBytes: 64 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', sizeBytes: 48, blockBytes: 128 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', sizeBytes: 64, blockBytes: 128 },
};

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';

/** What PBKDF2 hashes with. */
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const CIPHERS: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
};

/** The ways of PKCS#12 itself, all with SHA-1 and blocks of 8 bytes. RC2 was Java's for certificates up to Java 11. */
const LEGACY: Readonly<Record<string, readonly [cipher: 'des-ede3-cbc' | 'des-ede-cbc' | 'rc2', keyBytes: number]>> = {
  '1.2.840.113549.1.12.1.3': ['des-ede3-cbc', 24],
  '1.2.840.113549.1.12.1.4': ['des-ede-cbc', 16],
  '1.2.840.113549.1.12.1.5': ['rc2', 16],
  '1.2.840.113549.1.12.1.6': ['rc2', 5],
};
const LEGACY_BLOCK_BYTES = 8;
const CIPHER_KEY = 1;
const CIPHER_IV = 2;

/**
 * Decrypts what a password protects, by the algorithm that stands beside it.
 *
 * @throws KeyStoreError for another password, or an algorithm that is not known
 */
export async function decryptContent(algorithm: DerValue, content: Buffer, password: string): Promise<Buffer> {
  const id = algorithm.child(0).objectId();
  if (id === PBES2) return decryptPbes2(algorithm.child(1), content, password);
  const legacy = LEGACY[id];
  if (legacy === undefined) throw unknown(id);
  const [cipher, keyBytes] = legacy;
  const salt = algorithm.child(1).child(0).bytes();
  const iterations = algorithm.child(1).child(1).integer();
  const key = pkcs12Key(SHA1, password, salt, iterations, CIPHER_KEY, keyBytes);
  const iv = pkcs12Key(SHA1, password, salt, iterations, CIPHER_IV, LEGACY_BLOCK_BYTES);
  return cipher === 'rc2' ? decryptRc2(key, iv, content) : decipher(cipher, key, iv, content);
}

function decryptPbes2(parameters: DerValue, content: Buffer, password: string): Buffer {
  const [derivation, encryption] = [parameters.child(0), parameters.child(1)];
  if (derivation.child(0).objectId() !== PBKDF2) throw unknown(derivation.child(0).objectId());
  const [salt, iterations, ...rest] = derivation.child(1).children();
  const prfId = rest.at(-1)?.tag === 0x30 ? (rest.at(-1) as DerValue).child(0).objectId() : '1.2.840.113549.2.7';
  const cipherId = encryption.child(0).objectId();
  const prf = PRFS[prfId];
  const cipher = CIPHERS[cipherId];
  if (prf === undefined) throw unknown(prfId);
  if (cipher === undefined) throw unknown(cipherId);
  if (salt === undefined || iterations === undefined) throw unknown(PBKDF2);
  const key = pbkdf2Sync(password, salt.bytes(), iterations.integer(), cipher[1], prf);
  return decipher(cipher[0], key, encryption.child(1).bytes(), content);
}

function decipher(cipher: string, key: Buffer, iv: Buffer, content: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, iv);
  try {
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch (cause) {
    throw wrongPassword(cause);
  }
}

/** OpenSSL 3 has no RC2 any more. */
async function decryptRc2(key: Buffer, iv: Buffer, content: Buffer): Promise<Buffer> {
  const { default: forge } = await import('node-forge');
  const bytes = (buffer: Buffer) => forge.util.createBuffer(buffer.toString('latin1'), 'raw');
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  cipher.start(bytes(iv));
  cipher.update(bytes(content));
  if (!cipher.finish()) throw wrongPassword(null);
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

const wrongPassword = (cause: unknown): KeyStoreError =>
  new KeyStoreError('the password does not fit what it should decrypt', { cause });

function unknown(id: string): KeyStoreError {
  return new KeyStoreError(
    `it is encrypted in a way that is not known here (${id}): convert the file with keytool -importkeystore -deststoretype PKCS12`,
  );
}

/**
 * Derives a key as appendix B of RFC 7292 has it, from the password in UTF-16 with a zero at its end.
 *
 * @param purpose 1 for a key, 2 for an initial vector, 3 for the key of a MAC
 */
export function pkcs12Key(
  { name, blockBytes }: Hash,
  password: string,
  salt: Buffer,
  iterations: number,
  purpose: number,
  sizeBytes: number,
): Buffer {
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([repeated(salt, blockBytes), repeated(secret, blockBytes)]);
  const pieces: Buffer[] = [];
  for (let missing = sizeBytes; missing > 0; ) {
    let hash = createHash(name).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) hash = createHash(name).update(hash).digest();
    pieces.push(hash);
    missing -= hash.length;
    if (missing > 0) addToBlocks(input, repeated(hash, blockBytes).subarray(0, blockBytes));
  }
  return Buffer.concat(pieces).subarray(0, sizeBytes);
}

/** Fills whole blocks with the bytes, over and over. */
function repeated(bytes: Buffer, blockBytes: number): Buffer {
  return bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}

/** Adds a number of the size of a block, and one, to each block, all as unsigned numbers. */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1;
    for (let index = addend.length - 1; index >= 0; index--) {
      carry += (blocks[start + index] as number) + (addend[index] as number);
      blocks[start + index] = carry & 0xff;
      carry >>= 8;
    }
  }
}
