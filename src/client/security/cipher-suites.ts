const KEY_EXCHANGES: Readonly<Record<string, string>> = {
  RSA: '',
  DHE_RSA: 'DHE-RSA-',
  DHE_DSS: 'DHE-DSS-',
  ECDHE_RSA: 'ECDHE-RSA-',
  ECDHE_ECDSA: 'ECDHE-ECDSA-',
};

/** `AES_128_GCM_SHA256` and so on: what OpenSSL calls the part after WITH. */
const CIPHERS: readonly (readonly [java: RegExp, openSsl: string])[] = [
  [/^(AES|ARIA|CAMELLIA)_(128|256)_GCM_(SHA\d+)$/, '$1$2-GCM-$3'],
  [/^(AES)_(128|256)_CBC_(SHA\d*)$/, '$1$2-$3'],
  [/^(AES)_(128|256)_(CCM)$/, '$1$2-$3'],
  [/^(AES)_(128|256)_(CCM)_8$/, '$1$2-$38'],
  [/^CHACHA20_POLY1305_SHA256$/, 'CHACHA20-POLY1305'],
  [/^3DES_EDE_CBC_SHA$/, 'DES-CBC3-SHA'],
];

/** Stands in Java's lists for something else than a cipher. */
const NO_CIPHER = 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV';

/**
 * Names of ssl.cipher.suites as OpenSSL has them: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is
 * `ECDHE-RSA-AES128-GCM-SHA256`; those of TLS 1.3 have the same name everywhere.
 *
 * @returns null for a suite that is not known
 */
export function openSslCipher(suite: string): string | null {
  if (/^TLS_(?:AES_(?:128|256)_(?:GCM|CCM|CCM_8)|CHACHA20_POLY1305)_SHA\d+$/.test(suite)) return suite;
  const [, exchange = '', cipher = ''] = /^(?:TLS|SSL)_([A-Z_]+?)_WITH_([A-Z0-9_]+)$/.exec(suite) ?? [];
  const prefix = KEY_EXCHANGES[exchange];
  if (prefix === undefined) return null;
  for (const [java, openSsl] of CIPHERS) {
    if (java.test(cipher)) return prefix + cipher.replace(java, openSsl);
  }
  return null;
}

/** @returns null for no preference; the suite that is not known as `unknown` */
export function openSslCiphers(
  suites: readonly string[],
): { readonly ciphers: readonly string[] | null } | { readonly unknown: string } {
  const ciphers: string[] = [];
  for (const suite of suites) {
    if (suite === NO_CIPHER) continue;
    const cipher = openSslCipher(suite);
    if (cipher === null) return { unknown: suite };
    ciphers.push(cipher);
  }
  return { ciphers: ciphers.length === 0 ? null : ciphers };
}
