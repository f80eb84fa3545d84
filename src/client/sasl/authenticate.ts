import { errorCode, errorOfCode } from '../../protocol/errors.js';
import { type SaslAuthenticateResponse, saslAuthenticateApi } from '../../protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../protocol/generated/sasl-handshake.js';
import { AuthenticationError, type AuthenticationFailure } from '../client-errors.js';
import type { BrokerConnection } from '../connection.js';
import { ConversationError, type SaslMechanism } from './mechanism.js';

const UNSUPPORTED_SASL_MECHANISM = errorCode('UNSUPPORTED_SASL_MECHANISM');
const ILLEGAL_SASL_STATE = errorCode('ILLEGAL_SASL_STATE');
/** No mechanism takes so many turns; a broker that goes on for ever is not listened to. */
const MOST_TURNS = 16;

/**
 * Logs in: names the mechanism, and exchanges its messages until the broker is content.
 *
 * @returns for how many milliseconds the login holds; 0 for ever
 * @throws AuthenticationError; DisconnectedError; LoginError
 */
export async function authenticate(connection: BrokerConnection, mechanism: SaslMechanism): Promise<number> {
  await nameMechanism(connection, mechanism.name);
  const conversation = await mechanism.begin();
  let message: Buffer | null = conversation.first;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const response: SaslAuthenticateResponse = await connection.sendAtOnce(saslAuthenticateApi, { authBytes: message });
    if (response.errorCode !== 0) {
      const { name, message: text } = errorOfCode(response.errorCode);
      throw failure(connection, name, response.errorMessage ?? text, mechanism.name);
    }
    message = answerOf(connection, mechanism, () => conversation.answer(response.authBytes));
    if (message === null) return response.sessionLifetimeMs;
  }
  throw failure(connection, 'SASL_AUTHENTICATION_FAILED', 'The broker does not come to an end', mechanism.name);
}

async function nameMechanism(connection: BrokerConnection, mechanism: string): Promise<void> {
  if (!connection.supports(saslHandshakeApi)) throw withoutSasl(connection, mechanism, []);
  const { errorCode: code, mechanisms } = await connection.sendAtOnce(saslHandshakeApi, { mechanism });
  if (code === 0) return;
  const enabled = `[${mechanisms.join(', ')}]`;
  if (code === ILLEGAL_SASL_STATE) throw withoutSasl(connection, mechanism, mechanisms);
  if (code === UNSUPPORTED_SASL_MECHANISM) {
    throw new AuthenticationError('UNSUPPORTED_SASL_MECHANISM', {
      address: connection.address,
      message: `Client SASL mechanism '${mechanism}' not enabled in the server, enabled mechanisms are ${enabled}`,
      advice: `the broker does not offer ${mechanism} there. Set sasl.mechanism to one of ${mechanisms.join(', ')}, and sasl.jaas.config to go with it`,
    });
  }
  const { name, message } = errorOfCode(code);
  throw failure(connection, name, message, mechanism);
}

function withoutSasl({ address }: BrokerConnection, mechanism: string, mechanisms: readonly string[]) {
  return new AuthenticationError('ILLEGAL_SASL_STATE', {
    address,
    message: `Unexpected handshake request with client mechanism ${mechanism}, enabled mechanisms are [${mechanisms.join(', ')}]`,
    advice: 'that listener wants no login. Set security.protocol=PLAINTEXT, or SSL where it was SASL_SSL',
  });
}

function answerOf<T>(connection: BrokerConnection, { name }: SaslMechanism, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ConversationError)) throw cause;
    throw failure(connection, 'SASL_AUTHENTICATION_FAILED', cause.message, name, cause);
  }
}

function failure(
  { address }: BrokerConnection,
  error: AuthenticationFailure,
  message: string,
  mechanism: string,
  cause?: unknown,
): AuthenticationError {
  const what = mechanism === 'OAUTHBEARER' ? 'the token' : 'username and password';
  const advice = `${message.replace(/\.$/, '')}. Look at ${what} in sasl.jaas.config (sasl.mechanism is ${mechanism})`;
  return new AuthenticationError(error, { address, message, advice, cause });
}
