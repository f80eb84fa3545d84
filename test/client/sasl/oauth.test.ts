import assert from 'node:assert/strict';
import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { HttpRequest, HttpResponse } from '../../../src/base/network.js';
import { type AssertionKeys, assertionKey, signedAssertion } from '../../../src/client/sasl/jwt-assertion.js';
import { ConversationError, LoginError } from '../../../src/client/sasl/mechanism.js';
import { type OAuthToken, readToken, TokenKeeper } from '../../../src/client/sasl/oauth-token.js';
import { extensionsOf, oauthBearerMechanism } from '../../../src/client/sasl/oauthbearer.js';
import { fetchToken, type TokenEndpoint } from '../../../src/client/sasl/token-endpoint.js';
import { unsecuredToken } from '../../../src/client/sasl/unsecured-token.js';
import { passTime, settle, testClientHost } from '../../support/client-host.js';

const NAMES = { sub: 'sub', scope: 'scope' };
const encoded = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
const jwt = (claims: unknown) => `${encoded({ alg: 'RS256' })}.${encoded(claims)}.c2ln`;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

function unsecured(options: Record<string, string>): Record<string, unknown> {
  const { value, issuedMs, expiresMs } = unsecuredToken(new Map(Object.entries(options)), 1_700_000_000_500);
  const [header, payload, signature] = value.split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header ?? '', 'base64url').toString()), { alg: 'none' });
  assert.equal(signature, '');
  assert.ok(payload !== undefined && issuedMs === 1_700_000_000_500);
  return { ...claimsOf(value), lifetimeMs: expiresMs - issuedMs };
}

test('an unsecured token has the claims of the options', () => {
  assert.deepEqual(unsecured({ unsecuredLoginStringClaim_sub: 'bob' }), {
    sub: 'bob',
    iat: 1_700_000_000.5,
    exp: 1_700_003_600.5,
    lifetimeMs: 3_600_000,
  });
  const many = unsecured({
    unsecuredLoginStringClaim_user: 'bob',
    unsecuredLoginPrincipalClaimName: 'user',
    unsecuredLoginNumberClaim_n: '3.5',
    unsecuredLoginListClaim_l: ',a,b',
    unsecuredLoginListClaim_m: '|a||b|',
    unsecuredLoginListClaim_e: '',
    unsecuredLoginLifetimeSeconds: '10',
    foo: 'ignored',
  });
  assert.deepEqual([many.user, many.n, many.l, many.m, many.e], ['bob', 3.5, ['a', 'b'], ['a', '', 'b'], []]);
  assert.equal(many.lifetimeMs, 10_000);
});

test("options that make no token are refused in Java's words", () => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ foo: '5' }, /^No principal name in JWT claim: sub$/],
    [{ unsecuredLoginStringClaim_sub: '' }, /^No principal name in JWT claim: sub$/],
    [{ unsecuredLoginNumberClaim_sub: '5' }, /^The 'sub' claim was not of type String/],
    [
      { unsecuredLoginStringClaim_sub: 'b', unsecuredLoginNumberClaim_exp: '5' },
      /^Cannot explicitly set the 'exp' claim$/,
    ],
    [{ unsecuredLoginStringClaim_sub: 'b', unsecuredLoginLifetimeSeconds: 'x' }, /^For input string: "x"$/],
  ];
  for (const [options, message] of cases) {
    assert.throws(
      () => unsecured(options),
      (error) => error instanceof LoginError && message.test(error.message),
    );
  }
});

