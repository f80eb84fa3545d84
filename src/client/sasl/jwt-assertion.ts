import { createPrivateKey, createSign, type KeyObject, randomUUID } from 'node:crypto';
import { LoginError } from './mechanism.js';

/** What the client states of itself with a signature (RFC 7523), by the sasl.oauthbearer.assertion.* keys. */
export interface AssertionKeys {
  readonly algorithm: 'RS256' | 'ES256';
  readonly privateKey: KeyObject;
  /** Header and payload to begin with; claims of the configuration count more. */
  readonly template: AssertionTemplate;
  readonly aud: string | null;
  readonly iss: string | null;
  readonly sub: string | null;
  readonly expSeconds: number;
  readonly nbfSeconds: number;
  readonly includesJti: boolean;
}

export interface AssertionTemplate {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A signed JWT of now. */
export function signedAssertion(keys: AssertionKeys, nowMs: number): string {
  const nowSeconds = Math.floor(nowMs / 1000);
  const named = Object.entries({ aud: keys.aud, iss: keys.iss, sub: keys.sub }).filter(([, value]) => value !== null);
  const header = { ...keys.template.header, alg: keys.algorithm, typ: 'JWT' };
  const payload = {
    ...keys.template.payload,
    ...Object.fromEntries(named),
    iat: nowSeconds,
    exp: nowSeconds + keys.expSeconds,
    nbf: nowSeconds - keys.nbfSeconds,
    ...(keys.includesJti ? { jti: randomUUID() } : {}),
  };
  const content = `${encoded(header)}.${encoded(payload)}`;
  const signature = createSign('sha256').update(content).sign({ key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

/** @throws LoginError */
export function assertionKey(pem: string, passphrase: string | null, algorithm: string, path: string): KeyObject {
  const failed = `An error occurred generating the OAuth assertion private key from ${path}`;
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === null ? {} : { passphrase }) });
  } catch (cause) {
    throw new LoginError(`${failed}: ${(cause as Error).message}`, { cause });
  }
  const wanted = algorithm === 'ES256' ? 'ec' : 'rsa';
  if (key.asymmetricKeyType === wanted) return key;
  throw new LoginError(
    `${failed}: it is a key of ${key.asymmetricKeyType}, and ${algorithm} signs with one of ${wanted}`,
  );
}

/** @throws LoginError */
export function assertionTemplate(text: string, path: string): AssertionTemplate {
  try {
    const { header = {}, payload = {} } = JSON.parse(text) as Partial<AssertionTemplate>;
    return { header, payload };
  } catch (cause) {
    throw new LoginError(`The template of the assertion in ${path} is not JSON`, { cause });
  }
}

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
