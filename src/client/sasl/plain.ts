import { ConversationError, type SaslMechanism } from './mechanism.js';

/** User and password in the clear (RFC 4616): for connections that nobody else can read. */
export function plainMechanism(user: string, password: string): SaslMechanism {
  return {
    name: 'PLAIN',
    begin: () =>
      Promise.resolve({
        first: Buffer.from(`\0${user}\0${password}`),
        answer(challenge) {
          if (challenge.length > 0) throw new ConversationError('the broker goes on where PLAIN is at its end');
          return null;
        },
      }),
  };
}
