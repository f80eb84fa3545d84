import { ConversationError, LoginError, type SaslMechanism } from './mechanism.js';
import type { OAuthToken } from './oauth-token.js';

const SEPARATOR = '\x01';

/** A token instead of a password (RFC 7628), and extensions for whoever looks at them on the other side (KIP-342). */
export function oauthBearerMechanism(
  token: () => Promise<OAuthToken>,
  extensions: ReadonlyMap<string, string>,
): SaslMechanism {
  return {
    name: 'OAUTHBEARER',
    async begin() {
      const { value } = await token();
      const pairs = [['auth', `Bearer ${value}`], ...extensions].map(([key, text]) => `${key}=${text}${SEPARATOR}`);
      let refusal: string | null = null;
      return {
        first: Buffer.from(`n,,${SEPARATOR}${pairs.join('')}${SEPARATOR}`),
        answer(challenge) {
          if (challenge.length === 0) return null;
          // A broker that refuses says why, and waits for one more word before it ends the conversation.
          if (refusal !== null) throw new ConversationError(refusal);
          refusal = challenge.toString();
          return Buffer.from(SEPARATOR);
        },
      };
    },
  };
}

/** Extensions by their names without the prefix that they have among the options. @throws LoginError */
export function extensionsOf(options: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  const extensions = new Map<string, string>();
  for (const [option, value] of options) {
    if (!option.startsWith(prefix)) continue;
    const name = option.slice(prefix.length);
    if (!/^[A-Za-z]+$/.test(name) || name === 'auth') throw new LoginError(`Extension name ${name} is invalid`);
    if (!/^[\x21-\x7e \t\r\n]+$/.test(value)) throw new LoginError(`Extension value (${value}) is invalid`);
    extensions.set(name, value);
  }
  return extensions;
}
