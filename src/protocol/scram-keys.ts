import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** What SCRAM (RFC 5802) computes, for the two mechanisms that Kafka has. */
export interface ScramMechanism {
  readonly name: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  /** Its number in requests and metadata records. */
  readonly type: 1 | 2;
  readonly hash: 'sha256' | 'sha512';
  readonly sizeBytes: 32 | 64;
}

export const SCRAM_MECHANISMS: readonly ScramMechanism[] = [
  { name: 'SCRAM-SHA-256', type: 1, hash: 'sha256', sizeBytes: 32 },
  { name: 'SCRAM-SHA-512', type: 2, hash: 'sha512', sizeBytes: 64 },
];

export const MIN_SCRAM_ITERATIONS = 4096;
export const MAX_SCRAM_ITERATIONS = 16384;

export function scramMechanismNamed(name: string): ScramMechanism | null {
  return SCRAM_MECHANISMS.find((mechanism) => mechanism.name === name) ?? null;
}

/** The password is taken as its UTF-8 bytes, without SASLprep, as Kafka does. */
export function saltedPassword(
  { hash, sizeBytes }: ScramMechanism,
  password: string,
  salt: Buffer,
  iterations: number,
): Buffer {
  return pbkdf2Sync(password, salt, iterations, sizeBytes, hash);
}

export function clientKey({ hash }: ScramMechanism, salted: Buffer): Buffer {
  return createHmac(hash, salted).update('Client Key').digest();
}

export function storedKey(mechanism: ScramMechanism, salted: Buffer): Buffer {
  return createHash(mechanism.hash).update(clientKey(mechanism, salted)).digest();
}

export function serverKey({ hash }: ScramMechanism, salted: Buffer): Buffer {
  return createHmac(hash, salted).update('Server Key').digest();
}
