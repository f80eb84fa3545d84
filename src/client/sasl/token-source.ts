import { DiskError } from '../../base/disk.js';
import { Config } from '../../config/config.js';
import { ConfigException, invalidValue } from '../../config/config-exception.js';
import { CLIENT_KEYS } from '../../config/keys/client.js';
import type { ClientHost } from '../client-config.js';
import { type SharedConfig, tlsKeysOf } from '../security/tls-keys.js';
import { tlsSettings } from '../security/tls-settings.js';
import { type AssertionKeys, assertionKey, assertionTemplate, signedAssertion } from './jwt-assertion.js';
import { LoginError } from './mechanism.js';
import { type OAuthToken, readToken } from './oauth-token.js';
import { fetchToken, type TokenEndpoint, type TokenRequest } from './token-endpoint.js';
import { unsecuredToken } from './unsecured-token.js';

type TokenSource = () => Promise<OAuthToken>;

/** What a login with OAUTHBEARER is made of: keys of the client, options of the login module, the machine. */
export interface OAuthLogin {
  readonly config: SharedConfig;
  readonly options: ReadonlyMap<string, string>;
  readonly host: ClientHost;
}

const URL_KEY = 'sasl.oauthbearer.token.endpoint.url';
const PACKAGE = 'org.apache.kafka.common.security.oauthbearer.';
const TIMEOUT_MS = 10_000;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Where the tokens of this client come from: from nobody, unless sasl.login.callback.handler.class is Kafka's
 * OAuthBearerLoginCallbackHandler; then from what sasl.oauthbearer.jwt.retriever.class says.
 *
 * @throws ConfigException, LoginError with Kafka's messages
 */
export async function tokenSource(login: OAuthLogin): Promise<TokenSource> {
  const { config, options, host } = login;
  const handler = config.get('sasl.login.callback.handler.class');
  if (handler === null || handler.endsWith('.OAuthBearerUnsecuredLoginCallbackHandler')) {
    if (options.size === 0) throw new LoginError(noToken(config));
    return async () => unsecuredToken(options, host.clock.nowMs());
  }
  if (handler !== `${PACKAGE}OAuthBearerLoginCallbackHandler`) {
    throw new ConfigException(
      `sasl.login.callback.handler.class ${handler} is of no use for OAUTHBEARER: set it to ${PACKAGE}OAuthBearerLoginCallbackHandler`,
    );
  }
  return retriever(login, config.get('sasl.oauthbearer.jwt.retriever.class').slice(PACKAGE.length));
}

function noToken(config: SharedConfig): string {
  const hint =
    config.get(URL_KEY) === null
      ? 'give the login module the option unsecuredLoginStringClaim_sub, or have one fetched:'
      : `${URL_KEY} counts only with`;
  return `No OAuth Bearer tokens in Subject's private credentials: ${hint} sasl.login.callback.handler.class=${PACKAGE}OAuthBearerLoginCallbackHandler`;
}

async function retriever(login: OAuthLogin, kind: string): Promise<TokenSource> {
  const { config, host } = login;
  const names = {
    sub: config.get('sasl.oauthbearer.sub.claim.name'),
    scope: config.get('sasl.oauthbearer.scope.claim.name'),
  };
  const url = tokenUrl(login);
  if (kind === 'FileJwtRetriever' || (kind === 'DefaultJwtRetriever' && url.protocol === 'file:')) {
    const path = decodeURIComponent(url.pathname);
    const read = () => readToken(readFile(login, URL_KEY, path).toString().trim(), names);
    read();
    return async () => read();
  }
  const endpoint = await endpointOf(login, url);
  const request = kind === 'JwtBearerJwtRetriever' ? jwtBearerRequest(login) : clientCredentialsRequest(login);
  return async () => readToken(await fetchToken(endpoint, request(), host), names);
}

/** @throws ConfigException with Kafka's messages */
function tokenUrl(login: OAuthLogin): URL {
  const text = login.config.get(URL_KEY);
  const option = `The OAuth configuration option ${URL_KEY}`;
  if (text === null) throw new ConfigException(`${option} value is required`);
  if (!URL.canParse(text)) throw new ConfigException(`${option} contains a URL (${text}) that is malformed`);
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (!['http', 'https', 'file'].includes(protocol)) {
    throw new ConfigException(
      `${option} contains a URL (${text}) that contains an invalid protocol (${protocol}); only "http", "https", and "file" protocol are supported`,
    );
  }
  checkAllowed(login, URL_KEY, text, 'urls', 'URL');
  return url;
}

/** As Kafka does since 4.0, nothing is asked or read that the command line did not allow. */
function checkAllowed({ host }: OAuthLogin, key: string, text: string, what: 'urls' | 'files', name: string): void {
  const property = `org.apache.kafka.sasl.oauthbearer.allowed.${what}`;
  const allowed = (host.javaProperties?.get(property) ?? '').split(',').map((one) => one.trim());
  if (allowed.includes(text)) return;
  throw invalidValue(
    key,
    text,
    `The ${name} cannot be accessed due to restrictions. Update the system property '${property}' to allow the ${name} to be accessed. (KAFKA_OPTS="-D${property}=${text}")`,
  );
}

