import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Connection } from '../../src/base/network.js';
import { errorCode } from '../../src/protocol/errors.js';
import { saslAuthenticateApi } from '../../src/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../src/protocol/generated/sasl-handshake.js';
import { saltedPassword, scramMechanismNamed, serverKey, storedKey } from '../../src/protocol/scram-keys.js';
import type { FakeBroker } from './fake-broker.js';

/** One client's way through a mechanism: what to answer, or null to refuse it. */
type Conversation = (message: Buffer) => Buffer | null;

export interface SaslOptions {
  readonly mechanisms: readonly string[];
  readonly users: Readonly<Record<string, string>>;
  /** How long a login holds; for ever when left out. */
  readonly sessionLifetimeMs?: number;
}

/** Makes a broker ask for a login. Gives what was proven, in order: `MECHANISM user`. */
export function wantLogin(broker: FakeBroker, { mechanisms, users, sessionLifetimeMs = 0 }: SaslOptions): string[] {
  const logins: string[] = [];
  const conversations = new Map<Connection, Conversation>();
  broker.on(saslHandshakeApi, ({ request, connection }) => {
    if (!mechanisms.includes(request.mechanism)) {
      return { errorCode: errorCode('UNSUPPORTED_SASL_MECHANISM'), mechanisms: [...mechanisms] };
    }
    const note = (user: string) => logins.push(`${request.mechanism} ${user}`);
    conversations.set(connection, conversationOf(request.mechanism, users, note));
    return { mechanisms: [...mechanisms] };
  });
  broker.on(saslAuthenticateApi, ({ request, connection }) => {
    const authBytes = conversations.get(connection)?.(request.authBytes) ?? null;
    if (authBytes !== null) return { authBytes, sessionLifetimeMs };
    const errorMessage = 'Authentication failed: Invalid username or password';
    return { errorCode: errorCode('SASL_AUTHENTICATION_FAILED'), errorMessage };
  });
  return logins;
}

function conversationOf(
  mechanism: string,
  users: Readonly<Record<string, string>>,
  note: (user: string) => void,
): Conversation {
  if (mechanism === 'PLAIN') {
    return (message) => {
      const [, user = '', password] = message.toString().split('\0');
      if (password === undefined || users[user] !== password) return null;
      note(user);
      return Buffer.alloc(0);
    };
  }
  if (mechanism.startsWith('SCRAM')) return scram(mechanism, users, note);
  // Of tokens the value is the user here.
  return (message) => {
    const parts = message.toString().split('\x01');
    const user = parts[1]?.slice('auth=Bearer '.length);
    if (parts[0] === '') return null;
    if (user === undefined || users[user] === undefined) return Buffer.from('{"status":"invalid_token"}');
    note(user);
    return Buffer.alloc(0);
  };
}

function scram(name: string, users: Readonly<Record<string, string>>, note: (user: string) => void): Conversation {
  const mechanism = scramMechanismNamed(name);
  if (mechanism === null) throw new Error(`no mechanism ${name}`);
  const salt = randomBytes(16);
  let state: { readonly user: string; readonly clientFirst: string; readonly serverFirst: string } | null = null;
  return (message) => {
    const text = message.toString();
    if (state === null) {
      const [, clientFirst = '', user = '', nonce] = /^n,,(n=([^,]*),r=([^,]*).*)$/.exec(text) ?? [];
      const serverFirst = `r=${nonce}server,s=${salt.toString('base64')},i=4096`;
      state = { user, clientFirst, serverFirst };
      return Buffer.from(serverFirst);
    }
    const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(text) ?? [];
    const salted = saltedPassword(mechanism, users[state.user] ?? 'nobody', salt, 4096);
    const authMessage = `${state.clientFirst},${state.serverFirst},${withoutProof}`;
    const sign = (key: Buffer) => createHmac(mechanism.hash, key).update(authMessage).digest();
    const signature = sign(storedKey(mechanism, salted));
    const key = Buffer.from(proof, 'base64').map((byte, index) => byte ^ (signature[index] ?? 0));
    if (!createHash(mechanism.hash).update(key).digest().equals(storedKey(mechanism, salted))) return null;
    note(state.user);
    return Buffer.from(`v=${sign(serverKey(mechanism, salted)).toString('base64')}`);
  };
}
