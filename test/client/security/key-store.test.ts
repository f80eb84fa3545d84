import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { KeyStoreError } from '../../../src/client/security/key-entries.js';
import { keyPem, readKeyStore, trustedCertificates } from '../../../src/client/security/key-store.js';
import { tlsFile, tlsText } from '../../support/tls-files.js';

const PASSWORD = 'changeit';
const subjectOf = (pem: string | undefined) => /CN=.*/.exec(new X509Certificate(pem ?? '').subject)?.[0];

async function refused(file: string, type: string, password: string | null, message: RegExp): Promise<void> {
  await assert.rejects(readKeyStore(tlsFile(file), type, password), (error) => {
    assert.ok(error instanceof KeyStoreError);
    assert.match(error.message, message);
    return true;
  });
}

test('what is to be trusted comes out of every format, under either name of Java', async () => {
  const files = [
    ['trust.p12', 'PKCS12'],
    ['trust.p12', 'JKS'],
    ['trust.p12', 'jks'],
    ['trust-java8.p12', 'JKS'],
    ['trust-openssl.p12', 'PKCS12'],
    ['trust.jks', 'JKS'],
    ['trust.jks', 'PKCS12'],
    ['trust.jceks', 'JCEKS'],
  ] as const;
  for (const [file, type] of files) {
    const trusted = trustedCertificates(await readKeyStore(tlsFile(file), type, PASSWORD));
    assert.deepEqual(trusted.map(subjectOf), ['CN=ca'], `${file} as ${type}`);
    assert.equal(new X509Certificate(trusted[0] ?? '').raw.equals(new X509Certificate(tlsFile('ca.crt')).raw), true);
  }
});

test('keys come out with their chains, and open with their password alone', async () => {
  const files = [
    ['client.p12', PASSWORD, ['CN=carol', 'CN=ca']],
    ['client-3des.p12', PASSWORD, ['CN=carol']],
    ['client.jks', 'key-secret', ['CN=carol', 'CN=ca']],
  ] as const;
  const expected = createPrivateKey(tlsText('client.key'));
  for (const [file, password, chain] of files) {
    const { keys } = await readKeyStore(tlsFile(file), 'JKS', PASSWORD);
    assert.equal(keys.length, 1, file);
    const [entry] = keys;
    assert.equal(entry?.alias, 'client');
    assert.deepEqual(entry?.chain.map(subjectOf), chain, file);
    const key = createPrivateKey(keyPem((await entry?.privateKey(password)) ?? Buffer.alloc(0)));
    assert.equal(key.equals(expected), true, file);
    await assert.rejects(async () => entry?.privateKey('another'), KeyStoreError);
  }
});

test('of a file with a key, its own certificate is trusted and not who stands behind it', async () => {
  const trusted = trustedCertificates(await readKeyStore(tlsFile('client.p12'), 'PKCS12', PASSWORD));
  assert.deepEqual(trusted.map(subjectOf), ['CN=carol']);
});

test('without a password what is not encrypted is read', async () => {
  assert.equal((await readKeyStore(tlsFile('trust.jks'), 'JKS', null)).certificates.length, 1);
  assert.equal((await readKeyStore(tlsFile('trust.p12'), 'PKCS12', null)).certificates.length, 0);
  assert.equal((await readKeyStore(tlsFile('client-3des.p12'), 'PKCS12', null)).keys[0]?.chain.length, 1);
});

test('what cannot be read is refused with its reason', async () => {
  await refused('trust.jks', 'JKS', 'another', /^Keystore was tampered with, or password was incorrect$/);
  await refused('trust.p12', 'JKS', 'another', /^keystore password was incorrect$/);
  await refused('trust.jceks', 'JKS', PASSWORD, /^Invalid keystore format$/);
  await refused('trust.jks', 'JCEKS', PASSWORD, /^Invalid keystore format$/);
  await refused('ca.crt', 'JKS', PASSWORD, /^Invalid keystore format$/);
  const { keys } = await readKeyStore(tlsFile('client.jceks'), 'JCEKS', PASSWORD);
  assert.throws(() => keys[0]?.privateKey('key-secret'), /as only Java can read it.*keytool -importkeystore/);
});

test('a cut file is refused wherever it is cut', async () => {
  for (const [file, password] of [
    ['trust.jks', null],
    ['client.jks', null],
    ['trust.p12', PASSWORD],
    ['client.p12', null],
  ] as const) {
    const whole = tlsFile(file);
    for (let length = 0; length < whole.length; length += 7) {
      await assert.rejects(
        readKeyStore(whole.subarray(0, length), 'JKS', password),
        KeyStoreError,
        `${file} ${length}`,
      );
    }
  }
});