async function endpointOf({ config, options, host }: OAuthLogin, url: URL): Promise<TokenEndpoint> {
  const connectMs = config.get('sasl.login.connect.timeout.ms') ?? TIMEOUT_MS;
  const readMs = config.get('sasl.login.read.timeout.ms') ?? TIMEOUT_MS;
  const ofTls = new Map([...options].filter(([name]) => name.startsWith('ssl.')));
  const hasTls = url.protocol === 'https:' && ofTls.size > 0;
  return {
    url: url.href,
    tls: hasTls ? await tlsSettings(tlsKeysOf(new Config(CLIENT_KEYS, ofTls)), host.disk) : null,
    timeoutMs: connectMs + readMs,
    retryBackoffMs: config.get('sasl.login.retry.backoff.ms'),
    retryBackoffMaxMs: config.get('sasl.login.retry.backoff.max.ms'),
  };
}

/** Keys of the client count more than the options of the login module, which are older. */
function clientCredentialsRequest({ config, options }: OAuthLogin): () => TokenRequest {
  const idKey = 'sasl.oauthbearer.client.credentials.client.id';
  const secretKey = 'sasl.oauthbearer.client.credentials.client.secret';
  const id = config.get(idKey) ?? options.get('clientId');
  const secret = config.get(secretKey) ?? options.get('clientSecret');
  for (const [key, value] of [
    [idKey, id],
    [secretKey, secret],
  ] as const) {
    if (!value) throw new ConfigException(`Invalid value null for configuration ${key}: it has to be set`);
  }
  const isEncoded = config.get('sasl.oauthbearer.header.urlencode');
  const part = (text = ''): string => (isEncoded ? formEncoded(text) : text);
  const scope = config.get('sasl.oauthbearer.scope') ?? options.get('scope') ?? null;
  const credentials = Buffer.from(`${part(id)}:${part(secret)}`).toString('base64');
  const request: TokenRequest = {
    parameters: new Map([['grant_type', 'client_credentials'], ...scopeOf(scope)]),
    authorization: `Basic ${credentials}`,
  };
  return () => request;
}

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

const scopeOf = (scope: string | null): [string, string][] => (scope === null ? [] : [['scope', scope]]);

function jwtBearerRequest(login: OAuthLogin): () => TokenRequest {
  const scope = scopeOf(login.config.get('sasl.oauthbearer.scope'));
  const assertion = assertionOf(login);
  return () => ({
    parameters: new Map([['grant_type', JWT_BEARER], ['assertion', assertion()], ...scope]),
    authorization: null,
  });
}

function assertionOf(login: OAuthLogin): () => string {
  const { config, host } = login;
  const file = config.get('sasl.oauthbearer.assertion.file');
  if (file !== null) {
    const read = () => allowedFile(login, 'sasl.oauthbearer.assertion.file', file).toString().trim();
    read();
    return read;
  }
  const keys = assertionKeys(login);
  return () => signedAssertion(keys, host.clock.nowMs());
}

function assertionKeys(login: OAuthLogin): AssertionKeys {
  const { config } = login;
  const keyKey = 'sasl.oauthbearer.assertion.private.key.file';
  const templateKey = 'sasl.oauthbearer.assertion.template.file';
  const keyPath = config.get(keyKey);
  if (keyPath === null) throw new ConfigException(`The OAuth configuration option ${keyKey} value is required`);
  const templatePath = config.get(templateKey);
  const algorithm = config.get('sasl.oauthbearer.assertion.algorithm').toUpperCase() as AssertionKeys['algorithm'];
  const passphrase = config.get('sasl.oauthbearer.assertion.private.key.passphrase');
  return {
    algorithm,
    privateKey: assertionKey(allowedFile(login, keyKey, keyPath).toString(), passphrase, algorithm, keyPath),
    template:
      templatePath === null
        ? { header: {}, payload: {} }
        : assertionTemplate(allowedFile(login, templateKey, templatePath).toString(), templatePath),
    aud: config.get('sasl.oauthbearer.assertion.claim.aud'),
    iss: config.get('sasl.oauthbearer.assertion.claim.iss'),
    sub: config.get('sasl.oauthbearer.assertion.claim.sub'),
    expSeconds: config.get('sasl.oauthbearer.assertion.claim.exp.seconds'),
    nbfSeconds: config.get('sasl.oauthbearer.assertion.claim.nbf.seconds'),
    includesJti: config.get('sasl.oauthbearer.assertion.claim.jti.include'),
  };
}

function allowedFile(login: OAuthLogin, key: string, path: string): Buffer {
  checkAllowed(login, key, path, 'files', 'file');
  return readFile(login, key, path);
}

function readFile({ host }: OAuthLogin, key: string, path: string): Buffer {
  try {
    return host.disk.readWhole(path);
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    const why = cause.code === 'ENOENT' ? "that doesn't exist" : `that cannot be read: ${cause.message}`;
    throw new ConfigException(`The OAuth configuration option ${key} contains a file (${path}) ${why}`, { cause });
  }
}
