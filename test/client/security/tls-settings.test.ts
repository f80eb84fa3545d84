import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { ClientSetupError } from '../../../src/client/client-errors.js';
import { tlsKeysOf } from '../../../src/client/security/tls-keys.js';
import { tlsSettings } from '../../../src/client/security/tls-settings.js';
import { Config } from '../../../src/config/config.js';
import { CLIENT_KEYS } from '../../../src/config/keys/client.js';
import { nodeDisk } from '../../../src/host/node-disk.js';
import { tlsPath, tlsText } from '../../support/tls-files.js';

const settingsOf = (keys: Record<string, string>) =>
  tlsSettings(tlsKeysOf(new Config(CLIENT_KEYS, new Map(Object.entries(keys)))), nodeDisk);

const TRUST = { 'ssl.truststore.location': tlsPath('trust.p12'), 'ssl.truststore.password': 'changeit' };
const PEM_TRUST = { 'ssl.truststore.type': 'PEM' };
const PEM_KEYS = { 'ssl.keystore.type': 'PEM' };
const KEY = { 'ssl.keystore.key': tlsText('client.key') };
const CHAIN = { 'ssl.keystore.certificate.chain': tlsText('client.crt') };

test('nothing set: what the system trusts, the two versions of today, and names are checked', async () => {
  assert.deepEqual(await settingsOf({}), {
    versions: ['TLSv1.2', 'TLSv1.3'],
    identity: null,
    trusted: null,
    ciphers: null,
    checksName: true,
  });
});

test('trusted certificates come from a store, a PEM file or the configuration itself', async () => {
  for (const keys of [
    TRUST,
    { ...PEM_TRUST, 'ssl.truststore.location': tlsPath('ca.crt') },
    { ...PEM_TRUST, 'ssl.truststore.certificates': tlsText('ca.crt') },
  ]) {
    const { trusted } = await settingsOf(keys);
    assert.equal(trusted?.length, 1);
    assert.match(trusted?.[0] ?? '', /^-----BEGIN CERTIFICATE-----/);
  }
});

test('the identity comes from a store, a PEM file or the configuration itself', async () => {
  const expected = createPrivateKey(tlsText('client.key'));
  const p12 = { 'ssl.keystore.location': tlsPath('client.p12'), 'ssl.keystore.password': 'changeit' };
  const jks = { 'ssl.keystore.location': tlsPath('client.jks'), 'ssl.keystore.password': 'changeit' };
  const pem = { ...PEM_KEYS, 'ssl.keystore.location': tlsPath('client-encrypted.pem') };
  const secret = { 'ssl.key.password': 'key-secret' };
  for (const [keys, chainLength] of [
    [p12, 2],
    [{ ...p12, 'ssl.key.password': 'changeit' }, 2],
    [{ ...jks, ...secret }, 2],
    [{ ...pem, ...secret }, 2],
    [{ ...PEM_KEYS, ...KEY, ...CHAIN }, 1],
    [{ ...PEM_KEYS, 'ssl.keystore.key': tlsText('client-encrypted.key'), ...CHAIN, ...secret }, 1],
  ] as const) {
    const { identity } = await settingsOf(keys);
    assert.equal(createPrivateKey(identity?.key ?? '').equals(expected), true);
    assert.equal(identity?.chain.match(/BEGIN CERTIFICATE/g)?.length, chainLength);
  }
  const older = { ...PEM_KEYS, 'ssl.keystore.key': tlsText('server-pkcs1.key') };
  assert.match(
    (await settingsOf({ ...older, 'ssl.keystore.certificate.chain': tlsText('server.crt') })).identity?.key ?? '',
    /BEGIN PRIVATE KEY/,
  );
});

test('versions, ciphers and the check of names', async () => {
  const settings = await settingsOf({
    'ssl.enabled.protocols': 'TLSv1.3',
    'ssl.cipher.suites': 'TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA',
    'ssl.endpoint.identification.algorithm': '',
  });
  assert.deepEqual(settings.versions, ['TLSv1.3']);
  assert.deepEqual(settings.ciphers, ['TLS_AES_128_GCM_SHA256', 'AES128-SHA']);
  assert.equal(settings.checksName, false);
  const ofContext = await settingsOf({ 'ssl.enabled.protocols': '', 'ssl.protocol': 'TLSv1.2' });
  assert.deepEqual(ofContext.versions, ['TLSv1.2']);
  assert.deepEqual((await settingsOf({ 'ssl.enabled.protocols': 'SSLv3,TLSv1.2' })).versions, ['TLSv1.2']);
});

