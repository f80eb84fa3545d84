import { DiskError } from '../../base/disk.js';
import { ConfigException } from '../../config/config-exception.js';
import { scramMechanismNamed } from '../../protocol/scram-keys.js';
import type { ClientHost } from '../client-config.js';
import { ClientSetupError } from '../client-errors.js';
import type { SharedConfig } from '../security/tls-keys.js';
import { JaasError, type LoginModule, parseJaasConfig, parseLoginConfiguration } from './jaas.js';
import { LoginError, type SaslMechanism } from './mechanism.js';

const SECURITY = 'org.apache.kafka.common.security.';
const PLAIN_MODULE = `${SECURITY}plain.PlainLoginModule`;
const SCRAM_MODULE = `${SECURITY}scram.ScramLoginModule`;
const OAUTH_MODULE = `${SECURITY}oauthbearer.OAuthBearerLoginModule`;
const MODULES: ReadonlySet<string> = new Set([PLAIN_MODULE, SCRAM_MODULE, OAUTH_MODULE]);
const LOGIN_CONFIG = 'java.security.auth.login.config';
/** The section of a login configuration that clients read. */
const SECTION = 'KafkaClient';
const ILLEGAL_ARGUMENT = 'java.lang.IllegalArgumentException';
const SASL_EXCEPTION = 'org.apache.kafka.common.errors.SaslAuthenticationException';
const LOGIN_EXCEPTION = 'javax.security.auth.login.LoginException';

/**
 * How this client proves who its user is, by sasl.mechanism and the JAAS configuration.
 *
 * @throws ClientSetupError
 */
export async function saslMechanism(config: SharedConfig, host: ClientHost): Promise<SaslMechanism> {
  const name = config.get('sasl.mechanism');
  if (name === 'GSSAPI') {
    const isDefault = !config.isSet('sasl.mechanism');
    const which = isDefault ? ', which is what counts where sasl.mechanism is not set,' : '';
    throw new ClientSetupError(`GSSAPI (Kerberos)${which} is not available in this client.`, {
      advice:
        'Set sasl.mechanism to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, as the listener of the broker has it, and sasl.jaas.config to go with it',
      javaClass: LOGIN_EXCEPTION,
    });
  }
  const module = loginModule(config, host);
  if (!MODULES.has(module.className)) {
    throw new ClientSetupError(`No LoginModule found for ${module.className}`, {
      advice: `${name} goes with ${moduleOf(name)}`,
      javaClass: LOGIN_EXCEPTION,
    });
  }
  const { random } = host;
  if (name === 'PLAIN') {
    const { user, password } = credentials(module, name);
    return (await import('./plain.js')).plainMechanism(user, password);
  }
  const scram = scramMechanismNamed(name);
  if (scram !== null) {
    const isToken = module.options.get('tokenauth')?.toLowerCase() === 'true';
    return (await import('./scram.js')).scramMechanism(scram, { ...credentials(module, name), isToken }, random);
  }
  if (name === 'OAUTHBEARER') return oauthMechanism(config, module, host);
  throw new ClientSetupError(`Failed to create SaslClient with mechanism ${name}`, {
    advice: 'sasl.mechanism is one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER',
    javaClass: SASL_EXCEPTION,
  });
}

function moduleOf(mechanism: string): string {
  if (mechanism === 'OAUTHBEARER') return OAUTH_MODULE;
  return mechanism === 'PLAIN' ? PLAIN_MODULE : SCRAM_MODULE;
}

/** sasl.jaas.config, or else the file that the scripts give to Java by KAFKA_OPTS. */
function loginModule(config: SharedConfig, host: ClientHost): LoginModule {
  const text = config.get('sasl.jaas.config');
  try {
    if (text !== null) return parseJaasConfig(text);
    return moduleInFile(host);
  } catch (cause) {
    if (!(cause instanceof JaasError)) throw cause;
    const advice = text === null ? {} : { advice: 'look at sasl.jaas.config' };
    throw new ClientSetupError(cause.message, { ...advice, javaClass: ILLEGAL_ARGUMENT, cause });
  }
}

function moduleInFile({ disk, javaProperties }: ClientHost): LoginModule {
  const path = javaProperties?.get(LOGIN_CONFIG);
  const missing = `Could not find a '${SECTION}' entry in the JAAS configuration. System property '${LOGIN_CONFIG}' is`;
  if (path === undefined) {
    throw new JaasError(
      `${missing} not set: set sasl.jaas.config, as in sasl.jaas.config=${PLAIN_MODULE} required username="..." password="...";`,
    );
  }
  let text: string;
  try {
    text = disk.readWhole(path).toString();
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new JaasError(`${missing} ${path}: ${why}`, { cause });
  }
  const property = (name: string): string | null => javaProperties?.get(name) ?? null;
  const [module] = parseLoginConfiguration(text, property).get(SECTION) ?? [];
  if (module === undefined) throw new JaasError(`${missing} ${path}`);
  return module;
}

function credentials({ options, className }: LoginModule, mechanism: string) {
  const [user, password] = [options.get('username'), options.get('password')];
  if (user !== undefined && password !== undefined) return { user, password };
  const missing = user === undefined ? 'username' : 'password';
  throw new ClientSetupError(`Failed to create SaslClient with mechanism ${mechanism}`, {
    advice: `${className} has no option ${missing} in its JAAS configuration`,
    javaClass: SASL_EXCEPTION,
  });
}

async function oauthMechanism(config: SharedConfig, module: LoginModule, host: ClientHost): Promise<SaslMechanism> {
  const { extensionsOf, oauthBearerMechanism } = await import('./oauthbearer.js');
  const { TokenKeeper } = await import('./oauth-token.js');
  const { tokenSource } = await import('./token-source.js');
  const { UNSECURED_EXTENSION } = await import('./unsecured-token.js');
  const { options } = module;
  try {
    const source = await tokenSource({ config, options, host });
    const isUnsecured = !config.get('sasl.login.callback.handler.class')?.endsWith('.OAuthBearerLoginCallbackHandler');
    const extensions = extensionsOf(options, isUnsecured ? UNSECURED_EXTENSION : 'extension_');
    const window = {
      factor: config.get('sasl.login.refresh.window.factor'),
      jitter: config.get('sasl.login.refresh.window.jitter'),
      minPeriodSeconds: config.get('sasl.login.refresh.min.period.seconds'),
      bufferSeconds: config.get('sasl.login.refresh.buffer.seconds'),
    };
    const { clock, logger, random } = host;
    const keeper = new TokenKeeper(source, window, { clock, logger, fraction: random.fraction() });
    // As in Java a client that gets no token is not made.
    await keeper.current();
    return oauthBearerMechanism(() => keeper.current(), extensions);
  } catch (cause) {
    if (!(cause instanceof LoginError) && !(cause instanceof ConfigException)) throw cause;
    if (cause instanceof ClientSetupError) throw cause;
    const javaClass = cause instanceof ConfigException ? { javaClass: cause.javaClass } : {};
    throw new ClientSetupError(cause.message, { ...javaClass, cause });
  }
}
