import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ClientSetupError } from '../../../src/client/client-errors.js';
import { saslMechanism } from '../../../src/client/sasl/login.js';
import { Config } from '../../../src/config/config.js';
import { CLIENT_KEYS } from '../../../src/config/keys/client.js';
import { testClientHost } from '../../support/client-host.js';

const SECURITY = 'org.apache.kafka.common.security.';
const PLAIN = `${SECURITY}plain.PlainLoginModule required username="u" password="p";`;
const SCRAM = `${SECURITY}scram.ScramLoginModule required username="u" password="p";`;
const OAUTH = `${SECURITY}oauthbearer.OAuthBearerLoginModule required`;
const HANDLER = {
  'sasl.login.callback.handler.class': `${SECURITY}oauthbearer.OAuthBearerLoginCallbackHandler`,
};
const ENDPOINT = 'sasl.oauthbearer.token.endpoint.url';

function mechanism(keys: Record<string, string>, javaProperties: Record<string, string> = {}) {
  const host = { ...testClientHost(), javaProperties: new Map(Object.entries(javaProperties)) };
  return saslMechanism(new Config(CLIENT_KEYS, new Map(Object.entries(keys))), host);
}

const withJaas = (name: string, jaas: string, more: Record<string, string> = {}) => ({
  'sasl.mechanism': name,
  'sasl.jaas.config': jaas,
  ...more,
});

async function firstMessage(keys: Record<string, string>, javaProperties?: Record<string, string>): Promise<string> {
  return (await (await mechanism(keys, javaProperties)).begin()).first.toString();
}

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kafkalite-login-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a mechanism takes user and password from the login module', async () => {
  assert.equal(await firstMessage(withJaas('PLAIN', PLAIN)), '\0u\0p');
  assert.match(await firstMessage(withJaas('SCRAM-SHA-256', SCRAM)), /^n,,n=u,r=\S{24}$/);
  assert.match(await firstMessage(withJaas('SCRAM-SHA-512', PLAIN)), /^n,,n=u,r=/, 'as Java, whatever the module');
  const token = SCRAM.replace(';', ' tokenauth="true";');
  assert.match(await firstMessage(withJaas('SCRAM-SHA-256', token)), /,tokenauth=true$/);
  const one = await firstMessage(withJaas('SCRAM-SHA-256', SCRAM));
  assert.match(one, /r=[\w-]{24}$/);
});

test('without sasl.jaas.config the file counts that KAFKA_OPTS names', async (t) => {
  const path = join(directory(t), 'jaas.conf');
  writeFileSync(path, `KafkaServer { x.Y required; };\nKafkaClient {\n  ${PLAIN}\n};\n`);
  const keys = { 'sasl.mechanism': 'PLAIN' };
  const named = { 'java.security.auth.login.config': path };
  assert.equal(await firstMessage(keys, named), '\0u\0p');
  assert.equal(await firstMessage(withJaas('PLAIN', PLAIN.replace('"u"', '"v"')), named), '\0v\0p');
  writeFileSync(path, 'KafkaServer { x.Y required; };');
  await assert.rejects(firstMessage(keys, named), {
    message: `Could not find a 'KafkaClient' entry in the JAAS configuration. System property 'java.security.auth.login.config' is ${path}`,
  });
  await assert.rejects(
    firstMessage(keys, { 'java.security.auth.login.config': '/nowhere' }),
    /is \/nowhere: there is no such file$/,
  );
});

test('OAUTHBEARER: an unsecured token with its extensions', async () => {
  const options = 'unsecuredLoginStringClaim_sub="bob" unsecuredLoginExtension_k="v"';
  const parts = (await firstMessage(withJaas('OAUTHBEARER', `${OAUTH} ${options};`))).split('\x01');
  assert.match(parts[1] ?? '', /^auth=Bearer [\w-]+\.[\w-]+\.$/);
  assert.deepEqual(parts.with(1, ''), ['n,,', '', 'k=v', '', '']);
});