test('a token is looked at before it is sent', () => {
  assert.deepEqual(readToken(jwt({ sub: 'b', exp: 9, iat: 2, scope: ['x'] }), NAMES), {
    value: jwt({ sub: 'b', exp: 9, iat: 2, scope: ['x'] }),
    issuedMs: 2000,
    expiresMs: 9000,
  });
  const cases: readonly (readonly [string, RegExp])[] = [
    ['abc', /^Malformed JWT provided; expected three sections \(header, payload, and signature\)$/],
    ['a.b.', /^Malformed JWT provided/],
    [jwt({ sub: 'b' }), /^exp value must be non-null$/],
    [jwt({ exp: 1 }), /^sub value must be non-null$/],
    [jwt({ sub: ' ', exp: 1 }), /^sub value must not be empty$/],
    [jwt({ sub: 'b', exp: 1, scope: 5 }), /^scope value must be/],
    ['a.!.c', /not JSON/],
  ];
  for (const [token, message] of cases) {
    assert.throws(
      () => readToken(token, NAMES),
      (error) => error instanceof LoginError && message.test(error.message),
    );
  }
});

test('the message has the token and the extensions; a refusal is answered once', async () => {
  const extensions = extensionsOf(
    new Map([
      ['extension_trace', '1 2'],
      ['scope', 'x'],
    ]),
    'extension_',
  );
  const token: OAuthToken = { value: 'h.p.s', issuedMs: null, expiresMs: 1 };
  const { first, answer } = await oauthBearerMechanism(async () => token, extensions).begin();
  assert.equal(first.toString(), 'n,,\x01auth=Bearer h.p.s\x01trace=1 2\x01\x01');
  assert.equal(answer(Buffer.from('{"status":"invalid_token"}'))?.toString(), '\x01');
  assert.throws(() => answer(Buffer.from('more')), new ConversationError('{"status":"invalid_token"}'));
  const content = await oauthBearerMechanism(async () => token, new Map()).begin();
  assert.equal(content.answer(Buffer.alloc(0)), null);
  for (const name of ['auth', 'k1', '']) {
    assert.throws(
      () => extensionsOf(new Map([[`extension_${name}`, 'v']]), 'extension_'),
      /Extension name .* is invalid/,
    );
  }
  assert.throws(() => extensionsOf(new Map([['extension_k', 'ü']]), 'extension_'), /Extension value/);
});

test('a token is kept while it is fresh, and an old one serves where there is no new one', async () => {
  const { clock, logger } = testClientHost();
  let fetched = 0;
  let works = true;
  const fetch = async (): Promise<OAuthToken> => {
    if (!works) throw new LoginError('down');
    return { value: String(++fetched), issuedMs: clock.nowMs(), expiresMs: clock.nowMs() + 1_000_000 };
  };
  const window = { factor: 0.8, jitter: 0, minPeriodSeconds: 60, bufferSeconds: 300 };
  const keeper = new TokenKeeper(fetch, window, { clock, logger, fraction: 0 });
  const [one, same] = await Promise.all([keeper.current(), keeper.current()]);
  assert.deepEqual([one.value, same.value, fetched], ['1', '1', 1]);
  clock.advance(699_999);
  assert.equal((await keeper.current()).value, '1', '300 s before its end it is to be renewed, and not earlier');
  clock.advance(1);
  assert.equal((await keeper.current()).value, '2');
  works = false;
  clock.advance(999_999);
  assert.equal((await keeper.current()).value, '2');
  clock.advance(1);
  await assert.rejects(keeper.current(), /down/);
});

test('a short life leaves no room for the windows, so its factor counts', async () => {
  const { clock, logger } = testClientHost();
  let fetched = 0;
  const fetch = async () => ({ value: String(++fetched), issuedMs: null, expiresMs: clock.nowMs() + 100_000 });
  const window = { factor: 0.5, jitter: 0.1, minPeriodSeconds: 60, bufferSeconds: 300 };
  const keeper = new TokenKeeper(fetch, window, { clock, logger, fraction: 0.5 });
  await keeper.current();
  clock.advance(54_999);
  assert.equal((await keeper.current()).value, '1');
  clock.advance(1);
  assert.equal((await keeper.current()).value, '2');
});

const ENDPOINT: TokenEndpoint = {
  url: 'http://idp/token',
  tls: null,
  timeoutMs: 1000,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1000,
};

