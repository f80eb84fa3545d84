import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemCertificates } from '../../src/host/system-certificates.js';
import { tlsPath } from '../support/tls-files.js';

test('the file of SSL_CERT_FILE stands for the system, and NODE_EXTRA_CA_CERTS adds to it', () => {
  assert.equal(systemCertificates({ SSL_CERT_FILE: tlsPath('ca.crt') }).length, 1);
  const both = systemCertificates({ SSL_CERT_FILE: tlsPath('ca.crt'), NODE_EXTRA_CA_CERTS: tlsPath('other-ca.crt') });
  assert.equal(both.length, 2);
  assert.notEqual(both[0], both[1]);
});

test('where there is no such file, there are still authorities', () => {
  assert.ok(systemCertificates({ SSL_CERT_FILE: '/nowhere' }).length > 50);
  assert.ok(systemCertificates({}).length > 50);
});