test('OAUTHBEARER: a token from a file that is allowed', async (t) => {
  const path = join(directory(t), 'token.jwt');
  const encoded = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const token = `${encoded({ alg: 'RS256' })}.${encoded({ sub: 'bob', exp: 4_000_000_000 })}.c2ln`;
  writeFileSync(path, `${token}\n`);
  const keys = withJaas('OAUTHBEARER', `${OAUTH} extension_k="v";`, { ...HANDLER, [ENDPOINT]: `file:${path}` });
  const allowed = { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': `http://x,file:${path}` };
  assert.equal(await firstMessage(keys, allowed), `n,,\x01auth=Bearer ${token}\x01k=v\x01\x01`);
  await assert.rejects(
    firstMessage(keys),
    /^\S+: Invalid value file:\S+ for configuration sasl\.oauthbearer\.token\.endpoint\.url: The URL cannot be accessed due to restrictions\. Update the system property 'org\.apache\.kafka\.sasl\.oauthbearer\.allowed\.urls'/,
  );
});

/** Keys that make no login, and what is said of them: Kafka's words first, as measured on Apache Kafka 4.3.1. */
const REFUSED: readonly (readonly [keys: Record<string, string>, message: RegExp])[] = [
  [
    {},
    /^GSSAPI \(Kerberos\), which is what counts where sasl\.mechanism is not set, is not available in this client\. Set sasl\.mechanism to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER/,
  ],
  [{ 'sasl.mechanism': 'GSSAPI' }, /^GSSAPI \(Kerberos\) is not available in this client\./],
  [
    { 'sasl.mechanism': 'PLAIN' },
    /^Could not find a 'KafkaClient' entry in the JAAS configuration\. System property 'java\.security\.auth\.login\.config' is not set: set sasl\.jaas\.config, as in /,
  ],
  [
    withJaas('PLAIN', PLAIN.replace(';', '')),
    /^JAAS config entry not terminated by semi-colon: look at sasl\.jaas\.config$/,
  ],
  [
    withJaas('PLAIN', 'org.foo.Module required;'),
    /^No LoginModule found for org\.foo\.Module: PLAIN goes with org\.apache\.kafka\.common\.security\.plain\.PlainLoginModule$/,
  ],
  [
    withJaas('PLAIN', PLAIN.replace('password', 'passwort')),
    /^Failed to create SaslClient with mechanism PLAIN: .*PlainLoginModule has no option password in its JAAS configuration$/,
  ],
  [withJaas('FOO', PLAIN), /^Failed to create SaslClient with mechanism FOO: sasl\.mechanism is one of /],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`),
    /^No OAuth Bearer tokens in Subject's private credentials: .*unsecuredLoginStringClaim_sub/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`, { [ENDPOINT]: 'http://x' }),
    /token\.endpoint\.url counts only with sasl\.login\.callback\.handler\.class=/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH} unsecuredLoginStringClaim_sub=b unsecuredLoginExtension_auth=x;`),
    /^Extension name auth is invalid$/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`, HANDLER),
    /^The OAuth configuration option sasl\.oauthbearer\.token\.endpoint\.url value is required$/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`, { ...HANDLER, [ENDPOINT]: 'foo' }),
    /contains a URL \(foo\) that is malformed$/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`, { ...HANDLER, [ENDPOINT]: 'ftp://x/y' }),
    /contains an invalid protocol \(ftp\); only "http", "https", and "file" protocol are supported$/,
  ],
  [
    withJaas('OAUTHBEARER', `${OAUTH};`, {
      'sasl.login.callback.handler.class': `${SECURITY}plain.internals.PlainServerCallbackHandler`,
    }),
    /is of no use for OAUTHBEARER: set it to /,
  ],
];

test('what makes no login is refused with the key to look at', async () => {
  for (const [keys, message] of REFUSED) {
    await assert.rejects(mechanism(keys), (error) => {
      assert.ok(error instanceof ClientSetupError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

const ALLOWED = { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': 'http://idp/token' };
const JWT_BEARER = { 'sasl.oauthbearer.jwt.retriever.class': `${SECURITY}oauthbearer.JwtBearerJwtRetriever` };

test('what a token endpoint needs has to be there', async () => {
  const keys = withJaas('OAUTHBEARER', `${OAUTH} clientId="id";`, { ...HANDLER, [ENDPOINT]: 'http://idp/token' });
  await assert.rejects(
    mechanism(keys, ALLOWED),
    /Invalid value null for configuration sasl\.oauthbearer\.client\.credentials\.client\.secret/,
  );
  const bearer = { ...keys, ...JWT_BEARER };
  await assert.rejects(
    mechanism(bearer, ALLOWED),
    /sasl\.oauthbearer\.assertion\.private\.key\.file value is required/,
  );
  await assert.rejects(
    mechanism({ ...bearer, 'sasl.oauthbearer.assertion.file': '/nowhere' }, ALLOWED),
    /The file cannot be accessed due to restrictions\. Update the system property 'org\.apache\.kafka\.sasl\.oauthbearer\.allowed\.files'/,
  );
  const files = { ...ALLOWED, 'org.apache.kafka.sasl.oauthbearer.allowed.files': '/nowhere' };
  await assert.rejects(
    mechanism({ ...bearer, 'sasl.oauthbearer.assertion.file': '/nowhere' }, files),
    /assertion\.file contains a file \(\/nowhere\) that doesn't exist/,
  );
});
