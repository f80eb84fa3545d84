import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCiphers } from 'node:tls';
import { openSslCipher, openSslCiphers } from '../../../src/client/security/cipher-suites.js';

test("Java's names become OpenSSL's, which this machine knows", () => {
  const names = {
    TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
    TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
    TLS_DHE_RSA_WITH_AES_256_CBC_SHA256: 'DHE-RSA-AES256-SHA256',
    TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384: 'ECDHE-RSA-AES256-SHA384',
  };
  const known = new Set(getCiphers());
  for (const [java, openSsl] of Object.entries(names)) {
    assert.equal(openSslCipher(java), openSsl);
    assert.ok(known.has(openSsl.toLowerCase()), openSsl);
  }
});

test('a suite that is not known is named', () => {
  assert.deepEqual(openSslCiphers(['TLS_AES_256_GCM_SHA384', 'FOO']), { unknown: 'FOO' });
  assert.deepEqual(openSslCiphers(['TLS_KRB5_WITH_RC4_128_SHA']), { unknown: 'TLS_KRB5_WITH_RC4_128_SHA' });
  assert.deepEqual(openSslCiphers(['TLS_EMPTY_RENEGOTIATION_INFO_SCSV']), { ciphers: null });
  assert.deepEqual(openSslCiphers([]), { ciphers: null });
});