/** Keys of a client, and what Java says of them (measured on Apache Kafka 4.3.1) with what we add. */
const REFUSED: readonly (readonly [keys: Record<string, string>, message: RegExp])[] = [
  [
    { ...TRUST, 'ssl.truststore.password': 'nope12' },
    /^Failed to load SSL keystore .*trust\.p12 of type JKS: keystore password was incorrect: look at ssl\.truststore\.password$/,
  ],
  [
    { 'ssl.truststore.location': '/nowhere' },
    /^Failed to load SSL keystore \/nowhere of type JKS: there is no such file: look at ssl\.truststore\.location$/,
  ],
  [
    { 'ssl.truststore.location': tlsPath('trust.p12') },
    /^the trustAnchors parameter must be non-empty: .*ssl\.truststore\.password is not set/,
  ],
  [
    { ...TRUST, 'ssl.truststore.type': 'FOO' },
    /of type FOO: FOO not found: ssl\.truststore\.type is JKS, PKCS12, JCEKS or PEM$/,
  ],
  [
    { 'ssl.truststore.location': tlsPath('ca.crt') },
    /Invalid keystore format: it is a PEM file, so set ssl\.truststore\.type=PEM$/,
  ],
  [
    { 'ssl.truststore.location': tlsPath('README.md') },
    /Invalid keystore format: look at ssl\.truststore\.type and ssl\.truststore\.location$/,
  ],
  [
    { 'ssl.truststore.password': 'changeit' },
    /^SSL trust store is not specified, but trust store password is specified\.$/,
  ],
  [
    { 'ssl.truststore.certificates': tlsText('ca.crt') },
    /^SSL trust store certs can be specified only for PEM, but trust store type is JKS\. Set ssl\.truststore\.type=PEM$/,
  ],
  [{ ...PEM_TRUST, 'ssl.truststore.certificates': 'junk' }, /^No matching CERTIFICATE entries in PEM file$/],
  [
    { ...PEM_TRUST, 'ssl.truststore.certificates': 'x', 'ssl.truststore.location': 'y' },
    /^Both SSL trust store location and separate trust certificates are specified\.$/,
  ],
  [
    { ...PEM_TRUST, 'ssl.truststore.certificates': 'x', 'ssl.truststore.password': 'y' },
    /^SSL trust store password cannot be specified for PEM format\.$/,
  ],
  [
    { ...PEM_TRUST, 'ssl.truststore.location': tlsPath('README.md') },
    /^Failed to load PEM SSL keystore .*README\.md: No matching CERTIFICATE entries in PEM file: look at ssl\.truststore\.location$/,
  ],
  [
    { ...PEM_TRUST, 'ssl.truststore.location': tlsPath('ca.crt'), 'ssl.truststore.password': 'y' },
    /^SSL trust store password cannot be specified for PEM format\.$/,
  ],
  [
    { 'ssl.keystore.location': tlsPath('client.p12') },
    /^SSL key store is specified, but key store password is not specified\. Set ssl\.keystore\.password$/,
  ],
  [{ 'ssl.keystore.password': 'changeit' }, /^SSL key store is not specified, but key store password is specified\.$/],
  [
    { 'ssl.keystore.location': tlsPath('client.jks'), 'ssl.keystore.password': 'changeit' },
    /^Cannot recover key: the key client opens neither with ssl\.key\.password/,
  ],
  [KEY, /^SSL private key can be specified only for PEM, but key store type is JKS\. Set ssl\.keystore\.type=PEM$/],
  [{ ...PEM_KEYS, ...KEY }, /^SSL private key is specified, but certificate chain is not specified\.$/],
  [{ ...PEM_KEYS, ...CHAIN }, /^SSL certificate chain is specified, but private key is not specified$/],
  [
    { ...PEM_KEYS, ...KEY, ...CHAIN, 'ssl.keystore.location': 'x' },
    /^Both SSL key store location and separate private key are specified\.$/,
  ],
  [
    { ...PEM_KEYS, ...KEY, ...CHAIN, 'ssl.keystore.password': 'x' },
    /^SSL key store password cannot be specified with PEM format, only key password may be specified$/,
  ],
  [
    { ...PEM_KEYS, 'ssl.keystore.location': tlsPath('ca.crt') },
    /No matching PRIVATE KEY entries in PEM file: look at ssl\.keystore\.location$/,
  ],
  [{ ...PEM_KEYS, 'ssl.keystore.location': tlsPath('client.key') }, /No matching CERTIFICATE entries in PEM file/],
  [
    { ...PEM_KEYS, 'ssl.keystore.location': tlsPath('client-encrypted.pem') },
    /Private key could not be loaded: it is encrypted, set ssl\.key\.password/,
  ],
  [
    { ...PEM_KEYS, 'ssl.keystore.location': tlsPath('client-encrypted.pem'), 'ssl.key.password': 'x' },
    /Private key could not be loaded: look at ssl\.key\.password/,
  ],
  [{ 'ssl.protocol': 'TLSv9' }, /^TLSv9 SSLContext not available: ssl\.protocol is one of /],
  [{ 'ssl.enabled.protocols': 'TLSv9' }, /^Unsupported protocol TLSv9: ssl\.enabled\.protocols has some of /],
  [{ 'ssl.enabled.protocols': 'SSLv3' }, /^No appropriate protocol: /],
  [{ 'ssl.cipher.suites': 'FOO' }, /^Unsupported CipherSuite: FOO: see ssl\.cipher\.suites$/],
  [{ 'ssl.endpoint.identification.algorithm': 'foo' }, /^Unknown identification algorithm: foo: /],
];

test('what does not fit is refused with the key to look at', async () => {
  for (const [keys, message] of REFUSED) {
    await assert.rejects(settingsOf(keys), (error) => {
      assert.ok(error instanceof ClientSetupError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});