async function fetched(answers: (HttpResponse | Error)[]) {
  const host = testClientHost();
  const requests: HttpRequest[] = [];
  const network = Object.assign(host.network, {
    request: async (request: HttpRequest) => {
      requests.push(request);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer as HttpResponse;
    },
  });
  const request = {
    parameters: new Map([
      ['grant_type', 'client_credentials'],
      ['scope', 'a b'],
    ]),
    authorization: 'Basic x',
  };
  const outcome = await passTime(
    host.clock,
    fetchToken(ENDPOINT, request, { clock: host.clock, network }).catch((error: unknown) => error),
  );
  await settle();
  return { outcome, requests, tookMs: host.clock.monotonicMs() };
}

test('a token endpoint is asked with a form, and its token is taken', async () => {
  const { outcome, requests } = await fetched([{ status: 200, body: '{"access_token":"a.b.c","expires_in":1}' }]);
  assert.equal(outcome, 'a.b.c');
  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.body, 'grant_type=client_credentials&scope=a+b');
  assert.deepEqual(requests[0]?.headers, {
    Accept: 'application/json',
    Authorization: 'Basic x',
    'Cache-Control': 'no-cache',
    'Content-Type': 'application/x-www-form-urlencoded',
  });
  assert.equal((await fetched([{ status: 200, body: '{"id_token":"i"}' }])).outcome, 'i');
});

test('what may pass is tried again for a while, and a refusal is final', async () => {
  const good = { status: 200, body: '{"access_token":"t"}' };
  const bad = { status: 500, body: 'oops' };
  const passing = await fetched([bad, new Error('no route'), { status: 200, body: '' }, good]);
  assert.deepEqual([passing.outcome, passing.requests.length], ['t', 4]);
  const endless = await fetched([bad]);
  assert.match(String(endless.outcome), /response code 500 and error response \{oops\}/);
  assert.ok(endless.tookMs >= 500 && endless.tookMs <= 1000, `${endless.tookMs} ms`);
  for (const [answer, message] of [
    [
      { status: 401, body: '{"error":"invalid_client","error_description":"no such client"}' },
      /The response code 401 and error response \{"invalid_client" - "no such client"\} was encountered reading the token endpoint response; will not attempt further retries/,
    ],
    [{ status: 200, body: 'hello' }, /did not contain a valid JWT\. Response: \(hello\)/],
    [{ status: 200, body: '{}' }, /did not contain a valid JWT/],
  ] as const) {
    const { outcome, requests } = await fetched([answer]);
    assert.ok(outcome instanceof LoginError);
    assert.match(outcome.message, message);
    assert.equal(requests.length, 1);
  }
});

test('an assertion is signed and has the claims of the configuration over those of the template', () => {
  for (const [algorithm, pair] of [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const) {
    const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const keys: AssertionKeys = {
      algorithm,
      privateKey: assertionKey(pem, null, algorithm, 'key.pem'),
      template: { header: { kid: 'k' }, payload: { sub: 'template', foo: [1] } },
      aud: 'aud',
      iss: null,
      sub: 'me',
      expSeconds: 300,
      nbfSeconds: 60,
      includesJti: true,
    };
    const [header = '', payload = '', signature = ''] = signedAssertion(keys, 1_000_000_500).split('.');
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { kid: 'k', alg: algorithm, typ: 'JWT' });
    const { jti, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    assert.match(jti, /^[0-9a-f-]{36}$/);
    assert.deepEqual(claims, { sub: 'me', foo: [1], aud: 'aud', iat: 1_000_000, exp: 1_000_300, nbf: 999_940 });
    const verifier = createVerify('sha256').update(`${header}.${payload}`);
    const key = createPublicKey(pair.publicKey.export({ format: 'pem', type: 'spki' }));
    assert.equal(verifier.verify({ key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')), true);
    const other = algorithm === 'RS256' ? 'ES256' : 'RS256';
    assert.throws(() => assertionKey(pem, null, other, 'key.pem'), /private key from key\.pem: it is a key of/);
  }
});
